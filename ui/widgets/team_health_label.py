"""A quiet line that says when the team's database is not well; nothing at all while it is."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from softphone.model.colleague import TeamHealth
from ui.shared import texts
from ui.widgets.labels import PlainLabel
from ui.widgets.status_icon import StatusIcon, StatusKind


class TeamHealthLabel(QWidget):
    """An icon and a sentence; what the database itself says is in the tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = StatusIcon(StatusKind.PAUSED)
        self._text = PlainLabel(faint=True)
        self._text.wrap()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def show_health(self, health: TeamHealth) -> None:
        """Say what is not well, or nothing."""
        text = texts.team_health(health)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(texts.plain(health.problem))
        self.setToolTip(texts.tool_tip(texts.plain(health.problem)))
        self.setVisible(bool(text))
