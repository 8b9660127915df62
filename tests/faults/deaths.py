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

from tests.faults.good_caller import GoodCaller
from tests.lab.desk import Desk, open_desk
from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio
from tests.lab.ports import free_port
from tests.lab.provisioning import DIRECT, Provisioning
from tests.lab.sip_message import got
from tests.lab.waiting import until

TIMES = 3
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
        for way, number in WAYS.items():
            found = [death(server, number) for _ in range(TIMES)]
            worst = [max(seconds) for seconds in zip(*(figures for figures, _ in found), strict=True)]
            where = "yes" if all(says_where for _, says_where in found) else "no"
            lines.append((way, *(f"{seconds:.2f} s" for seconds in worst), where))
    for line in lines:
        sys.stdout.write(f"| {' | '.join(line)} |\n")


def death(server: Kamailio, number: signal.Signals) -> tuple[Figures, bool]:
    """The first death of an engine: seconds until noticed, engine back, registered, and until the next caller rings;

    and whether its report says where the threads were.
    """
    account = Provisioning(free_port(), registrar=server.registrar("udp"), password=PASSWORD)
    with open_desk(account, proxy=server.address) as desk, desk:
        first = desk.first_call()
        with desk.app.events() as events:
            struck = time.monotonic()
            os.kill(desk.app.engine_pid, number)
            rings = next_caller_rings(desk, server) - struck
            names = ("EngineLost", "EngineReady", "RegistrationChanged")
            lost, back, registered = (events.wait_for(name, 30.0)["at"] - struck for name in names)
            assert desk.logged(first)["outcome"] == "lost"
            (report,) = until(lambda: crash_reports(desk), "a crash report")
    return (lost, back, registered, rings), "most recent call first" in report


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


def crash_reports(desk: Desk) -> list[str]:
    """Their texts."""
    return [file.read_text() for file in (desk.app.data / "logs").glob("engine-*.txt")]


if __name__ == "__main__":
    main()
