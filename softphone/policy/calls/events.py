"""What the call-control machine is fed besides the user agent's events, and what it wants besides its commands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from softphone.model.actions import Action, Choice
from softphone.model.call import NoAnswerPlan
from softphone.model.call_record import Direction, Outcome
from softphone.model.ua_commands import Dial, UaCommand
from softphone.model.ua_events import CallEvent, CommandRefused, EngineLost, EngineReady


@dataclass(frozen=True, slots=True)
class LineEvent:
    """Something that happens to the agent's line and not to one of the calls on it."""


@dataclass(frozen=True, slots=True)
class Arrived(LineEvent):
    """A new INVITE with everything the rule needs: the dialled number and the agent's settings at this moment.

    *waited* is how long ago it came, in seconds: above 0 when the app was busy. *queued_code* is the
    provisional answer for a silently queued caller, 180 or 182.
    """

    call: str
    direct: bool
    call_waiting: bool
    bypass: bool
    ring_seconds: float
    plan: NoAnswerPlan
    waited: float = 0.0
    queued_code: int = 180


@dataclass(frozen=True, slots=True)
class PickupArrived(LineEvent):
    """The INVITE of a caller this agent is picking up, answered without any rule.

    *choice* is what becomes of the agent's own call.
    """

    call: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class Leaving(LineEvent):
    """The softphone is being closed: whoever has not been answered must be sent on now."""


@dataclass(frozen=True, slots=True)
class HoldRules(LineEvent):
    """What holds for callers held for anyone from now on; 0 seconds mean never, an empty *park_orbit* none."""

    reminder_seconds: float = 0.0
    recall_seconds: float = 0.0
    park_orbit: str = ""


@dataclass(frozen=True, slots=True)
class TakeOver(LineEvent):
    """Call somebody in order to go on with a caller another agent holds; *choice* is what becomes of our own call."""

    dial: Dial
    choice: Choice

    @property
    def call(self) -> str:
        """The new call's id."""
        return self.dial.call


@dataclass(frozen=True, slots=True)
class Claimed(CallEvent):
    """An agent has the right to pick up the caller of *call*: *target* is where to send them, a SIP URI."""

    by: str
    name: str
    target: str


@dataclass(frozen=True, slots=True)
class ClaimGone(CallEvent):
    """The claim on the caller of *call* was given back or ran out."""


@dataclass(frozen=True, slots=True)
class PickedUp(CallEvent):
    """The team's list says that the caller of *call* talks to the claimer now."""


@dataclass(frozen=True, slots=True)
class ListingLost(CallEvent):
    """Somebody else has ended the row of *call* in the team's list, although the caller is still here."""


@dataclass(frozen=True, slots=True)
class BridgeArrived(LineEvent):
    """The claimer of *held* calls us, because the caller's side refuses REFER; *call* is the new INVITE."""

    call: str
    held: str


class TimerKind(StrEnum):
    """What a timer is for."""

    RING_TIME = "ring time"
    SWITCH = "switch"  # how long the caller waits for the other call's hold to be confirmed
    TRANSFER = "transfer"  # how long we wait to hear that the other side has reached where it was sent
    REMINDER = "reminder"
    RECALL = "recall"
    RETRY = "retry"  # the next try of a refused re-INVITE (RFC 3261 section 14.1)


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer is named by its purpose and its call; at most one of each name runs."""

    kind: TimerKind
    call: str


@dataclass(frozen=True, slots=True)
class TimerFired(LineEvent):
    """A timer that was started has run out."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Fire *timer* after *seconds* plus a random part of *jitter_seconds*; a running one starts anew."""

    timer: Timer
    seconds: float
    jitter_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Take *timer* back; nothing happens when it does not run."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Finish:
    """This call is over: write it down. Said exactly once for every call."""

    call: str
    direction: Direction
    outcome: Outcome
    why: str
    held_for_anyone: bool
    continued_by: str = ""  # login of the agent who goes on with the caller
    by_agent: bool = False  # this side ended it
    bridge: bool = False  # it was a claimer's own call to us, no caller's
    rule: str = ""  # id of the rule that decided, empty when none did
    unseen: bool = False  # refused as it came: the agent saw nothing of it


@dataclass(frozen=True, slots=True)
class TeamCommand:
    """Something to be done in the team's list of callers held for anyone, about our call of this id."""

    call: str


@dataclass(frozen=True, slots=True)
class ListHeld(TeamCommand):
    """Any permitted agent may pick this caller up from now on; *orbit* is the park orbit that holds them, or empty."""

    orbit: str = ""


@dataclass(frozen=True, slots=True)
class UnlistHeld(TeamCommand):
    """The holder has taken this caller back."""


@dataclass(frozen=True, slots=True)
class RejectClaim(TeamCommand):
    """The caller cannot be picked up by whoever has claimed them; *why* in words."""

    why: str


@dataclass(frozen=True, slots=True)
class AskForBridge(TeamCommand):
    """The caller's side refuses REFER: the claimer has to call us."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the agent, once, in words; *call* is the call it is about."""

    call: str
    text: str


Event = Action | CallEvent | LineEvent | CommandRefused | EngineReady | EngineLost
Command = UaCommand | StartTimer | StopTimer | Finish | Tell | TeamCommand
