"""A long form with its table of contents: the list on the left follows scrolling, and scrolls when it is used."""

from __future__ import annotations

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QScrollBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.labels import PlainLabel
from ui.widgets.navigation import NavigationList, focus_first
from ui.widgets.wheel_guard import WheelGuard

SPACE = 20


class SectionedForm(QWidget):
    """Sections below each other; the navigation names the one that is read or typed in."""

    def __init__(self) -> None:
        super().__init__()
        self._sections: list[QWidget] = []
        self._going = False
        self._wheel = WheelGuard(self)
        self.navigation = NavigationList(self.tr("Sections"))
        self._content = QWidget()
        self._rows = QVBoxLayout(self._content)
        self._rows.setSpacing(SPACE)
        self._rows.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(self._content)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar = QScrollBar()
        self.area.setVerticalScrollBar(self._bar)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.addWidget(self.navigation)
        columns.addWidget(self.area, 1)
        self._follow()

    @property
    def current(self) -> int:
        """Which section the navigation names."""
        return self.navigation.currentRow()

    def add_section(self, title: str, widget: QWidget) -> None:
        """Append *widget* under a heading; *title* is its entry in the navigation too."""
        section = QWidget()
        section.setAccessibleName(title)
        section.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        rows = QVBoxLayout(section)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(PlainLabel(title, scale=1.2, bold=True))
        rows.addWidget(widget)
        self._wheel.guard(widget)
        self._sections.append(section)
        self._rows.insertWidget(self._rows.count() - 1, section)
        self.navigation.add(title)

    def show_section(self, index: int) -> None:
        """Bring this section into view. It stays the one that is named even where it cannot reach the top."""
        self._going = True
        self.navigation.setCurrentRow(index)
        self._bar.setValue(self._sections[index].y() if index else 0)
        self._going = False

    def _follow(self) -> None:
        self.navigation.currentRowChanged.connect(self._on_chosen)
        self.navigation.itemClicked.connect(lambda item: self.show_section(self.navigation.row(item)))
        self.navigation.entered.connect(lambda index: focus_first(self._sections[index]))
        self._bar.valueChanged.connect(self._on_scrolled)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)

    def _on_chosen(self, index: int) -> None:
        if not self._going and 0 <= index < len(self._sections):
            self.show_section(index)

    def _on_scrolled(self, position: int) -> None:
        """The line being read moves from the top of the view to its bottom as the form is scrolled to its end."""
        viewport = self.area.viewport()
        if self._going or viewport is None or not self._bar.maximum():
            return
        line = position + viewport.height() * position / self._bar.maximum()
        self._name(max((i for i, section in enumerate(self._sections) if section.y() <= line), default=0))

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The section typed in is named, whatever the scrolling says that brings the control into view."""
        for index, section in enumerate(self._sections):
            if now is not None and section.isAncestorOf(now):
                self._name(index)
                self._going = True
                QTimer.singleShot(0, self._arrive)

    def _arrive(self) -> None:
        self._going = False

    def _name(self, index: int) -> None:
        self._going = True
        self.navigation.setCurrentRow(index)
        self._going = False
