"""Records as the rows of a table: searched and sorted here in one go, so that thousands of them take no time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from ui.shared.texts import tool_tip

Record = TypeVar("Record")
NOWHERE = QModelIndex()
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Row(Generic[Record]):
    """One record: what names it, what a search looks through, the phone numbers in it."""

    record: Record
    name: str
    searched: str
    numbers: tuple[str, ...] = ()


class RecordsModel(QAbstractTableModel, Generic[Record]):
    """Shows rows under *headings*. A subclass says what is in a cell, which is asked for those in view alone."""

    def __init__(self, headings: Iterable[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self._all: list[Row[Record]] = []
        self._shown: list[Row[Record]] = []
        self._search = ""
        self._column, self._order = 0, Qt.SortOrder.AscendingOrder

    # What a subclass says.

    def words(self, row: Row[Record], column: int) -> str:
        """What is read in a cell."""
        raise NotImplementedError

    def spoken(self, row: Row[Record], column: int) -> str:
        """What a screen reader says of a cell."""
        return f"{self._headings[column]}: {self.words(row, column)}"

    def key(self, row: Row[Record], column: int) -> Any:
        """What rows are sorted by; those that are alike in it stay as they come."""
        return natural(self.words(row, column))

    # What a page asks.

    def show_rows(self, rows: Iterable[Row[Record]]) -> None:
        """Show these, as searched and sorted."""
        self._all = list(rows)
        self._arrange()

    def search(self, text: str) -> None:
        """Show only records in which each word of *text* occurs; digits also find numbers written otherwise."""
        self._search = text
        self._arrange()

    def record(self, row: int) -> Record | None:
        """The record in this row."""
        return self._shown[row].record if 0 <= row < len(self._shown) else None

    def row_of(self, name: str) -> int:
        """The row of the record of this name; -1 while it is not shown."""
        return next((row for row, shown in enumerate(self._shown) if shown.name == name), -1)

    # What the view asks.

    def rowCount(self, parent: QModelIndex = NOWHERE) -> int:
        """How many records are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex = NOWHERE) -> int:
        """One for each heading."""
        return 0 if parent.isValid() else len(self._headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The heading of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words of a cell, and what is said of it."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(self._shown[index.row()], index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(self.words(self._shown[index.row()], index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(self._shown[index.row()], index.column())
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by this column; what is selected stays so."""
        if not 0 <= column < len(self._headings):
            return
        self._column, self._order = column, order
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self._shown[index.row()]) for index in self.persistentIndexList()]
        self._put_in_order()
        for index, row in kept:
            self.changePersistentIndex(index, self.index(self.row_of(row.name), index.column()))
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        words = [word.casefold() for word in self._search.split()]
        digits = "".join(char for char in self._search if char.isdigit()) if _is_number(self._search) else ""
        self.beginResetModel()
        self._shown = [row for row in self._all if _fits(row, words, digits)]
        self._put_in_order()
        self.endResetModel()

    def _put_in_order(self) -> None:
        descending = self._order == Qt.SortOrder.DescendingOrder
        self._shown.sort(key=lambda row: self.key(row, self._column), reverse=descending)


def natural(text: str) -> list[str | int]:
    """Text to sort by: Agent 2 before Agent 10."""
    return [int(part) if part.isdecimal() else part for part in _DIGITS.split(text.casefold())]


def _fits(row: Row[Record], words: list[str], digits: str) -> bool:
    by_number = bool(digits) and any(digits in number for number in row.numbers)
    return by_number or all(word in row.searched for word in words)


def _is_number(text: str) -> bool:
    return bool(text.strip()) and all(char in "0123456789+()-./ " for char in text)
