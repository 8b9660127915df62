"""Runs call control: feeds it events, carries its commands out, keeps what is known of each call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from softphone.errors import RefusedError
from softphone.model.actions import Action, RequestDial
from softphone.model.call import IllegalTransitionError, Phase
from softphone.model.ua_events import CallDialing, DialogKnown, IncomingCall
from softphone.model.view import Party
from softphone.policy.call_control import step
from softphone.policy.events import (
    Arrived,
    AskForBridge,
    BridgeArrived,
    Command,
    Event,
    Finish,
    RejectClaim,
    StartTimer,
    StopTimer,
    TakeOver,
    Tell,
    TimerFired,
)
from softphone.policy.state import State
from softphone.ports import Clock, UserAgent
from softphone.session.facts import CallFacts, Receptionist
from softphone.session.timers import Timers


@dataclass(frozen=True, slots=True)
class CallReports:
    """Who hears what becomes of the calls."""

    stepped: Callable[[tuple[Command, ...]], None]
    finished: Callable[[Finish, CallFacts, float | None], None]
    tell: Callable[[str, CallFacts], None]
    team: Callable[[RejectClaim | AskForBridge], None]


class CallManager:
    """The one owner of the call-control state."""

    def __init__(
        self, user_agent: UserAgent, clock: Clock, random: Random, receptionist: Receptionist, reports: CallReports
    ) -> None:
        self._user_agent = user_agent
        self._clock = clock
        self._receptionist = receptionist
        self._reports = reports
        self._timers = Timers(clock, random, lambda timer: self.feed(TimerFired(timer)))
        self.state = State()
        self.facts: dict[str, CallFacts] = {}
        self.since: dict[str, float] = {}
        self.answered: dict[str, float] = {}

    def act(self, action: Action) -> None:
        """Carry out what the agent wants. Raises RefusedError, changing nothing, when it does not fit."""
        try:
            self.feed(action)
        except IllegalTransitionError as error:
            raise RefusedError(_sentence(str(error))) from error

    def dial(self, action: RequestDial, remote: Party) -> None:
        """Start an outgoing call to *remote*."""
        facts = CallFacts("", remote, None, False, self._clock.monotonic(), self._clock.now())
        self.facts[action.call] = facts
        try:
            self.act(action)
        except RefusedError:
            del self.facts[action.call]
            raise

    def dialing(self, event: CallDialing) -> None:
        """The SIP Call-ID of an outgoing call is known now."""
        if event.call in self.facts:
            self.facts[event.call] = replace(self.facts[event.call], sip_call_id=event.sip_call_id)

    def receive(self, event: IncomingCall) -> None:
        """A new INVITE."""
        facts, arrived = self._receptionist.receive(event, self._clock.monotonic(), self._clock.now())
        self.facts[event.call] = facts
        self.feed(arrived)

    def receive_as(self, event: Arrived | BridgeArrived, facts: CallFacts) -> None:
        """A new INVITE that is not a caller's for the rule: one we pick up, or a claimer's."""
        self.facts[event.call] = facts
        self.feed(event)

    def turn_away(self, event: IncomingCall, facts: CallFacts) -> None:
        """An INVITE that nobody waits for any more."""
        self.receive_as(BridgeArrived(event.call, ""), facts)

    def take_over(self, event: TakeOver, facts: CallFacts) -> None:
        """Call somebody to go on with a held caller. Raises RefusedError when the line cannot be freed."""
        self.facts[event.call] = facts
        try:
            self.feed(event)
        except IllegalTransitionError as error:
            del self.facts[event.call]
            raise RefusedError(_sentence(str(error))) from error

    def dialog_known(self, event: DialogKnown) -> None:
        """What identifies the dialog of an established call."""
        if event.call in self.facts:
            self.facts[event.call] = replace(self.facts[event.call], dialog=event.dialog)

    def feed(self, event: Event) -> None:
        """Take one step and carry its commands out."""
        before = self.state
        self.state, commands = step(before, event)
        self._note_times(before)
        for command in commands:
            self._carry_out(command)
        self._reports.stepped(commands)

    def stop(self) -> None:
        """No timer fires any more."""
        self._timers.stop_all()

    def _carry_out(self, command: Command) -> None:
        match command:
            case StartTimer():
                self._timers.start(command)
            case StopTimer(timer):
                self._timers.stop(timer)
            case Finish():
                self._finish(command)
            case Tell():
                self._reports.tell(command.text, self.facts[command.call])
            case RejectClaim() | AskForBridge():
                self._reports.team(command)
            case _:
                self._user_agent.send(command)

    def _finish(self, command: Finish) -> None:
        facts = self.facts.pop(command.call)
        self.since.pop(command.call, None)
        self._reports.finished(command, facts, self.answered.pop(command.call, None))

    def _note_times(self, before: State) -> None:
        now = self._clock.monotonic()
        for call in self.state.calls:
            old = before.find(call.id)
            if old is None or old.phase is not call.phase:
                self.since[call.id] = now
            if call.talked and call.phase is Phase.ACTIVE:
                self.answered.setdefault(call.id, now)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
