"""The user agent's configuration: given at the start, changed while it runs, or by a restart between calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from softphone.model.ua_commands import SelectSound, SetAccount, SetSpeechVolume, Start
from softphone.model.ua_events import UaEvent
from softphone.ports import UserAgent
from softphone.session.call_manager import Step


class UserAgentSetup:
    """Keeps the user agent in step with the settings.

    *new_account* is told of each account that is put to work, *stopped* that a restart has ended every
    call there still was.
    """

    def __init__(
        self,
        user_agent: UserAgent,
        configuration: Callable[[], Start],
        speech_volume: Callable[[], float],
        new_account: Callable[[Start], None],
        stopped: Callable[[], None],
    ) -> None:
        self._user_agent = user_agent
        self._configuration = configuration
        self._speech_volume = speech_volume
        self._new_account = new_account
        self._stopped = stopped
        self._current: Start | None = None
        self._restarting: asyncio.Task[None] | None = None
        self.restart_wanted = False

    async def start(self, on_event: Callable[[UaEvent], None]) -> None:
        """Bring the user agent up with the settings as they are."""
        self._on_event = on_event
        self._current = self._configuration()
        self._new_account(self._current)
        await self._user_agent.start(self._current, on_event)
        self._apply_volume()

    async def stop(self) -> None:
        """Take it down, a restart that is under way included."""
        if self._restarting is not None:
            await self._restarting
        await self._user_agent.stop()

    def settings_changed(self) -> None:
        """Account, devices and volume change at once; what only a new process can change is wanted for later."""
        old, new = self._current, self._configuration()
        if old is None:
            return
        self._apply_volume()
        if _fixed_part(old) != _fixed_part(new):
            self.restart_wanted = True
            return
        self._current = new
        if old.account != new.account:
            self._new_account(new)
            self._user_agent.send(SetAccount(new.account))
        if old.sound != new.sound:
            self._user_agent.send(SelectSound(new.sound))

    def follow(self, step: Step) -> None:
        """The moment without calls is the one for a restart, if one is wanted."""
        if not step.state.calls:
            self.restart_if_wanted()

    def restart_if_wanted(self) -> None:
        """Nobody is on the line."""
        if self.restart_wanted and self._restarting is None:
            self.restart_wanted = False
            self._restarting = asyncio.ensure_future(self._restart())

    async def _restart(self) -> None:
        try:
            await self._user_agent.stop()
            self._stopped()
            await self.start(self._on_event)
        finally:
            self._restarting = None

    def _apply_volume(self) -> None:
        self._user_agent.send(SetSpeechVolume(self._speech_volume()))


def _fixed_part(start: Start) -> tuple[object, ...]:
    """What a running user agent cannot change."""
    return start.bind, start.port, start.ca_file, start.hold_music, start.sip_trace
