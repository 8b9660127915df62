"""The list at the left of a window or form that says where one is, and takes one elsewhere."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QListWidget, QSizePolicy, QWidget


class NavigationList(QListWidget):
    """As wide as its longest entry. Enter goes into what is named, and presses no default button meanwhile."""

    entered = pyqtSignal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setSpacing(3)

    def add(self, title: str) -> None:
        """Append an entry; the first one is where one starts."""
        self.addItem(title)
        margin = 2 * (self.frameWidth() + self.spacing()) + self.fontMetrics().horizontalAdvance("MM")
        self.setFixedWidth(max(self.width() if self.count() > 1 else 0, self.sizeHintForColumn(0) + margin))
        if self.count() == 1:
            self.setCurrentRow(0)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter is for this list alone."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(self.currentRow())
        else:
            super().keyPressEvent(event)


def focus_first(area: QWidget) -> None:
    """Put the keyboard into the first control of *area*."""
    for widget in area.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(area) and widget.isEnabled():
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            return
