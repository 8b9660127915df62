"""What a line of the call log tells of the rule that decided, and of what happened when."""

from __future__ import annotations

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.policy.rule.call_waiting import RULES, Rule, Situation, Treatment
from softphone.policy.rule.explain import Moment

_ENDS = {
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


def timeline_of(record: CallRecord) -> tuple[Moment, ...]:
    """When it came, when it was answered or what happened instead, when it was over."""
    waited = round(record.waited_seconds)
    start = "the call arrives" if record.direction is Direction.INCOMING else "the number is dialled"
    moments = (Moment(0, start), Moment(waited, _ENDS[record.outcome]))
    if record.answered is None:
        return moments
    talked = max(0.0, (record.ended - record.answered).total_seconds())
    return (moments[0], Moment(waited, _ENDS[Outcome.ANSWERED]), Moment(waited + round(talked), _end_of_talk(record)))


def situation_of(record: CallRecord) -> Situation | None:
    """What the agent was doing when the rule decided; None when no rule did."""
    rule = _rule_of(record)
    return rule.situation if rule else None


def did_not_ring(record: CallRecord) -> bool:
    """Whether the rule kept this caller from the agent's ear."""
    rule = _rule_of(record)
    return rule is not None and rule.treatment not in (Treatment.RING, Treatment.CALL_WAITING)


def _rule_of(record: CallRecord) -> Rule | None:
    return next((rule for rule in RULES if rule.id == record.rule), None)


def _end_of_talk(record: CallRecord) -> str:
    told = (Outcome.LOST, Outcome.PICKED_UP, Outcome.TRANSFERRED)
    return _ENDS[record.outcome] if record.outcome in told else "the call ends"
