"""The one hop from the core's listeners to Qt: views, notices and changes of the team become signals."""

from __future__ import annotations

import weakref
from collections.abc import Callable

from PyQt6 import sip
from PyQt6.QtCore import QObject, pyqtSignal

from softphone.errors import UserFacingError
from softphone.model.profile import Team
from softphone.model.view import Notice, NoticeKind, SessionView
from softphone.ports import AgentPhone, TeamStore


class SessionSignals(QObject):
    """Turns the session's listeners into signals and refused requests into notices."""

    view_changed = pyqtSignal(object)
    noticed = pyqtSignal(object)

    def __init__(self, phone: AgentPhone) -> None:
        super().__init__()
        self.phone = phone
        self._open = True
        phone.on_view(self._on_view)
        phone.on_notice(self.notify)

    def attempt(self, request: Callable[[], object]) -> bool:
        """Make a request of the session; a refusal becomes a notice. Whether it was granted."""
        try:
            request()
        except UserFacingError as error:
            self.notify(Notice(NoticeKind.WARNING, str(error)))
            return False
        return True

    def notify(self, notice: Notice) -> None:
        """Tell the agent something."""
        if self._open:
            self.noticed.emit(notice)

    def close(self) -> None:
        """Pass nothing on any more: the windows are going."""
        self._open = False

    def _on_view(self, view: SessionView) -> None:
        if self._open:
            self.view_changed.emit(view)


class TeamSignals(QObject):
    """Tells windows of each change of the team. The store listens longer than windows live: it holds no window."""

    changed = pyqtSignal()

    def __init__(self, team: TeamStore, parent: QObject) -> None:
        super().__init__(parent)
        found = weakref.ref(self)

        def pass_on(_team: Team) -> None:
            signal = found()
            if signal is not None and not sip.isdeleted(signal):
                signal.changed.emit()

        team.on_change(pass_on)
