"""PostgreSQL is stopped for two minutes while calls go on: ``python -m tests.bench.outage [SECONDS]``."""

from __future__ import annotations

import sys

from tests.lab.outage import calls_during_outage
from tests.lab.team import open_team


def main(seconds: float) -> int:
    """What has to be so is asserted; what is left to say is how much of it there was."""
    with open_team() as team:
        made = calls_during_outage(team, seconds)
        team.put_right()
    words = "all in the log afterwards, in order, each once"
    print(f"{len(made)} calls, {len(made) - 2} of them without the database for {seconds:g} s: {words}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 120.0))
