"""What the agent is told once, in words."""

from __future__ import annotations

from collections.abc import Callable

from softphone.model.call_record import Outcome
from softphone.model.view import Notice, NoticeKind
from softphone.policy.calls.events import Finish, Tell
from softphone.session.call_manager import Step
from softphone.session.journal import Journal


class Notices:
    """Hands each on to whoever listens; the journal has them, too."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._listeners: list[Callable[[Notice], None]] = []

    def listen(self, listener: Callable[[Notice], None]) -> None:
        """Call *listener* with each notice from now on."""
        self._listeners.append(listener)

    def inform(self, text: str) -> None:
        """Good to know."""
        self._tell(Notice(NoticeKind.INFO, text))

    def warn(self, text: str) -> None:
        """Something did not work."""
        self._tell(Notice(NoticeKind.WARNING, text))

    def report(self, text: str, call_back: str = "") -> None:
        """Something is broken; *call_back* is an address to offer calling."""
        self._tell(Notice(NoticeKind.ERROR, text, call_back))

    def follow(self, step: Step) -> None:
        """What call control wants told, and calls that broke off."""
        for command in step.commands:
            if isinstance(command, Tell):
                self.warn(f"{step.info[command.call].known_as}: {command.text}")
            elif isinstance(command, Finish) and command.outcome is Outcome.LOST and not command.bridge:
                info = step.info[command.call]
                self.report(f"The call with {info.known_as} broke off.", info.remote.uri)

    def _tell(self, notice: Notice) -> None:
        self._journal.note("notice", level=notice.kind.value, text=notice.text)
        for listener in tuple(self._listeners):
            listener(notice)
