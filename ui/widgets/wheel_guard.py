"""In a form that scrolls, the wheel scrolls: it must not change a ring time or a route it happens to pass over."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QScrollBar, QWidget


class WheelGuard(QObject):
    """Lets controls turn with the wheel only while they have the keyboard."""

    def guard(self, widget: QWidget) -> None:
        """Look after *widget* and all that is in it."""
        for control in (widget, *widget.findChildren(QWidget)):
            turns = isinstance(control, QAbstractSpinBox | QComboBox | QAbstractSlider)
            if turns and not isinstance(control, QScrollBar):
                control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel does not fetch the keyboard either
                control.installEventFilter(self)

    def eventFilter(self, control: QObject | None, event: QEvent | None) -> bool:
        """A turn that is not meant for the control goes on to the form."""
        if event is None or event.type() != QEvent.Type.Wheel or not isinstance(control, QWidget):
            return False
        if control.hasFocus():
            return False
        event.ignore()
        return True
