"""Labels for text that came from the network: never read as rich text, never wider than their window."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget


def scaled_font(widget: QWidget, factor: float, *, bold: bool = False) -> QFont:
    """The widget's own font, larger or smaller, so that the user's font size still counts."""
    font = QFont(widget.font())
    font.setPointSizeF(max(7.0, font.pointSizeF() * factor))
    font.setBold(bold)
    return font


class PlainLabel(QLabel):
    """A label that shows its text as it stands; *faint* for what is secondary."""

    def __init__(self, text: str = "", *, scale: float = 1.0, bold: bool = False, faint: bool = False) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if scale != 1.0 or bold:
            self.setFont(scaled_font(self, scale, bold=bold))
        if faint:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def wrap(self) -> None:
        """Take the width there is, and as many lines as that makes."""
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class ElidedLabel(PlainLabel):
    """A one-line label that gives way: what does not fit ends in an ellipsis and stands in the tool tip."""

    def __init__(self, text: str = "", *, scale: float = 1.0, bold: bool = False, faint: bool = False) -> None:
        super().__init__(text, scale=scale, bold=bold, faint=faint)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw what fits."""
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter = QPainter(self)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading | Qt.TextFlag.TextSingleLine
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(flags), shown)
