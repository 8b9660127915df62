"""What happens when, from top to bottom: a dot for each moment, a rail between them, words beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from softphone.policy.rule.explain import Moment
from ui.shared.texts import clock
from ui.widgets.labels import PlainLabel

TIME, RAIL, WORDS = range(3)


class _Rail(QWidget):
    """One moment's dot at the height of its first line, and the rail to its neighbours."""

    def __init__(self, *, first: bool, last: bool) -> None:
        super().__init__()
        self._first, self._last = first, last
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """As wide as a letter is high, so that it grows with the font."""
        return QSize(self.fontMetrics().height(), self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw in the colours of the palette."""
        line = self.fontMetrics().height()
        middle, radius = QPointF(self.width() / 2, line / 2), line / 4
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), max(1.0, line / 10)))
        if not self._first:
            painter.drawLine(QPointF(middle.x(), 0), middle)
        if not self._last:
            painter.drawLine(middle, QPointF(middle.x(), self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        painter.drawEllipse(QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius))


class TimelineView(QWidget):
    """Shows moments; the words wrap, so that any font size and width will do."""

    def __init__(self) -> None:
        super().__init__()
        self._moments: tuple[Moment, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)  # the rail has no gaps
        self._grid.setColumnStretch(WORDS, 1)
        self.setAccessibleName(self.tr("TimelineView"))

    @property
    def moments(self) -> tuple[Moment, ...]:
        """What is shown."""
        return self._moments

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """Show these, in this order."""
        if tuple(moments) == self._moments:
            return
        self._moments = tuple(moments)
        self._clear()
        for row, moment in enumerate(self._moments):
            self._add(row, moment)
        self.setAccessibleDescription(", ".join(f"{clock(moment.at_seconds)} {moment.text}" for moment in moments))

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _add(self, row: int, moment: Moment) -> None:
        time, words = PlainLabel(clock(moment.at_seconds)), PlainLabel(moment.text)
        words.setWordWrap(True)
        last = row == len(self._moments) - 1
        words.setContentsMargins(0, 0, 0, 0 if last else words.fontMetrics().height() // 2)
        self._grid.addWidget(time, row, TIME, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignTrailing)
        self._grid.addWidget(_Rail(first=row == 0, last=last), row, RAIL)
        self._grid.addWidget(words, row, WORDS, Qt.AlignmentFlag.AlignTop)
