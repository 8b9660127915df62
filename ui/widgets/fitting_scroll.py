"""Rows below each other that take the height they need, and are scrolled when the window has less."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.widgets.sizes import room

SPACING = 6


class FittingScroll(QScrollArea):
    """Is as high as its rows are at this width.

    Never lower than *least_lines* of text, or *screen_share* of the screen if that is more, if it has as many rows.
    """

    def __init__(self, name: str, least_lines: int, screen_share: float = 0.0) -> None:
        super().__init__()
        self._wanted, self._least_lines, self._screen_share = 0, least_lines, screen_share
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        content = QWidget()
        self.rows_layout = QVBoxLayout(content)
        self.rows_layout.setContentsMargins(0, 0, 0, 0)
        self.rows_layout.setSpacing(SPACING)
        content.installEventFilter(self)
        self.setWidget(content)
        self.hide()

    def take_out(self, row: QWidget) -> None:
        """This row's subject is gone."""
        self.rows_layout.removeWidget(row)
        row.hide()
        row.deleteLater()

    def sizeHint(self) -> QSize:
        """As high as all rows."""
        return QSize(super().sizeHint().width(), self._wanted)

    def minimumSizeHint(self) -> QSize:
        """Some rows are always seen, the others by scrolling."""
        least = max(self._least_lines * self.fontMetrics().height(), round(room(self).height() * self._screen_share))
        return QSize(0, min(self._wanted, least))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Where it is narrow, rows are higher."""
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """What is in the rows has changed."""
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Ask for the height the rows need now."""
        viewport = self.viewport()
        wanted = max(0, self.rows_layout.totalHeightForWidth(viewport.width())) if viewport is not None else 0
        if wanted != self._wanted:
            self._wanted = wanted
            self.updateGeometry()
