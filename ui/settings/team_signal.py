"""The one hop from the team's listeners to Qt."""

from __future__ import annotations

import weakref

from PyQt6 import sip
from PyQt6.QtCore import QObject, pyqtSignal

from softphone.model.profile import Team
from softphone.ports import TeamStore


class TeamSignal(QObject):
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
