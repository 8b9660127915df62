"""A window that comes up while somebody types takes no key for a moment: it was not meant for it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QWidget

DEAD_SECONDS = 0.5
KEY_EVENTS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride)


class EarlyKeyFilter(QObject):
    """Swallows every key of the widgets it guards until the time is over; shortcuts have to ask ``over``."""

    def __init__(self, parent: QWidget, now: Callable[[], float]) -> None:
        super().__init__(parent)
        self._now = now
        self._over_from = 0.0

    @property
    def over(self) -> bool:
        """Whether keys mean something by now."""
        return self._now() >= self._over_from

    def guard(self, *widgets: QWidget) -> None:
        """Look after these too."""
        for widget in widgets:
            widget.installEventFilter(self)

    def start(self) -> None:
        """Something new is asked: keys are dead from now on for a moment."""
        self._over_from = self._now() + DEAD_SECONDS

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        """Nothing of a key gets through while keys are dead."""
        return event is not None and event.type() in KEY_EVENTS and not self.over
