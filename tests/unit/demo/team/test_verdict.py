"""What the call logs must say of the caller who was passed on."""

from __future__ import annotations

from typing import Any

import pytest

from softphone.demo.team.play import PlayResult
from softphone.demo.team.verdict import _facts, _logs

GIVEN = {"remote_name": "Alice", "agent": "agent1", "outcome": "picked-up", "continued_by": "agent2", "continues": ""}
TAKEN = {"remote_name": "Alice", "agent": "agent2", "outcome": "answered", "continued_by": "", "continues": "agent1"}


def verdict(**logs: list[dict[str, Any]]) -> list[bool]:
    return [check.ok for check in _logs(PlayResult(winner="agent2", logs=logs))]


def test_everybody_sees_her_given_away_and_the_winner_sees_her_taken() -> None:
    assert verdict(agent1=[GIVEN], agent2=[TAKEN, GIVEN], agent3=[GIVEN]) == [True, True, True]


@pytest.mark.parametrize("lines", [[], [TAKEN], [GIVEN, GIVEN], [GIVEN | {"continued_by": "agent3"}], [GIVEN, TAKEN]])
def test_anything_else_is_not_true(lines: list[dict[str, Any]]) -> None:
    assert verdict(agent1=lines) == [False]


def test_a_loser_who_is_told_something_else_is_found() -> None:
    outcome = PlayResult(winner="agent2", loser="agent3", refusal="No.", agent1_released=True)
    assert [check.ok for check in _facts(outcome)] == [True, False, True, False, False, False]
