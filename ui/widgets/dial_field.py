"""The field a number, a name or an address is typed into."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QLineEdit

_SHARED = (Qt.Key.Key_D, Qt.Key.Key_E, Qt.Key.Key_H, Qt.Key.Key_K)


class DialField(QLineEdit):
    """Has the keyboard most of the time, so the phone's shortcuts go before the editing keys X11 gives a line.

    Ctrl+E, for one, hangs up; it would else jump to the end of the line.
    """

    def event(self, event: QEvent | None) -> bool:
        """Qt asks here whether a key is wanted for editing before it looks for a shortcut."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
            and event.key() in _SHARED
        ):
            event.ignore()
            return False
        return super().event(event)
