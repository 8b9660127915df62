"""From Pick up to sound both ways, for each kind of customer: ``python -m tests.bench.pickup [ROUNDS]``, as root."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median, quantiles

from tests.bench.rtp_flows import RtpFlows
from tests.lab.team import KINDS, Press, Team, open_team, states, wait_for
from tests.lab.waiting import until

OUT = Path("out/bench/pickup.json")


def main(rounds: int) -> int:
    """Measure, print, write."""
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with open_team() as team, RtpFlows() as flows:
        for _ in range(rounds):
            for kind in KINDS:
                times[kind].append(_one(team, flows, kind) * 1000)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(times) + "\n")
    for kind, found in times.items():
        words = f"median {median(found):4.0f} ms, p95 {quantiles(found, n=20)[-1]:4.0f} ms, max {max(found):4.0f} ms"
        print(f"{kind:<13} {words}", flush=True)  # noqa: T201
    return 0


def _one(team: Team, flows: RtpFlows, kind: str) -> float:
    team.customer(kind)
    team.answered(team.one)
    held = team.held_for_anyone()
    known = frozenset(flows.first)
    pressed = time.monotonic()
    picked = Press(team.two, held=held["id"]).done()
    assert picked.call, picked.refusal
    flowing = until(lambda: flows.both_ways_since(known), "sound both ways")
    wait_for(team.one, lambda s: not s["calls"], "agent1 is rid of the caller")
    wait_for(team.two, lambda s: states(s) == ["active"], "the caller is on the line")
    team.two.ask("hangup")
    team.dismiss()
    return flowing - pressed


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
