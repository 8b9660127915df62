"""A small icon that tells a state by its shape as well as its colour."""

from __future__ import annotations

from enum import Enum

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PyQt6.QtWidgets import QWidget

SIZE = 12


class StatusKind(Enum):
    """Shape and colour; the colours hold their own on light and dark alike."""

    GOOD = "#2e9e5b"  # a disc
    BUSY = "#d64545"  # a disc with a bar
    PAUSED = "#c98a12"  # a half disc
    NEUTRAL = "#8a8f98"  # a ring
    BAD = "#d64546"  # a triangle
    ABSENT = "#8a8f99"  # a dash


def paint_status(painter: QPainter, kind: StatusKind, box: QRectF) -> None:
    """Draw *kind* into *box*."""
    colour = QColor(kind.value)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = box.width() / 7
    painter.setPen(QPen(colour, pen))
    painter.setBrush(Qt.BrushStyle.NoBrush if kind in (StatusKind.NEUTRAL, StatusKind.PAUSED) else colour)
    inner = box.adjusted(pen, pen, -pen, -pen)
    middle = inner.center().y()
    if kind is StatusKind.ABSENT:
        painter.drawLine(QPointF(inner.left(), middle), QPointF(inner.right(), middle))
        return
    if kind is StatusKind.BAD:
        painter.drawPolygon(
            QPolygonF([QPointF(inner.center().x(), inner.top()), inner.bottomLeft(), inner.bottomRight()])
        )
        return
    painter.drawEllipse(inner)
    if kind is StatusKind.BUSY:
        painter.setPen(QPen(QColor("white"), pen))
        painter.drawLine(QPointF(inner.left() + pen, middle), QPointF(inner.right() - pen, middle))
    elif kind is StatusKind.PAUSED:
        painter.setBrush(colour)
        painter.drawChord(inner, 90 * 16, 180 * 16)


def icon_of(kind: StatusKind) -> QIcon:
    """The icon for a menu or button, sharp on high-density screens too."""
    pixmap = QPixmap(SIZE * 4, SIZE * 4)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_status(painter, kind, QRectF(pixmap.rect()))
    painter.end()
    return QIcon(pixmap)


class StatusIcon(QWidget):
    """Shows one status."""

    def __init__(self, kind: StatusKind = StatusKind.NEUTRAL) -> None:
        super().__init__()
        self._kind = kind
        side = max(SIZE, self.fontMetrics().ascent())  # as large as the words it stands beside
        self.setFixedSize(QSize(side, side))

    @property
    def kind(self) -> StatusKind:
        """The status that is shown."""
        return self._kind

    def set_kind(self, kind: StatusKind) -> None:
        """Show another status."""
        if kind is not self._kind:
            self._kind = kind
            self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw it."""
        paint_status(QPainter(self), self._kind, QRectF(self.rect()))
