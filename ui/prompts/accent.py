"""A stripe in the colour of the desktop: the eye finds a prompt before it reads it."""

from __future__ import annotations

from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QWidget

HEIGHT = 4


class Accent(QWidget):
    """The stripe at the top of a prompt."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Highlight)
