"""What the call-control machine is fed besides the user agent's events, and what it wants besides its commands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from softphone.model.actions import Action
from softphone.model.call import NoAnswerPlan
from softphone.model.call_record import Direction, Outcome
from softphone.model.ua_commands import UaCommand
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CallProgress,
    CommandRefused,
    EngineLost,
    HoldConfirmed,
    HoldRefused,
    RemoteHold,
    ResumeConfirmed,
    ResumeRefused,
)


@dataclass(frozen=True, slots=True)
class Arrived:
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
class Leaving:
    """The softphone is being closed: whoever has not been answered must be sent on now."""


class TimerKind(StrEnum):
    """What a timer is for."""

    RING_TIME = "ring time"
    SWITCH = "switch"  # how long the caller waits for the other call's hold to be confirmed
    RETRY = "retry"  # the next try of a refused re-INVITE (RFC 3261 section 14.1)


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer is named by its purpose and its call; at most one of each name runs."""

    kind: TimerKind
    call: str


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer that was started has run out."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class BeepMuted:
    """The agent has silenced the call-waiting beep of the prompt that is up, or wants it back."""

    muted: bool


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


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the agent, once, in words; *call* is the call it is about."""

    call: str
    text: str


Event = (
    Arrived
    | Leaving
    | Action
    | BeepMuted
    | TimerFired
    | CallProgress
    | CallEstablished
    | CallEnded
    | HoldConfirmed
    | HoldRefused
    | ResumeConfirmed
    | ResumeRefused
    | RemoteHold
    | CommandRefused
    | EngineLost
)

Command = UaCommand | StartTimer | StopTimer | Finish | Tell
