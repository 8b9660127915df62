"""A table of records, one a row: used with the mouse, and by the keyboard alone."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView


class RecordTable(QTableView):
    """Rows are selected as a whole. Enter and a double click open a record; cells of *link_column* are links.

    A link is followed by a click, and by Enter or Space on its cell. Delete asks for the record to be deleted.
    """

    opened = pyqtSignal(int)
    link_followed = pyqtSignal(int)
    delete_wanted = pyqtSignal()

    def __init__(self, name: str, link_column: int = -1) -> None:
        super().__init__()
        self._links = link_column
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.setMouseTracking(True)
        self.setItemDelegateForColumn(link_column, LinkDelegate(self))
        if (rows := self.verticalHeader()) is not None:
            rows.hide()
            rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # measuring 5,000 rows takes its time
            rows.setDefaultSectionSize(self.fontMetrics().height() * 2)
        if (columns := self.horizontalHeader()) is not None:
            columns.setHighlightSections(False)
            columns.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
            columns.setStretchLastSection(True)
        self.doubleClicked.connect(lambda index: None if self._is_link(index) else self.opened.emit(index.row()))
        self.clicked.connect(lambda index: self.link_followed.emit(index.row()) if self._is_link(index) else None)

    def set_widths(self, *letters: int) -> None:
        """Widths of the columns in letters, so that they grow with the font."""
        for column, count in enumerate(letters):
            self.setColumnWidth(column, count * self.fontMetrics().averageCharWidth())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter, Space and Delete act on the current row; all other keys move and search as in any table."""
        index = self.currentIndex()
        key = event.key() if event is not None and index.isValid() else None
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self._is_link(index) and (enter or key == Qt.Key.Key_Space):
            self.link_followed.emit(index.row())
        elif enter:
            self.opened.emit(index.row())
        elif key == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """A hand over links."""
        super().mouseMoveEvent(event)
        if event is not None:
            over = self._is_link(self.indexAt(event.position().toPoint()))
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def _is_link(self, index: QModelIndex) -> bool:
        return index.isValid() and index.column() == self._links


class LinkDelegate(QStyledItemDelegate):
    """Draws the words of a cell as a link, in the palette's colour for it."""

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:
        """Underlined, and in the link's colour unless the row is selected."""
        super().initStyleOption(option, index)
        if option is not None:
            option.font.setUnderline(True)
            option.palette.setColor(option.palette.ColorRole.Text, option.palette.color(option.palette.ColorRole.Link))
