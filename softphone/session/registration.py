"""The account as the agent sees it: registered, trying, failed and why."""

from __future__ import annotations

from softphone.model.ua_commands import Register
from softphone.model.ua_events import RegistrationChanged
from softphone.model.view import RegistrationStatus, RegistrationView
from softphone.policy.registration import Standing, failure_in_words, is_registered, next_register, spread
from softphone.ports import Clock, TimerHandle, UserAgent


class Registration:
    """Follows the user agent's reports, and has it ask again and again: see the policy."""

    def __init__(self, user_agent: UserAgent, clock: Clock) -> None:
        self._user_agent = user_agent
        self._clock = clock
        self._retry: TimerHandle | None = None
        self._registers = False
        self._standing = Standing()
        self.view = RegistrationView(RegistrationStatus.NONE, "", 0, "")

    def expect(self, account: str, registers: bool) -> None:
        """A user agent starts, or gets another account."""
        self._registers = registers
        self._standing = Standing()
        self._begin(account)

    def lost(self) -> None:
        """The user agent is gone; its next one registers by itself."""
        self._begin(self.view.account)

    def _begin(self, account: str) -> None:
        self._stop_retry()
        status = RegistrationStatus.TRYING if self._registers else RegistrationStatus.NONE
        self.view = RegistrationView(status, account, 0, "")

    def changed(self, event: RegistrationChanged) -> str:
        """Take a report over; the words to tell the agent when something has just gone wrong, else empty."""
        self._stop_retry()
        before = self.view
        self._plan(event)
        if is_registered(event):
            self.view = RegistrationView(RegistrationStatus.REGISTERED, before.account, event.code, "")
            return ""
        words = failure_in_words(event)
        self.view = RegistrationView(RegistrationStatus.FAILED, before.account, event.code, words)
        return words if words != before.text else ""

    def _plan(self, event: RegistrationChanged) -> None:
        self._standing = self._standing.after(event)
        pause = next_register(event, self._standing, spread(self.view.account))
        self._retry = self._clock.call_at(self._clock.monotonic() + pause, self.register)

    def register(self) -> None:
        """Send a REGISTER now."""
        self._stop_retry()
        if self._registers:
            self._user_agent.send(Register())

    def stop(self) -> None:
        """No more tries."""
        self._stop_retry()

    def _stop_retry(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
