"""The session of one agent, as everybody sees it who asks something of it or watches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from softphone.model.actions import Action, Choice, RequestDial, RequestTransfer
from softphone.model.ua_events import EngineLost, UaEvent
from softphone.model.view import Notice, SessionView
from softphone.policy.calls.events import Leaving
from softphone.ports import Clock
from softphone.session.call_info import InfoSource
from softphone.session.call_manager import CallManager
from softphone.session.call_recorder import CallRecorder
from softphone.session.dial_plan import DialPlan
from softphone.session.dispatcher import Dispatcher
from softphone.session.journal import Entry, Journal
from softphone.session.notices import Notices
from softphone.session.registration import Registration
from softphone.session.team.team import TeamSide
from softphone.session.user_agent_setup import UserAgentSetup
from softphone.session.user_agent_status import UserAgentStatus

Hearers = Mapping[type, Callable[[Any], None]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What ``compose`` puts together; *hearers* says who hears each kind of the user agent's events."""

    dispatcher: Dispatcher
    calls: CallManager
    team: TeamSide
    registration: Registration
    setup: UserAgentSetup
    status: UserAgentStatus
    notices: Notices
    journal: Journal
    recorder: CallRecorder
    dial_plan: DialPlan
    info: InfoSource
    clock: Clock


class Session:
    """Lives on one event loop and is called on it only."""

    def __init__(self, parts: Parts, hearers: Hearers) -> None:
        self._parts, self._hearers = parts, hearers
        self._happening = parts.dispatcher.happening

    # -- life

    async def start(self) -> None:
        """Bring the user agent up."""
        self._parts.team.settings_changed()
        await self._parts.setup.start(self._hear)
        self._parts.dispatcher.told()

    async def stop(self) -> None:
        """End everything: no timer, no process stays."""
        parts = self._parts
        with self._happening():
            parts.team.stop()
            parts.calls.feed(Leaving())
        await parts.setup.stop()
        parts.registration.stop()
        parts.calls.feed(EngineLost(0, parts.clock.monotonic()))
        parts.calls.stop()
        parts.recorder.close()

    def _hear(self, event: UaEvent) -> None:
        """The one way in for what the user agent reports."""
        with self._happening():
            self._parts.journal.heard(event)
            self._hearers[type(event)](event)

    # -- what watchers get

    @property
    def view(self) -> SessionView:
        """The present picture."""
        return self._parts.dispatcher.view

    def on_view(self, listener: Callable[[SessionView], None]) -> None:
        """Call *listener* with each new picture."""
        self._parts.dispatcher.on_view(listener)

    def on_notice(self, listener: Callable[[Notice], None]) -> None:
        """Call *listener* with each thing the agent is to be told."""
        self._parts.notices.listen(listener)

    def on_event(self, listener: Callable[[Entry], None]) -> None:
        """Call *listener* with each entry of the journal."""
        self._parts.journal.listen(listener)

    # -- what agents ask for

    def act(self, action: Action) -> None:
        """Carry out what the agent wants. Raises RefusedError, in words, changing nothing, when it does not fit."""
        self._parts.calls.act(action)
        texts = {name: str(value) for name, value in asdict(action).items()}
        self._parts.journal.note("agent", action=type(action).__name__, **texts)

    def dial(self, target_text: str) -> str:
        """Call a number, a name or a SIP address; the new call's id. Raises RefusedError."""
        target = self._parts.dial_plan.target_of(target_text)
        call = uuid4().hex
        self._parts.calls.begin(RequestDial(call, target), self._parts.info.of_dialled(target))
        return call

    def transfer(self, call_id: str, target_text: str) -> None:
        """Send the other side of a call to a number, a colleague or an address. Raises RefusedError."""
        self.act(RequestTransfer(call_id, self._parts.dial_plan.target_of(target_text)))

    async def pick_up(self, held_call_id: str, choice: Choice | None = None) -> str:
        """Go on with a caller held for anyone; the new call's id once the agent talks to them.

        *choice* says what becomes of the agent's own call, if there is one: HOLD_AND_ANSWER or HANGUP_AND_ANSWER.
        Raises UserFacingError in words; the caller is then where they were.
        """
        self._parts.journal.note("agent", action="PickUp", held_call=held_call_id, choice=str(choice or ""))
        return await self._parts.team.pick_up(held_call_id, choice)

    def set_note(self, held_call_id: str, note: str) -> None:
        """What colleagues should know of a caller held here. Raises RefusedError."""
        self._parts.team.set_note(held_call_id, note)

    def mute(self, muted: bool) -> None:
        """Send silence instead of the microphone, or stop doing so."""
        with self._happening():
            self._parts.status.mute(muted)

    def register(self) -> None:
        """Register now."""
        self._parts.registration.register()

    def settings_changed(self) -> None:
        """Read the settings again. Account, devices and volumes change at once, network settings between calls."""
        parts = self._parts
        with self._happening():
            parts.team.settings_changed()
            parts.setup.settings_changed()
            if not parts.calls.state.calls:
                parts.setup.restart_if_wanted()
            elif parts.setup.restart_wanted:
                parts.notices.inform("The new network settings take effect after the current calls.")
