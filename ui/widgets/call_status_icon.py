"""The state of a call as a shape: drawn, because not every system's fonts have the signs."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPalette, QPolygonF
from PyQt6.QtWidgets import QWidget

from softphone.model.call import CallStatus

SIZE = 12


class CallStatusIcon(QWidget):
    """A triangle for a running call, two bars for one on hold, three dots for one that is coming or going."""

    def __init__(self) -> None:
        super().__init__()
        self._status = CallStatus.DIALING
        self.setFixedSize(SIZE + 6, SIZE)

    def set_status(self, status: CallStatus) -> None:
        """Show the shape of *status*."""
        if status is not self._status:
            self._status = status
            self.update()

    def set_held(self, *, leaving: bool) -> None:
        """Show a caller held for anyone; *leaving* while somebody is picking them up."""
        self.set_status(CallStatus.ANSWERING if leaving else CallStatus.HELD)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw it in the colour of text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.WindowText))
        if self._status is CallStatus.ACTIVE:
            painter.drawPolygon(QPolygonF([QPointF(1, 0), QPointF(1, SIZE), QPointF(SIZE - 1, SIZE / 2)]))
        elif self._status is CallStatus.HELD:
            painter.drawRect(QRectF(1, 0, 4, SIZE))
            painter.drawRect(QRectF(7, 0, 4, SIZE))
        else:
            for x in (1, 5, 9):
                painter.drawEllipse(QRectF(x, SIZE / 2 - 1.5, 3, 3))
