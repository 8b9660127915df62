"""Three agents press Pick up in the same moment: one winner, two polite losers, no call lost or doubled."""

from __future__ import annotations

from tests.lab.race import whole_round
from tests.lab.team import Team

SAME_MOMENT = 0.010
ROUNDS = 5


def test_one_has_the_caller_and_two_are_told_who(team: Team) -> None:
    holder, *others = team.office.phones
    races = [whole_round(team, holder, others) for _ in range(ROUNDS)]
    assert sorted(race.spread for race in races)[ROUNDS // 2] < SAME_MOMENT
