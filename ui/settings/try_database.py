"""The button that tries a database out, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from softphone.model.database_move import DatabaseTrial
from softphone.model.settings import DatabaseSettings
from ui.shared.background import Background, while_there
from ui.shared.core import DatabasesPort
from ui.shared.texts import plain
from ui.widgets.field_notes import AdviceLabel
from ui.widgets.status_icon import StatusKind

Entered = Callable[[], tuple[DatabaseSettings, str]]


class TryDatabasePanel(QWidget):
    """Tries what *entered* gives: a database and the password typed, empty for the one that is kept.

    A result is shown only as long as it is about what is entered: call ``forget`` when that changes.
    """

    told = pyqtSignal()

    def __init__(self, databases: DatabasesPort, background: Background, entered: Entered) -> None:
        super().__init__()
        self._databases, self._background, self._entered = databases, background, entered
        self._asked: tuple[DatabaseSettings, str] | None = None
        self.button = QPushButton(self.tr("&Test Connection"))
        self.button.setAccessibleName(self.tr("Test Connection"))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.start)
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setMaximumWidth(self.fontMetrics().horizontalAdvance("n") * 20)
        self.busy.setAccessibleName(self.tr("The database is being asked"))
        self.good, self.bad, self.warning = (
            AdviceLabel(StatusKind.GOOD),
            AdviceLabel(StatusKind.BAD),
            AdviceLabel(StatusKind.PAUSED),
        )
        self.line = QHBoxLayout()
        self.line.addWidget(self.button)
        self.line.addWidget(self.busy, 1)
        self.line.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(self.line)
        for label in (self.good, self.bad, self.warning):
            rows.addWidget(label)
        self.busy.hide()

    def start(self) -> None:
        """Ask the database."""
        self.forget()
        self._asked = asked = self._entered()
        self.button.setEnabled(False)
        self.busy.show()
        fail = while_there(self, lambda words: self._show(asked, DatabaseTrial(False, words)))
        self._background.start(self._ask(asked), lambda: None, fail)

    def forget(self) -> None:
        """What was found out is about something else now."""
        self._asked = None
        for label in (self.good, self.bad, self.warning):
            label.set_text("")

    async def _ask(self, asked: tuple[DatabaseSettings, str]) -> None:
        result = await self._databases.try_out(*asked)
        while_there(self, self._show)(asked, result)

    def _show(self, asked: tuple[DatabaseSettings, str], result: DatabaseTrial) -> None:
        self.button.setEnabled(True)
        self.busy.hide()
        if asked is not self._asked:
            return
        (self.good if result.succeeded else self.bad).set_text(plain(result.words))
        self.warning.set_text(plain(result.warning))
        self.told.emit()
