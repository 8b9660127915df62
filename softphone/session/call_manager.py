"""Runs call control: feeds it events, carries its commands out, keeps what is known of each call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Protocol

from softphone.errors import RefusedError, sentence
from softphone.model.actions import Action, RequestDial
from softphone.model.call import IllegalTransitionError, Phase
from softphone.policy.calls.control import step
from softphone.policy.calls.events import (
    Arrived,
    BridgeArrived,
    Command,
    Event,
    Finish,
    PickupArrived,
    StartTimer,
    StopTimer,
    TakeOver,
    TeamCommand,
    Tell,
    TimerFired,
)
from softphone.policy.calls.state import State
from softphone.ports import Clock, UserAgent
from softphone.session.call_info import CallInfo
from softphone.session.dispatcher import Dispatcher
from softphone.session.timers import Timers

NewCall = Arrived | PickupArrived | BridgeArrived | TakeOver | RequestDial


@dataclass(frozen=True, slots=True)
class Step:
    """A step of call control: the state it led to, and the commands, which have been carried out.

    *info* still knows the calls that have finished in it; *answered* are the moments (monotonic) calls came up.
    """

    state: State
    commands: tuple[Command, ...]
    info: Mapping[str, CallInfo]
    answered: Mapping[str, float]


class StepListener(Protocol):
    """Does what follows from a step, besides what call control itself commands."""

    def follow(self, step: Step) -> None:
        """Call control has taken *step*."""


class CallManager:
    """The one owner of the call-control state."""

    def __init__(self, user_agent: UserAgent, clock: Clock, random: Random, dispatcher: Dispatcher) -> None:
        self._user_agent = user_agent
        self._clock = clock
        self._happening = dispatcher.happening
        self._timers = Timers(clock, random, lambda timer: self.feed(TimerFired(timer)))
        self._carriers: dict[type, Callable[[Any], None]] = {
            StartTimer: self._timers.start,
            StopTimer: lambda command: self._timers.stop(command.timer),
        }
        self._listeners: Sequence[StepListener] = ()
        self.state = State()
        self.info: dict[str, CallInfo] = {}
        self.since: dict[str, float] = {}
        self._answered: dict[str, float] = {}

    def listen(self, *listeners: StepListener) -> None:
        """Have each step told to *listeners*, in this order."""
        self._listeners = listeners

    def act(self, action: Action) -> None:
        """Carry out what the agent wants. Raises RefusedError, changing nothing, when it does not fit."""
        try:
            self.feed(action)
        except IllegalTransitionError as error:
            raise RefusedError(sentence(str(error))) from error

    def begin(self, event: NewCall, info: CallInfo) -> None:
        """A call that was not there before. Raises RefusedError, changing nothing, when there is no room for it."""
        self.info[event.call] = info
        try:
            self.feed(event)
        except IllegalTransitionError as error:
            del self.info[event.call]
            raise RefusedError(sentence(str(error))) from error

    def learn(self, call: str, **more: object) -> None:
        """More is known of a call (fields of CallInfo); of one that is gone nobody wants to know."""
        if call in self.info:
            self.info[call] = replace(self.info[call], **more)  # type: ignore[arg-type]

    def feed(self, event: Event) -> None:
        """Take one step, carry its commands out, and have it followed."""
        with self._happening():
            before = self.state
            self.state, commands = step(before, event)
            self._note_times(before)
            for command in commands:
                if not isinstance(command, Finish | Tell | TeamCommand):  # those are for listeners
                    self._carriers.get(type(command), self._user_agent.send)(command)
            taken = Step(self.state, commands, self.info, self._answered)
            for listener in self._listeners:
                listener.follow(taken)
            self._forget_finished(commands)

    def stop(self) -> None:
        """No timer fires any more."""
        self._timers.stop_all()

    def _note_times(self, before: State) -> None:
        now = self._clock.monotonic()
        for call in self.state.calls:
            old = before.find(call.id)
            if old is None or old.phase is not call.phase:
                self.since[call.id] = now
            if call.talked and call.phase is Phase.ACTIVE:
                self._answered.setdefault(call.id, now)

    def _forget_finished(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            if isinstance(command, Finish):
                for known in (self.info, self.since, self._answered):
                    known.pop(command.call, None)
