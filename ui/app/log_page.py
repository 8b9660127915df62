"""The tab of the call log: the callers who are held, and the finished calls under them."""

from __future__ import annotations

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from ui.calls.held_calls import HeldCallList
from ui.log.call_log import CallLogList


class LogPage(QWidget):
    """Those who are held come first, but never take so much that the finished calls have no room."""

    def __init__(self, held: HeldCallList, log: CallLogList) -> None:
        super().__init__()
        self._held = held
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(held)
        rows.addWidget(log, 1)

    def sizeHint(self) -> QSize:
        """Those who are held are scrolled before the calls above the tabs are."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Share what there is."""
        super().resizeEvent(event)
        self._held.setMaximumHeight(self.height() * 2 // 3)
