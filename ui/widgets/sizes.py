"""How large a window opens: so many letters and lines, that it grows with the font, but never beyond the screen."""

from __future__ import annotations

from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QWidget

FRAME = QSize(16, 48)  # what the window manager puts around a window, and Qt cannot know before


def open_at(window: QWidget, letters: int, lines: int) -> None:
    """Give *window* this size before it is shown for the first time."""
    metrics = window.fontMetrics()
    wanted = QSize(metrics.horizontalAdvance("n") * letters, metrics.height() * lines)
    window.resize(wanted.boundedTo(room(window) - FRAME))


def room(window: QWidget) -> QSize:
    """The part of its screen that is left for windows."""
    screen = window.screen()
    return screen.availableSize() if screen is not None else QSize(800, 600)
