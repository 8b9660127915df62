"""A long shift: thousands of calls with waiting calls, holds and transfers. Does the softphone grow?

    python -m tests.faults.soak --calls 2000

Memory of app and engine after every hundred calls. The last quarter is compared with the one before: whoever keeps
something of each call is larger in every hundred than in the one before.
"""

from __future__ import annotations

import argparse
import sys
from random import Random

import psutil

from tests.faults.good_caller import GoodCaller
from tests.faults.subject import Subject, subject
from tests.lab.provisioning import DIRECT
from tests.lab.sip_message import was_asked
from tests.lab.waiting import until

HUNDRED = 100
GROWTH_MB = 5.0  # from the median of the third quarter to that of the last, which is more than noise
Memory = tuple[float, float]


def main() -> int:
    """Print the table; 1 when it grows."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    calls = parser.parse_args().calls
    found: list[Memory] = []
    with subject() as agent:
        chance = Random(1)
        for number in range(1, calls + 1):
            _call(agent, chance)
            if number % HUNDRED == 0 or number == calls:
                found.append(_memory(agent))
                sys.stdout.write(f"| {number} | {found[-1][0]:.1f} MB | {found[-1][1]:.1f} MB |\n")
                sys.stdout.flush()
    return _grows(found)


def _call(agent: Subject, chance: Random) -> None:
    """A caller, perhaps another one who waits and is taken or given up, perhaps a hold, perhaps a transfer."""
    agent.talk()
    second = chance.choice((None, "hold-answer", "hangup-answer", "ignore", "gives up"))
    if second is not None:
        _waiting_call(agent, second)
    elif chance.random() < 0.5:
        agent.ask("hold")
        agent.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["held"], "the hold")
        agent.ask("resume")
        agent.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "the call goes on")
    else:
        customer = agent.customer_in_call
        customer.habits.follow = False
        agent.ask("transfer", f"sip:nobody@127.0.0.1:{customer.port}")
        customer.wait_for(was_asked("REFER"))
    agent.part()


def _waiting_call(agent: Subject, what: str) -> None:
    caller: GoodCaller = agent.caller(user="+15550102233", name="Second Caller")
    caller.call(DIRECT)
    agent.wait_for(lambda s: s["waiting"], "the second caller waits")
    if what == "gives up":
        caller.hang_up()
        agent.wait_for(lambda s: not s["waiting"], "nobody waits")
        return
    agent.ask(what)
    until(lambda: caller.live or caller.over, "an answer")


def _memory(agent: Subject) -> Memory:
    """Resident megabytes of the app and of its engine."""
    assert agent.app.process is not None
    app, engine = (psutil.Process(pid).memory_info().rss / 1e6 for pid in (agent.app.process.pid, agent.engine_pid))
    return app, engine


def _grows(found: list[Memory]) -> int:
    quarter = max(1, len(found) // 4)
    before, last = found[-2 * quarter : -quarter] or found[:1], found[-quarter:]
    growth = [
        sorted(m[part] for m in last)[len(last) // 2] - sorted(m[part] for m in before)[len(before) // 2]
        for part in (0, 1)
    ]
    for name, megabytes in zip(("app", "engine"), growth, strict=True):
        sys.stdout.write(f"The {name} {'grows' if megabytes > GROWTH_MB else 'does not grow'}: {megabytes:+.1f} MB.\n")
    return int(max(growth) > GROWTH_MB)


if __name__ == "__main__":
    sys.exit(main())
