"""A big button that shows its shortcut under its words."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtGui import QFontMetrics, QKeySequence, QPaintEvent, QPalette
from PyQt6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter

from ui.widgets.labels import scaled_font

PADDING = 12


class ChoiceButton(QPushButton):
    """One answer of the prompt. It is never a default button: no stray Enter presses it."""

    def __init__(self, shortcut: QKeySequence) -> None:
        super().__init__()
        self.setAutoDefault(False)
        self.setDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves no focus for the next Space to press
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._keys = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
        self._words = ""
        self._large = scaled_font(self, 1.15, bold=True)
        self._small = scaled_font(self, 0.85)

    def set_words(self, words: str) -> None:
        """Show exactly these words; an ampersand in them is no mnemonic."""
        if words == self._words:
            return
        self._words = words
        self.setText(words.replace("&", "&&"))
        self.setAccessibleName(words)
        self.setAccessibleDescription(self._keys)
        self.setToolTip(self._keys)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for both lines."""
        large, small = QFontMetrics(self._large), QFontMetrics(self._small)
        width = max(large.horizontalAdvance(self._words), small.horizontalAdvance(self._keys))
        return QSize(width + 2 * PADDING, large.height() + small.height() + 2 * PADDING)

    def minimumSizeHint(self) -> QSize:
        """The words are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """The style's own button, with two lines on it."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        upper, lower = self._lines()
        painter.setFont(self._large)
        self._draw(painter, upper, self._words)
        painter.setFont(self._small)
        if self.isEnabled():
            painter.setOpacity(0.7)
        self._draw(painter, lower, self._keys)

    def _lines(self) -> tuple[QRect, QRect]:
        large, small = QFontMetrics(self._large).height(), QFontMetrics(self._small).height()
        top = (self.height() - large - small) // 2
        return QRect(0, top, self.width(), large), QRect(0, top + large, self.width(), small)

    def _draw(self, painter: QStylePainter, rect: QRect, text: str) -> None:
        role = QPalette.ColorRole.ButtonText
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextSingleLine)
        painter.drawItemText(rect, flags, self.palette(), self.isEnabled(), text, role)
