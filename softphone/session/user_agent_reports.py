"""What the user agent reports of itself, and what follows from it; calls are call control's."""

from __future__ import annotations

import logging

from softphone.model.ua_commands import Bridge, Hold, OutliveApp, Refer, Respond, Resume, StopTone, UaCommand
from softphone.model.ua_events import (
    CommandRefused,
    EngineFailed,
    EngineLost,
    EngineReady,
    LineSkipped,
    RegistrationChanged,
)
from softphone.policy.calls.prompt import tone_of
from softphone.ports import Clock
from softphone.session.call_manager import CallManager
from softphone.session.notices import Notices
from softphone.session.registration import Registration
from softphone.session.tone_control import ToneControl
from softphone.session.user_agent_status import UserAgentStatus

_logger = logging.getLogger(__name__)

_CALL_CONTROL_DEALS_WITH: tuple[type[UaCommand], ...] = (Hold, Resume, Respond, StopTone, Refer, Bridge, OutliveApp)


class UserAgentReports:
    """Keeps status, tones and registration true while user agents come and go."""

    def __init__(
        self,
        status: UserAgentStatus,
        registration: Registration,
        tones: ToneControl,
        calls: CallManager,
        notices: Notices,
        clock: Clock,
    ) -> None:
        self._status, self._registration, self._tones = status, registration, tones
        self._calls, self._notices, self._clock = calls, notices, clock

    def ready(self, event: EngineReady) -> None:
        """A new one is up; what should sound sounds there."""
        self._status.ready(event)
        self._calls.feed(event)
        self._tones.forget()
        self._tones.sound(tone_of(self._calls.state))

    def failed(self, event: EngineFailed) -> None:
        """It cannot come up; said once for each reason."""
        if self._status.failed(event):
            self._notices.report(event.detail)

    def lost(self, event: EngineLost) -> None:
        """It has died, and every call with it."""
        self._registration.lost()
        self._gone(event)

    def stopped(self) -> None:
        """A restart of our own; nobody is on the line."""
        self._gone(EngineLost(0, self._clock.monotonic()))

    def refused(self, event: CommandRefused) -> None:
        """It could not do something; what call control has no answer to is told."""
        self._calls.feed(event)
        if event.command not in _CALL_CONTROL_DEALS_WITH:
            self._notices.warn(event.detail)

    def registration_changed(self, event: RegistrationChanged) -> None:
        """The registrar has answered."""
        if words := self._registration.changed(event):
            self._notices.warn(f"Not registered: {words}.")

    def line_skipped(self, event: LineSkipped) -> None:
        """It said something that could not be read."""
        _logger.warning("a line of the engine was skipped: %s", event.detail)

    def _gone(self, event: EngineLost) -> None:
        often = self._status.gone(event)
        self._tones.forget()
        self._calls.feed(event)
        if often:
            self._notices.report(self._status.engine.problem)
