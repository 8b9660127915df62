"""PostgreSQL is stopped in the middle of the work: calls go on, and afterwards the log is complete, in order, once."""

from __future__ import annotations

from tests.lab.outage import calls_during_outage
from tests.lab.team import Team

SECONDS = 10.0


def test_calls_go_on_and_the_log_is_complete_and_in_order(team: Team) -> None:
    logged = calls_during_outage(team, SECONDS)
    assert len(logged) > 5
