"""Three agents press Pick up in the same moment, again and again: ``python -m tests.bench.pickup_race [ROUNDS]``."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from statistics import median, quantiles

from tests.lab.race import Race, whole_round
from tests.lab.team import open_team

OUT = Path("out/bench/pickup_race.json")
SAME_MOMENT = 0.010


def main(rounds: int) -> int:
    """Every round asserts its outcome; what is left are the figures."""
    races: list[Race] = []
    with open_team() as team:
        holder, *others = team.office.phones
        for number in range(rounds):
            races.append(whole_round(team, holder, others))
            team.dismiss()
            if (number + 1) % 20 == 0:
                _say(f"{number + 1} rounds, each with one winner, two who were told who, one call")
    spreads, times = [race.spread * 1000 for race in races], [race.seconds * 1000 for race in races]
    within = sum(spread <= SAME_MOMENT * 1000 for spread in spreads)
    wins = dict(sorted(Counter(race.winner for race in races).items()))
    figures = {"rounds": rounds, "wins": wins, "within_10_ms": within, "spread_ms": spreads, "all_answered_ms": times}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(figures) + "\n")
    _say(f"wins: {wins}; pressed within 10 ms: {within} of {rounds}; spread median {median(spreads):.1f} ms")
    p95 = quantiles(times, n=20)[-1]
    _say(f"first press → all three answered: median {median(times):.0f} ms, p95 {p95:.0f} ms, max {max(times):.0f} ms")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
