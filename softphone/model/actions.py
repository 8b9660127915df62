"""What an agent can ask for: by click, by key, by ``softphone ctl``. One vocabulary for all of them.

What can be asked for at a moment is a set of these values (``SessionView.possible``). Where the agent still
has to say something, such as a number, that field is empty in the set; ``template`` gives that form of an action.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Self

from softphone.model.profile import AgentStatus


class Choice(StrEnum):
    """The answers a prompt can take, in the order of its buttons."""

    HOLD_AND_ANSWER = "hold-answer"
    HANGUP_AND_ANSWER = "hangup-answer"
    ANSWER = "answer"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Action:
    """Something the agent wants. *to_fill_in* names the fields that only the agent knows."""

    to_fill_in: ClassVar[tuple[str, ...]] = ()

    @property
    def template(self) -> Self:
        """The same action with nothing filled in."""
        return replace(self, **dict.fromkeys(self.to_fill_in, ""))


@dataclass(frozen=True, slots=True)
class CallAction(Action):
    """Something the agent wants with the call of this id."""

    call: str


@dataclass(frozen=True, slots=True)
class Choose(CallAction):
    """Answer the prompt for *call*."""

    choice: Choice


@dataclass(frozen=True, slots=True)
class DeclineTo(CallAction):
    """Send an unanswered caller to *target*, a SIP URI."""

    to_fill_in: ClassVar[tuple[str, ...]] = ("target",)

    target: str = ""


@dataclass(frozen=True, slots=True)
class RequestHold(CallAction):
    """Put an active call on hold."""


@dataclass(frozen=True, slots=True)
class RequestHoldForAnyone(CallAction):
    """Put an active call on hold, or release one that is held already, for any permitted agent to continue."""


@dataclass(frozen=True, slots=True)
class RequestTransfer(CallAction):
    """Send the other side of an active or held call to *target*, a SIP URI."""

    to_fill_in: ClassVar[tuple[str, ...]] = ("target",)

    target: str = ""


@dataclass(frozen=True, slots=True)
class LeaveOnHold(CallAction):
    """The softphone reminds the agent of a caller nobody picks up: leave them on hold for another while."""


@dataclass(frozen=True, slots=True)
class RequestResume(CallAction):
    """Take a held call back; a call that is active then goes on hold first."""


@dataclass(frozen=True, slots=True)
class RequestHangUp(CallAction):
    """End a call of one's own."""


@dataclass(frozen=True, slots=True)
class PressKeys(CallAction):
    """Send *digits* (0-9, A-D, ``*``, ``#``) to the other side."""

    to_fill_in: ClassVar[tuple[str, ...]] = ("digits",)

    digits: str = ""


@dataclass(frozen=True, slots=True)
class RequestDial(Action):
    """Call *target*, a SIP URI; *call* is the new call's id."""

    to_fill_in: ClassVar[tuple[str, ...]] = ("call", "target")

    call: str
    target: str


@dataclass(frozen=True, slots=True)
class MuteBeep(Action):
    """Silence the call-waiting beep of the prompt that is up, or let it be heard again."""

    muted: bool


@dataclass(frozen=True, slots=True)
class SetStatus(Action):
    """Change what the agent says about themselves."""

    status: AgentStatus
