"""The session of one agent: the policies run over the ports, and everybody who watches is kept up to date."""

from __future__ import annotations

import logging
from collections.abc import Callable
from random import Random
from uuid import uuid4

from softphone.model.actions import Action, Choice, RequestDial, RequestTransfer
from softphone.model.call_record import Outcome
from softphone.model.settings import Settings
from softphone.model.ua_commands import (
    Bridge,
    Hold,
    Mute,
    OutliveApp,
    Refer,
    Respond,
    Resume,
    SendDtmf,
    Start,
    StopTone,
)
from softphone.model.ua_events import (
    CallDialing,
    CallEnded,
    CallEstablished,
    CallProgress,
    CallTurnedAway,
    CommandRefused,
    DialogKnown,
    DtmfReceived,
    EngineFailed,
    EngineLost,
    EngineReady,
    HoldConfirmed,
    HoldRefused,
    IncomingCall,
    LineSkipped,
    ReferAccepted,
    ReferProgress,
    ReferRefused,
    RegistrationChanged,
    RemoteHold,
    ResumeConfirmed,
    ResumeRefused,
    SoundChanged,
    UaEvent,
)
from softphone.model.view import EngineView, Notice, NoticeKind, SessionView, SoundView
from softphone.policy.events import BeepMuted, Command, Finish, Leaving
from softphone.policy.ringing import tone_of
from softphone.ports import CallLog, Clock, Directory, NumberPlan, UserAgent
from softphone.session.call_manager import CallManager, CallReports
from softphone.session.call_recorder import CallRecorder
from softphone.session.commissioning import Commissioning
from softphone.session.dial_plan import target_of
from softphone.session.facts import CallFacts, Receptionist, party
from softphone.session.journal import Journal
from softphone.session.picture import call_views, prompt_view, queued_count
from softphone.session.registration import Registration
from softphone.session.sounding import Sounding
from softphone.session.team_desk import Surroundings, TeamDesk
from softphone.session.team_ports import TeamPorts
from softphone.session.who import Who

_logger = logging.getLogger(__name__)
_SETTLED_BY_CALL_CONTROL = frozenset({Bridge, Hold, OutliveApp, Refer, Respond, Resume, StopTone})


