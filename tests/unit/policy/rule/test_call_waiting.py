"""The rule table, row by row, as the design has it."""

from itertools import product

import pytest

from softphone.policy.rule.call_waiting import RULES, Situation, Treatment, decide

FREE, ON_A_CALL, AWAY = Situation.FREE, Situation.ON_A_CALL, Situation.AWAY
ANY, ON, OFF = (True, False), (True,), (False,)
DIRECT, NOT_DIRECT = (True,), (False,)

# agent, dialled number, call waiting, bypass queue -> what the new call gets
TABLE = [
    (FREE, ANY, ANY, ANY, Treatment.RING),
    (ON_A_CALL, DIRECT, ON, OFF, Treatment.CALL_WAITING),
    (ON_A_CALL, DIRECT, ANY, ON, Treatment.NO_ANSWER_ROUTE),
    (ON_A_CALL, DIRECT, OFF, OFF, Treatment.QUEUE_SILENTLY),
    (ON_A_CALL, NOT_DIRECT, ANY, ANY, Treatment.BUSY),
    (AWAY, DIRECT, ANY, ON, Treatment.NO_ANSWER_ROUTE),
    (AWAY, DIRECT, ANY, OFF, Treatment.QUEUE_SILENTLY),
    (AWAY, NOT_DIRECT, ANY, ANY, Treatment.UNAVAILABLE),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0].value}: {row[4].value}")
def test_each_row(row: tuple[Situation, tuple[bool, ...], tuple[bool, ...], tuple[bool, ...], Treatment]) -> None:
    situation, directs, waitings, bypasses, treatment = row
    for direct, call_waiting, bypass in product(directs, waitings, bypasses):
        rule = decide(situation, direct=direct, call_waiting=call_waiting, bypass=bypass)
        assert rule.treatment is treatment


def test_every_combination_has_exactly_one_row() -> None:
    for situation, direct, call_waiting, bypass in product(Situation, ANY, ANY, ANY):
        fitting = [rule for rule in RULES if rule.fits(situation, direct, call_waiting, bypass)]
        assert len(fitting) == 1, (situation, direct, call_waiting, bypass)


def test_each_row_says_why_in_a_sentence() -> None:
    reasons = [rule.reason for rule in RULES]
    assert len(set(reasons)) == len(reasons)
    assert all(reason[0].isupper() and reason.endswith(".") for reason in reasons)


def test_the_log_finds_each_row_by_a_name_that_never_changes() -> None:
    assert [rule.id for rule in RULES] == [
        "free",
        "busy-bypass",
        "busy-call-waiting",
        "busy-queue",
        "busy-not-direct",
        "away-bypass",
        "away-queue",
        "away-not-direct",
    ]
