"""What the call log keeps of a call: who, which tracking number, when, how long it waited, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    """Who called whom."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Outcome(StrEnum):
    """The one way each call ends."""

    ANSWERED = "answered"  # talked, then ended by either side
    ABANDONED = "abandoned"  # the caller gave up before an answer
    IGNORED = "ignored"  # the agent pressed Ignore: no-answer route
    NO_ANSWER = "no-answer"  # ring time over: no-answer route
    BYPASSED = "bypassed"  # the queue is bypassed while the agent is not available: no-answer route
    DECLINED = "declined"  # sent elsewhere by the agent
    BUSY = "busy"  # 486
    UNAVAILABLE = "unavailable"  # 480
    LOST = "lost"  # the user agent died with it
    PICKED_UP = "picked-up"  # talked, held for anyone, and continued by another agent
    TRANSFERRED = "transferred"  # talked, then transferred by the agent
    FAILED = "failed"  # an outgoing call that was not answered, or an answer that did not come about


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One line of the call log. Times are timezone-aware UTC; *waited_seconds* runs to answer or end.

    *explanation* is the rule's reason in words and *rule* its id, empty when no rule decided. *held_call* is the id of
    the hold for anyone this call went through or came from; *continued_by* is the login of whoever picked it up here,
    *continues* of whom it was picked up from. *times* is of how many calls the line tells: callers who were refused
    unseen are counted together.
    """

    call: str
    sip_call_id: str
    direction: Direction
    agent: str
    remote_name: str
    remote_uri: str
    tracking_number: str
    label: str
    direct: bool
    arrived: datetime
    answered: datetime | None
    ended: datetime
    waited_seconds: float
    outcome: Outcome
    explanation: str
    held_for_anyone: bool = False
    held_call: str = ""
    continued_by: str = ""
    continues: str = ""
    rule: str = ""
    times: int = 1
