"""A small mark that tells a state by its shape as well as its colour."""

from __future__ import annotations

from enum import Enum

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PyQt6.QtWidgets import QWidget

SIZE = 12


class Mark(Enum):
    """Shape and colour; the colours hold their own on light and dark alike."""

    GOOD = "#2e9e5b"  # a disc
    BUSY = "#d64545"  # a disc with a bar
    PAUSED = "#c98a12"  # a half disc
    NEUTRAL = "#8a8f98"  # a ring
    BAD = "#d64546"  # a triangle
    ABSENT = "#8a8f99"  # a dash


def paint_mark(painter: QPainter, mark: Mark, box: QRectF) -> None:
    """Draw *mark* into *box*."""
    colour = QColor(mark.value)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = box.width() / 7
    painter.setPen(QPen(colour, pen))
    painter.setBrush(Qt.BrushStyle.NoBrush if mark in (Mark.NEUTRAL, Mark.PAUSED) else colour)
    inner = box.adjusted(pen, pen, -pen, -pen)
    middle = inner.center().y()
    if mark is Mark.ABSENT:
        painter.drawLine(QPointF(inner.left(), middle), QPointF(inner.right(), middle))
        return
    if mark is Mark.BAD:
        painter.drawPolygon(
            QPolygonF([QPointF(inner.center().x(), inner.top()), inner.bottomLeft(), inner.bottomRight()])
        )
        return
    painter.drawEllipse(inner)
    if mark is Mark.BUSY:
        painter.setPen(QPen(QColor("white"), pen))
        painter.drawLine(QPointF(inner.left() + pen, middle), QPointF(inner.right() - pen, middle))
    elif mark is Mark.PAUSED:
        painter.setBrush(colour)
        painter.drawChord(inner, 90 * 16, 180 * 16)


def mark_icon(mark: Mark) -> QIcon:
    """The mark for a menu or button, sharp on high-density screens too."""
    pixmap = QPixmap(SIZE * 4, SIZE * 4)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_mark(painter, mark, QRectF(pixmap.rect()))
    painter.end()
    return QIcon(pixmap)


class StatusMark(QWidget):
    """Shows one mark."""

    def __init__(self, mark: Mark = Mark.NEUTRAL) -> None:
        super().__init__()
        self._mark = mark
        side = max(SIZE, self.fontMetrics().ascent())  # as large as the words it stands beside
        self.setFixedSize(QSize(side, side))

    @property
    def mark(self) -> Mark:
        """The mark that is shown."""
        return self._mark

    def set_mark(self, mark: Mark) -> None:
        """Show another mark."""
        if mark is not self._mark:
            self._mark = mark
            self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw it."""
        paint_mark(QPainter(self), self._mark, QRectF(self.rect()))
