"""What an agent can ask for: by click, by key, by ``softphone ctl``. One vocabulary for all three."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from softphone.model.profile import AgentStatus


class Choice(StrEnum):
    """The answers a prompt can take, in the order of its buttons."""

    HOLD_AND_ANSWER = "hold-answer"
    HANGUP_AND_ANSWER = "hangup-answer"
    ANSWER = "answer"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Choose:
    """Answer the prompt for *call*."""

    call: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class DeclineTo:
    """Send an unanswered caller to *target*, a SIP URI."""

    call: str
    target: str


@dataclass(frozen=True, slots=True)
class RequestDial:
    """Call *target*, a SIP URI; *call* is the new call's id."""

    call: str
    target: str


@dataclass(frozen=True, slots=True)
class RequestHold:
    """Put an active call on hold."""

    call: str


@dataclass(frozen=True, slots=True)
class RequestHoldForAnyone:
    """Put an active call on hold, or release one that is held already, for any permitted agent to continue."""

    call: str


@dataclass(frozen=True, slots=True)
class RequestTransfer:
    """Send the other side of an active or held call to *target*, a SIP URI."""

    call: str
    target: str


@dataclass(frozen=True, slots=True)
class AnswerRecall:
    """The softphone reminds the agent of a caller nobody picks up: leave them on hold for another while."""

    call: str


@dataclass(frozen=True, slots=True)
class RequestResume:
    """Take a held call back; a call that is active then goes on hold first."""

    call: str


@dataclass(frozen=True, slots=True)
class RequestHangUp:
    """End a call of one's own."""

    call: str


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Change what the agent says about themselves."""

    status: AgentStatus


Action = (
    Choose
    | DeclineTo
    | RequestDial
    | RequestHold
    | RequestHoldForAnyone
    | RequestTransfer
    | AnswerRecall
    | RequestResume
    | RequestHangUp
    | SetStatus
)
