"""The engine dies, or hangs, in a call of a registered agent: how soon is that noticed, and all well again?

    python -m tests.faults.deaths        # a part of make faults

The call is lost, and offered to be called back. Somebody else calls in the moment of the death, and again when they are
refused. The figures are the longest of a few times.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults.good_caller import GoodCaller
from tests.lab.desk import Desk, open_desk
from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio
from tests.lab.ports import free_port
from tests.lab.provisioning import DIRECT, Provisioning
from tests.lab.sip_message import got
from tests.lab.waiting import until

TIMES = 3
REST_SECONDS = 31.0  # so long has an engine to live for its death to be an accident, and the next one to be quick
WAYS = {
    "killed (SIGKILL)": signal.SIGKILL,
    "crashes (SIGSEGV)": signal.SIGSEGV,
    "fails an assertion (SIGABRT)": signal.SIGABRT,
    "hangs (SIGSTOP)": signal.SIGSTOP,
}
HEAD = ("the engine", "noticed", "engine back", "registered again", "next caller rings", "crash report says where")
Figures = tuple[float, float, float, float]


def main() -> None:
    """Print the table."""
    lines = [HEAD, tuple("---" for _ in HEAD)]
    with running_kamailio() as server:
        account = Provisioning(free_port(), registrar=server.registrar("udp"), password=PASSWORD)
        with open_desk(account, proxy=server.address) as desk:
            for way, number in WAYS.items():
                found = [death(desk, server, number) for _ in range(TIMES)]
                worst = [max(each[index] for each in found) for index in range(4)]
                lines.append((way, *(f"{seconds:.2f} s" for seconds in worst), newest_report(desk)))
    for line in lines:
        sys.stdout.write(f"| {' | '.join(line)} |\n")


def death(desk: Desk, server: Kamailio, number: signal.Signals) -> Figures:
    """One death: seconds until noticed, engine back, registered, and until the next caller rings."""
    with desk:
        first = desk.first_call()
        reports = set(crash_reports(desk))
        with desk.app.events() as events:
            struck = time.monotonic()
            os.kill(desk.app.engine_pid, number)
            rings = next_caller_rings(desk, server) - struck
            names = ("EngineLost", "EngineReady", "RegistrationChanged")
            lost, back, registered = (events.wait_for(name, 30.0)["at"] - struck for name in names)
            assert desk.logged(first)["outcome"] == "lost"
            until(lambda: set(crash_reports(desk)) - reports, "a crash report")
        time.sleep(REST_SECONDS)
    return lost, back, registered, rings


def next_caller_rings(desk: Desk, server: Kamailio) -> float:
    """When: the server tells a caller after some seconds that nobody is there, and they call again."""
    give_up = time.monotonic() + 60.0
    while time.monotonic() < give_up:
        with GoodCaller(server.address, "+15550102233", "Next Caller") as caller:
            caller.call(DIRECT)
            until(lambda: caller.over or caller.count(got(180)), "an answer")
            if not caller.over:
                rings = time.monotonic()
                caller.hang_up()
                desk.app.wait_until_free()
                return rings
    raise AssertionError("nobody got through")


def crash_reports(desk: Desk) -> Sequence[Path]:
    """Oldest first."""
    return sorted((desk.app.data / "logs").glob("engine-*.txt"))


def newest_report(desk: Desk) -> str:
    """Whether it says where the threads were."""
    return "yes" if "most recent call first" in crash_reports(desk)[-1].read_text() else "no"


if __name__ == "__main__":
    main()
