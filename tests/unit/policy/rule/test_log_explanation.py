"""What the call log still tells of the rule, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.policy.rule.call_waiting import RULES, Rule, Treatment
from softphone.policy.rule.explain import Moment
from softphone.policy.rule.log_explanation import did_not_ring, situation_of, timeline_of

ARRIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RECORD = CallRecord(
    call="c1",
    sip_call_id="c1@host",
    direction=Direction.INCOMING,
    agent="agent1",
    remote_name="Name of the caller",
    remote_uri="sip:+15558675309@example.com",
    tracking_number="+15551230001",
    label="Spring campaign",
    direct=True,
    arrived=ARRIVED,
    answered=None,
    ended=ARRIVED + timedelta(seconds=20),
    waited_seconds=20.0,
    outcome=Outcome.NO_ANSWER,
    explanation="The agent was free. The ring time was over. The caller was hung up on.",
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.reason)
def test_the_rule_is_read_back(rule: Rule) -> None:
    record = replace(RECORD, rule=rule.id, explanation="Worded as it was years ago. The caller gave up.")
    assert situation_of(record) is rule.situation
    assert did_not_ring(record) is (rule.treatment not in (Treatment.RING, Treatment.CALL_WAITING))


def test_a_call_no_rule_decided() -> None:
    record = replace(RECORD, explanation="The other side hung up.")
    assert situation_of(record) is None
    assert not did_not_ring(record)


ENDS = {
    Outcome.ANSWERED: "answered",
    Outcome.ABANDONED: "the caller gives up",
    Outcome.IGNORED: "the agent chooses Ignore: no-answer route",
    Outcome.NO_ANSWER: "ring time over: no-answer route",
    Outcome.BYPASSED: "queue bypassed: no-answer route",
    Outcome.DECLINED: "sent elsewhere by the agent",
    Outcome.BUSY: "busy signal (486)",
    Outcome.UNAVAILABLE: "not available (480)",
    Outcome.LOST: "lost with the user agent",
    Outcome.PICKED_UP: "another agent goes on",
    Outcome.TRANSFERRED: "transferred by the agent",
    Outcome.FAILED: "failed",
}


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_ends_the_timeline(outcome: Outcome) -> None:
    ended = replace(RECORD, outcome=outcome)
    assert timeline_of(ended) == (Moment(0, "the call arrives"), Moment(20, ENDS[outcome]))


@pytest.mark.parametrize("outcome", Outcome)
def test_a_call_that_was_talked_on_ends_with_what_became_of_it(outcome: Outcome) -> None:
    answered = ARRIVED + timedelta(seconds=7)
    record = replace(
        RECORD, waited_seconds=7.2, answered=answered, ended=answered + timedelta(seconds=60), outcome=outcome
    )
    special = outcome in (Outcome.LOST, Outcome.PICKED_UP, Outcome.TRANSFERRED)
    last = ENDS[outcome] if special else "the call ends"
    assert timeline_of(record) == (Moment(0, "the call arrives"), Moment(7, "answered"), Moment(67, last))


def test_a_clock_that_was_set_back_makes_no_talk_of_less_than_nothing() -> None:
    record = replace(RECORD, waited_seconds=20.0, answered=ARRIVED, ended=ARRIVED - timedelta(seconds=5))
    assert timeline_of(record)[-1].at_seconds == 20


def test_a_dialled_call() -> None:
    record = replace(RECORD, direction=Direction.OUTGOING, outcome=Outcome.FAILED)
    assert timeline_of(record) == (Moment(0, "the number is dialled"), Moment(20, "failed"))
