"""A strip with an icon, words and at most two buttons: problems that last, and notices that can be put away."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton

from ui.widgets.labels import PlainLabel
from ui.widgets.status_icon import StatusIcon, StatusKind


class Banner(QFrame):
    """Shows one text; hidden while there is none."""

    def __init__(self, kind: StatusKind, text: str = "") -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._icon = StatusIcon(kind)
        self._text = PlainLabel(text)
        self._text.wrap()
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 6, 6, 6)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        self.setAccessibleName(text)
        self.setHidden(not text)  # never shown from here: without a parent it would be a window

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def set_text(self, text: str) -> None:
        """Say something else; an empty text hides the strip."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def add_button(self, text: str) -> QPushButton:
        """A button with words."""
        button = QPushButton(text)
        button.setAutoDefault(False)
        self._row.addWidget(button)
        return button

    def add_close_button(self, name: str) -> QToolButton:
        """A small button that stands for putting the strip away."""
        button = QToolButton()
        button.setText("✕")
        button.setAutoRaise(True)
        button.setAccessibleName(name)
        button.setToolTip(name)
        self._row.addWidget(button)
        return button
