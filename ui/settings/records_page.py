"""What the pages of records have in common: search, table, and what can be done with the record that is selected."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from softphone.errors import UserFacingError
from ui.shared.background import Background, while_there
from ui.shared.core import CorePort
from ui.shared.signals import TeamSignals
from ui.widgets.banner import Banner
from ui.widgets.edit_dialog import EditDialog
from ui.widgets.fields import text_field
from ui.widgets.labels import PlainLabel
from ui.widgets.record_table import RecordTable
from ui.widgets.records_model import RecordsModel
from ui.widgets.status_icon import StatusKind

Record = TypeVar("Record")


class RecordsPage(QWidget, Generic[Record]):
    """The table of one kind of record. A subclass implements the hooks, adds buttons, and calls ``refresh()``."""

    def __init__(
        self,
        core: CorePort,
        background: Background,
        model: RecordsModel[Record],
        table: RecordTable,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.core, self.background, self.model, self.table = core, background, model, table
        self.search = text_field()
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search"))
        self.count = PlainLabel(faint=True)
        self.problem, self.done = Banner(StatusKind.BAD), Banner(StatusKind.GOOD)
        self.buttons = QHBoxLayout()
        self.add_button = self.add_action(self.tr("&Add"), self._add)
        self.edit_button = self.add_action(self.tr("&Edit"), self._edit)
        self.duplicate_button = self.add_action(self.tr("D&uplicate"), self._duplicate)
        self.delete_button = self.add_action(self.tr("&Delete"), self._delete)
        self._about_one = [self.edit_button, self.duplicate_button, self.delete_button]
        model.setParent(self)
        table.setModel(model)
        self._lay_out()
        self._wire()

    # What a subclass says.

    def show_records(self) -> int:
        """Hand the records as they are now to the model; how many there are."""
        raise NotImplementedError

    def name_of(self, record: Record) -> str:
        """What the rows of the model are named by."""
        raise NotImplementedError

    def count_words(self, count: int) -> str:
        """So many records."""
        raise NotImplementedError

    def dialog(self, name: str, like: Record | None = None) -> EditDialog[Record]:
        """The dialog for the record of this name; for a new one, perhaps like another, when it is empty."""
        raise NotImplementedError

    def delete_when_sure(self, record: Record) -> Coroutine[object, object, object]:
        """Ask, and delete. Raises UserFacingError."""
        raise NotImplementedError

    def offer(self) -> None:
        """Buttons are for what can be done."""
        for button in self._about_one:
            button.setEnabled(self.selected is not None)

    # What a subclass and its window use.

    def add_action(self, words: str, slot: Callable[[], object], *, about_one: bool = False) -> QPushButton:
        """A button under the table; *about_one* for one that needs a selected record."""
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        self.buttons.addWidget(button)
        if about_one:
            self._about_one.append(button)
        return button

    def refresh(self) -> None:
        """Show the records as they are now; the one that was selected stays so."""
        self._rearrange(self._fill)

    @property
    def selected(self) -> Record | None:
        """The record the buttons are about."""
        return self.model.record(self.table.currentIndex().row())

    def select(self, name: str) -> None:
        """Make the record of this name the selected one, if it is shown."""
        row = self.model.row_of(name)
        if row >= 0:
            self.table.setCurrentIndex(self.model.index(row, max(0, self.table.currentIndex().column())))

    def open_dialog(self, make: Callable[[], EditDialog[Any]], selects: Callable[[Any], str] | None = None) -> None:
        """A dialog over this window. What was saved is selected afterwards, if *selects* names it."""
        self.clear()
        try:
            dialog = make()
        except UserFacingError as error:
            self.problem.set_text(str(error))
            return
        if selects is not None:
            dialog.accepted.connect(lambda: self.select(selects(dialog.value())))
        dialog.finished.connect(lambda: self.table.setFocus())
        dialog.open()

    def clear(self) -> None:
        """What was said before is over."""
        self.problem.set_text("")
        self.done.set_text("")

    # How it works.

    def _lay_out(self) -> None:
        label = QLabel(self.tr("Sea&rch"))
        label.setBuddy(self.search)
        top = QHBoxLayout()
        for widget, stretch in ((label, 0), (self.search, 1), (self.count, 0)):
            top.addWidget(widget, stretch)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(top)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.problem)
        rows.addWidget(self.done)
        rows.addLayout(self.buttons)

    def _wire(self) -> None:
        TeamSignals(self.core.team, self).changed.connect(self.refresh)
        self.search.textChanged.connect(lambda text: self._rearrange(lambda: self.model.search(text)))
        self.search.returnPressed.connect(self.table.setFocus)
        self.table.opened.connect(self._edit)
        self.table.delete_wanted.connect(self._delete)
        selection = self.table.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(lambda *_: self.offer())
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(lambda: self.search.setFocus(Qt.FocusReason.ShortcutFocusReason))

    def _fill(self) -> None:
        self._all = self.show_records()

    def _rearrange(self, change: Callable[[], None]) -> None:
        selected = self.selected
        change()
        if selected is not None:
            self.select(self.name_of(selected))
        if self.selected is None and self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))
        shown, of_all = self.model.rowCount(), self.count_words(self._all)
        some = self.tr("{shown} of {all}").format(shown=self.locale().toString(shown), all=of_all)
        self.count.setText(some if shown < self._all else of_all)
        self.offer()

    def _add(self) -> None:
        self.open_dialog(lambda: self.dialog(""), self.name_of)

    def _edit(self) -> None:
        if (record := self.selected) is not None:
            self.open_dialog(lambda: self.dialog(self.name_of(record)), self.name_of)

    def _duplicate(self) -> None:
        if (record := self.selected) is not None:
            self.open_dialog(lambda: self.dialog("", record), self.name_of)

    def _delete(self) -> None:
        if (record := self.selected) is not None:
            self.clear()
            work = self.delete_when_sure(record)
            self.background.start(work, lambda: None, while_there(self, self.problem.set_text))
