"""The rule: what a new call gets. One table, read from top to bottom; the first row that fits decides.

The same rows decide again, for every caller not yet answered, whenever the agent's situation changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Situation(StrEnum):
    """What the rule needs to know of the agent."""

    FREE = "free"
    ON_A_CALL = "on a call"
    AWAY = "do not disturb, wrap-up or offline"


class Treatment(StrEnum):
    """What a caller gets."""

    RING = "ring"
    CALL_WAITING = "call waiting"
    QUEUE_SILENTLY = "queued silently"
    NO_ANSWER_ROUTE = "no-answer route at once"
    BUSY = "486 Busy Here"
    UNAVAILABLE = "480 Temporarily Unavailable"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row; None means any. The call log keeps *id*, which never changes, and *reason*, a sentence for people."""

    id: str
    situation: Situation
    direct: bool | None
    call_waiting: bool | None
    bypass: bool | None
    treatment: Treatment
    reason: str

    def fits(self, situation: Situation, direct: bool, call_waiting: bool, bypass: bool) -> bool:
        """Whether this row speaks of such a call."""
        wanted = (self.direct, self.call_waiting, self.bypass)
        return self.situation is situation and all(
            want is None or want is given for want, given in zip(wanted, (direct, call_waiting, bypass), strict=True)
        )


RULES = (
    Rule("free", Situation.FREE, None, None, None, Treatment.RING, "The agent was free."),
    Rule(
        "busy-bypass",
        Situation.ON_A_CALL,
        True,
        None,
        True,
        Treatment.NO_ANSWER_ROUTE,
        "The agent was on a call and the user queue is bypassed while no agent is available.",
    ),
    Rule(
        "busy-call-waiting",
        Situation.ON_A_CALL,
        True,
        True,
        False,
        Treatment.CALL_WAITING,
        "The agent was on a call, the number is their direct line and call waiting is on.",
    ),
    Rule(
        "busy-queue",
        Situation.ON_A_CALL,
        True,
        False,
        False,
        Treatment.QUEUE_SILENTLY,
        "The agent was on a call and call waiting is off: the caller waits until the agent is free.",
    ),
    Rule(
        "busy-not-direct",
        Situation.ON_A_CALL,
        False,
        None,
        None,
        Treatment.BUSY,
        "The agent was on a call and the dialled number is not their direct line.",
    ),
    Rule(
        "away-bypass",
        Situation.AWAY,
        True,
        None,
        True,
        Treatment.NO_ANSWER_ROUTE,
        "The agent was not available and the user queue is bypassed while no agent is available.",
    ),
    Rule(
        "away-queue",
        Situation.AWAY,
        True,
        None,
        False,
        Treatment.QUEUE_SILENTLY,
        "The agent was not available: the caller waits until they are.",
    ),
    Rule(
        "away-not-direct",
        Situation.AWAY,
        False,
        None,
        None,
        Treatment.UNAVAILABLE,
        "The agent was not available and the dialled number is not their direct line.",
    ),
)


def decide(situation: Situation, *, direct: bool, call_waiting: bool, bypass: bool) -> Rule:
    """The row that decides. The table is complete: every combination has one."""
    return next(rule for rule in RULES if rule.fits(situation, direct, call_waiting, bypass))
