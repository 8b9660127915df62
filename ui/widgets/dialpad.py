"""The keypad: digits for the number field, or tones for the running call."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from ui.widgets.labels import scaled_font

DIGITS = "123456789*0#"
LETTERS = ("", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ", "", "+", "")


def digit_of(event: QKeyEvent) -> str:
    """The keypad digit this key press stands for, or an empty string."""
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    text = event.text()
    return text if len(text) == 1 and text in DIGITS and held == Qt.KeyboardModifier.NoModifier else ""


class Dialpad(QWidget):
    """Twelve keys. Typing a digit while any of them has the focus counts as pressing it."""

    pressed = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Keypad"))
        grid = QGridLayout(self)
        grid.setSpacing(6)
        self.keys = {digit: self._key(digit, letters) for digit, letters in zip(DIGITS, LETTERS, strict=True)}
        for index, key in enumerate(self.keys.values()):
            grid.addWidget(key, index // 3, index % 3)
        grid.setRowStretch(len(DIGITS) // 3, 1)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a telephone keypad looks the same everywhere
        self.setFocusProxy(self.keys["1"])

    def _key(self, digit: str, letters: str) -> QPushButton:
        key = QPushButton(f"{digit}\n{letters}" if letters else digit)
        key.setAutoDefault(False)
        key.setAccessibleName(digit)
        key.setFont(scaled_font(key, 1.05))
        key.setMinimumHeight(44)
        key.setMaximumHeight(64)
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        key.clicked.connect(lambda: self.pressed.emit(digit))
        return key

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Digits typed on the keyboard."""
        digit = digit_of(event) if event is not None else ""
        if digit:
            self.pressed.emit(digit)
        else:
            super().keyPressEvent(event)