class Session:
    """Composes the parts; each of them does one thing. Lives on one event loop and is called on it only."""

    def __init__(
        self,
        user_agent: UserAgent,
        call_log: CallLog,
        directory: Directory,
        numbers: NumberPlan,
        clock: Clock,
        configuration: Callable[[], Start],
        settings: Callable[[], Settings],
        random: Random,
        team: TeamPorts,
    ) -> None:
        self.user_agent = user_agent
        self._directory = directory
        self._numbers = numbers
        self._settings = settings
        self._engine = EngineView(0, 0, "")
        self._sound = SoundView()
        self._muted = False
        self._view_listeners: list[Callable[[SessionView], None]] = []
        self._notice_listeners: list[Callable[[Notice], None]] = []
        self._journal = Journal(clock.monotonic)
        self._recorder = CallRecorder(call_log, clock)
        self._registration = Registration(user_agent, clock)
        self._sounding = Sounding(user_agent, lambda: settings().sound)
        self._receptionist = Receptionist(numbers, settings, lambda: directory.team, lambda: self._team.away())
        self._clock = clock
        self._commissioning = Commissioning(
            user_agent,
            configuration,
            lambda: settings().sound.speech_volume,
            lambda start: self._registration.expect(start.account.sip_uri, bool(start.account.registrar)),
            self._user_agent_stopped,
        )
        reports = CallReports(self._stepped, self._finished, self._tell_about, lambda wish: self._team.carry_out(wish))
        self._calls = CallManager(user_agent, clock, random, self._receptionist, reports)
        around = Surroundings(
            Who(settings, lambda: directory.team, lambda: self._engine.addresses),
            numbers,
            clock,
            lambda text: self._tell(Notice(NoticeKind.WARNING, text)),
            lambda: self._publish(),
        )
        self._team = TeamDesk(team, self._calls, around)
        self._view = self._draw()

    # -- life

    async def start(self) -> None:
        """Bring the user agent up."""
        self._team.settings_changed()
        await self._commissioning.start(self._hear)
        self._publish()

    async def stop(self) -> None:
        """End everything: no timer, no process stays."""
        self._team.stop()
        self._calls.feed(Leaving())
        await self._commissioning.stop()
        self._registration.stop()
        self._calls.feed(EngineLost(0, self._clock.monotonic()))
        self._calls.stop()

    # -- what watchers get

    @property
    def view(self) -> SessionView:
        """The present picture."""
        return self._view

    def on_view(self, listener: Callable[[SessionView], None]) -> None:
        """Call *listener* with each new picture."""
        self._view_listeners.append(listener)

    def on_notice(self, listener: Callable[[Notice], None]) -> None:
        """Call *listener* with each thing the agent is to be told."""
        self._notice_listeners.append(listener)

    def on_event(self, listener: Callable[[dict[str, object]], None]) -> None:
        """Call *listener* with each entry of the journal."""
        self._journal.listen(listener)

    # -- what agents ask for

    def act(self, action: Action) -> None:
        """Carry out what the agent wants. Raises RefusedError, in words, changing nothing, when it does not fit."""
        self._calls.act(action)
        self._journal.note("agent", action=type(action).__name__, **_action_fields(action))

    def dial(self, target_text: str) -> str:
        """Call a number, a name or a SIP address; the new call's id. Raises RefusedError."""
        target = target_of(target_text, self._directory.team, self._settings().account, self._numbers)
        call = uuid4().hex
        self._calls.dial(RequestDial(call, target), party(target, self._numbers))
        return call

    def transfer(self, call_id: str, target_text: str) -> None:
        """Send the other side of a call to a number, a colleague or an address. Raises RefusedError."""
        target = target_of(target_text, self._directory.team, self._settings().account, self._numbers)
        self.act(RequestTransfer(call_id, target))

    async def pick_up(self, held_call_id: str, choice: Choice | None = None) -> str:
        """Go on with a caller held for anyone; the new call's id once the agent talks to them.

        *choice* says what becomes of the agent's own call, if there is one: HOLD_AND_ANSWER or HANGUP_AND_ANSWER.
        Raises UserFacingError in words; the caller is then where they were.
        """
        self._journal.note("agent", action="PickUp", held_call=held_call_id, choice=str(choice or ""))
        return await self._team.pick_up(held_call_id, choice)

    def set_note(self, held_call_id: str, note: str) -> None:
        """What colleagues should know of a caller held here. Raises RefusedError."""
        self._team.set_note(held_call_id, note)

    def mute(self, muted: bool) -> None:
        """Send silence instead of the microphone, or stop doing so."""
        self._muted = muted
        self.user_agent.send(Mute(muted))
        self._publish()

    def mute_beep(self, muted: bool) -> None:
        """Silence the call-waiting beep of the prompt that is up, or let it be heard again."""
        self._calls.feed(BeepMuted(muted))

    def send_dtmf(self, call_id: str, digits: str) -> None:
        """Send key presses to the other side."""
        self.user_agent.send(SendDtmf(call_id, digits))

    def register(self) -> None:
        """Register now."""
        self._registration.register()

    def settings_changed(self) -> None:
        """Read the settings again. Account, devices and volumes change at once, network settings between calls."""
        self._team.settings_changed()
        self._commissioning.settings_changed()
        if self._commissioning.restart_wanted and self._calls.state.calls:
            self._tell(Notice(NoticeKind.INFO, "The new network settings take effect after the current calls."))
        self._restart_if_idle()
        self._publish()

    # -- what the user agent reports

    def _hear(self, event: UaEvent) -> None:
        self._journal.heard(event)
        self._team.heard(event)
        match event:
            case IncomingCall():
                if not self._team.takes(event):
                    self._calls.receive(event)
            case DialogKnown():
                self._calls.dialog_known(event)
            case CallDialing():
                self._calls.dialing(event)
            case CallTurnedAway():
                self._turned_away(event)
            case (
                CallProgress()
                | CallEstablished()
                | CallEnded()
                | HoldConfirmed()
                | HoldRefused()
                | ResumeConfirmed()
                | ResumeRefused()
                | RemoteHold()
                | ReferAccepted()
                | ReferRefused()
                | ReferProgress()
            ):
                self._calls.feed(event)
            case CommandRefused():
                self._refused(event)
            case RegistrationChanged():
                self._tell_unless_empty("Not registered: ", self._registration.changed(event))
            case SoundChanged(microphone, headset, ringer, note):
                self._sound = SoundView(microphone, headset, ringer, note)
            case EngineReady() | EngineFailed() | EngineLost():
                self._engine_event(event)
            case LineSkipped(detail):
                _logger.warning("a line of the engine was skipped: %s", detail)
            case DtmfReceived():
                pass  # in the journal; nobody acts on it
        self._publish()

    def _engine_event(self, event: EngineReady | EngineFailed | EngineLost) -> None:
        restarts = self.user_agent.restarts
        match event:
            case EngineReady(pid=pid, addresses=addresses):
                self._engine = EngineView(pid, restarts, "", addresses)
                self._sounding.forget()
                self._sounding.follow(tone_of(self._calls.state))
            case EngineFailed(detail=detail):
                changed = detail != self._engine.problem
                self._engine = EngineView(0, restarts, detail)
                if changed:
                    self._tell(Notice(NoticeKind.ERROR, detail))
            case EngineLost():
                self._engine = EngineView(0, restarts, "The phone is starting again.")
                self._registration.lost()
                self._sounding.forget()
                self._calls.feed(event)

    def _refused(self, event: CommandRefused) -> None:
        self._calls.feed(event)
        if event.command not in _SETTLED_BY_CALL_CONTROL:
            self._tell(Notice(NoticeKind.WARNING, event.detail))

    def _turned_away(self, event: CallTurnedAway) -> None:
        invite = IncomingCall("", event.sip_call_id, event.remote, event.request_uri, event.headers, event.at)
        facts, _ = self._receptionist.receive(invite, self._clock.monotonic(), self._clock.now())
        self._recorder.turned_away(event, facts, self._settings().agent.login)

    # -- what call control reports

    def _stepped(self, commands: tuple[Command, ...]) -> None:
        self._sounding.follow(tone_of(self._calls.state))
        self._team.stepped()
        for command in commands:
            self._journal.did(command)
        self._publish()
        self._restart_if_idle()

    def _finished(self, finish: Finish, facts: CallFacts, answered: float | None) -> None:
        held_call = self._team.finished(finish, facts) or facts.held_call
        if finish.bridge:
            return
        self._recorder.finished(finish, facts, answered, self._settings().agent.login, held_call)
        if finish.outcome is Outcome.LOST:
            name = facts.remote.name or facts.remote.number
            self._tell(Notice(NoticeKind.ERROR, f"The call with {name} broke off.", facts.remote.uri))

    def _tell_about(self, text: str, facts: CallFacts) -> None:
        self._tell(Notice(NoticeKind.WARNING, f"{facts.remote.name or facts.remote.number}: {text}"))

    def _tell_unless_empty(self, before: str, words: str) -> None:
        if words:
            self._tell(Notice(NoticeKind.WARNING, f"{before}{words}."))

    def _tell(self, notice: Notice) -> None:
        self._journal.note("notice", level=notice.kind.value, text=notice.text)
        for listener in tuple(self._notice_listeners):
            listener(notice)

    # -- helpers

    def _restart_if_idle(self) -> None:
        if not self._calls.state.calls:
            self._commissioning.no_calls()

    def _user_agent_stopped(self) -> None:
        """A restart of our own; nobody is on the line."""
        self._engine = EngineView(0, self.user_agent.restarts, "The phone is starting again.")
        self._sounding.forget()
        self._calls.feed(EngineLost(0, self._clock.monotonic()))

    def _draw(self) -> SessionView:
        state = self._calls.state
        return SessionView(
            registration=self._registration.view,
            agent_status=state.status,
            engine=self._engine,
            sound=self._sound,
            calls=call_views(self._calls, self._team.name_of),
            queued=queued_count(state),
            prompt=prompt_view(self._calls, self._numbers),
            muted=self._muted,
            held_calls=self._team.held_calls,
            colleagues=self._team.colleagues,
            team=self._team.health,
        )

    def _publish(self) -> None:
        view = self._draw()
        if view == self._view:
            return
        self._view = view
        for listener in tuple(self._view_listeners):
            listener(view)


def _action_fields(action: Action) -> dict[str, object]:
    names = getattr(type(action), "__dataclass_fields__", {})
    return {name: str(getattr(action, name)) for name in names}
