"""Tracking Numbers: which numbers customers dial, where each leads, and their way in and out as CSV."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from softphone.config.numbers_csv import write_numbers
from softphone.config.numbers_file import write_text
from softphone.errors import UserFacingError
from softphone.model.profile import TrackingNumber
from ui.background import Background, while_there
from ui.core_bridge import CorePort
from ui.questions import confirm
from ui.settings.number_dialog import NumberDialog
from ui.settings.numbers_import import NumbersImportDialog
from ui.settings.numbers_table import WIDTHS, NumbersTable
from ui.settings.team_signal import TeamSignal
from ui.texts import number
from ui.widgets.banner import Banner
from ui.widgets.fields import text_field
from ui.widgets.labels import PlainLabel
from ui.widgets.record_table import RecordTable
from ui.widgets.status_mark import Mark


class NumbersPage(QWidget):
    """The table of tracking numbers, and what can be done with the one that is selected."""

    def __init__(self, core: CorePort, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core, self._background = core, background
        self.search = text_field(placeholder=self.tr("number, label, agent or queue"))
        self.search.setClearButtonEnabled(True)
        self.count = PlainLabel(faint=True)
        self.numbers = NumbersTable(core.numbers, self)
        self.table = RecordTable(self.tr("Tracking numbers"))
        self.table.setModel(self.numbers)
        self.table.set_widths(*WIDTHS)
        self.problem = Banner(Mark.BAD)
        self.done = Banner(Mark.GOOD)
        self._make_buttons()
        self._lay_out()
        self._wire()
        self.refresh()

    def refresh(self) -> None:
        """Show the team as it is now; what was selected stays so."""
        team = self._core.team.team
        self._rearrange(lambda: self.numbers.show_numbers(team.tracking_numbers, team))

    @property
    def selected(self) -> TrackingNumber | None:
        """The number the buttons are about."""
        return self.numbers.record(self.table.currentIndex().row())

    def select(self, e164: str) -> None:
        """Make this number the selected one, if it is shown."""
        row = self.numbers.row_of(e164)
        if row >= 0:
            self.table.setCurrentIndex(self.numbers.index(row, max(0, self.table.currentIndex().column())))

    def import_from(self, file: str) -> None:
        """Read this file and show what it would bring."""
        self._clear()
        dialog = NumbersImportDialog(self._core, self._background, Path(file), self)
        dialog.imported.connect(lambda count: self._tell(self.tr("{count} numbers were imported."), count))
        dialog.finished.connect(lambda: self.table.setFocus())
        dialog.open()

    def export_to(self, file: str) -> None:
        """Write all numbers to this file."""
        self._clear()
        numbers = self._core.team.team.tracking_numbers
        self._background.save(
            asyncio.to_thread(lambda: write_text(Path(file), write_numbers(numbers))),
            while_there(self, lambda: self._tell(self.tr("{count} numbers were exported."), len(numbers))),
            while_there(self, self.problem.set_text),
        )

    def _make_buttons(self) -> None:
        self.add_button = QPushButton(self.tr("&Add"))
        self.edit_button = QPushButton(self.tr("&Edit"))
        self.duplicate_button = QPushButton(self.tr("D&uplicate"))
        self.delete_button = QPushButton(self.tr("&Delete"))
        self.import_button = QPushButton(self.tr("&Import…"))
        self.export_button = QPushButton(self.tr("E&xport…"))
        self._about_one = (self.edit_button, self.duplicate_button, self.delete_button)
        self._files = (self.import_button, self.export_button)
        for button in (self.add_button, *self._about_one, *self._files):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        label = QLabel(self.tr("Sea&rch"))
        label.setBuddy(self.search)
        self.search.setAccessibleName(self.tr("Search"))
        top = QHBoxLayout()
        for widget, stretch in ((label, 0), (self.search, 1), (self.count, 0)):
            top.addWidget(widget, stretch)
        bottom = QHBoxLayout()
        for button in (self.add_button, *self._about_one):
            bottom.addWidget(button)
        bottom.addStretch(1)
        for button in self._files:
            bottom.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(top)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.problem)
        rows.addWidget(self.done)
        rows.addLayout(bottom)

    def _wire(self) -> None:
        TeamSignal(self._core.team, self).changed.connect(self.refresh)
        self.search.textChanged.connect(lambda text: self._rearrange(lambda: self.numbers.search(text)))
        self.search.returnPressed.connect(self.table.setFocus)
        self.table.opened.connect(self._edit)
        self.table.delete_wanted.connect(self._delete)
        selection = self.table.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(lambda *_: self._offer())
        self.add_button.clicked.connect(self._add)
        self.edit_button.clicked.connect(self._edit)
        self.duplicate_button.clicked.connect(self._duplicate)
        self.delete_button.clicked.connect(self._delete)
        self.import_button.clicked.connect(self._choose_import)
        self.export_button.clicked.connect(self._choose_export)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(lambda: self.search.setFocus(Qt.FocusReason.ShortcutFocusReason))

    def _rearrange(self, change: Callable[[], None]) -> None:
        selected = self.selected
        change()
        self.select(selected.number if selected else "")
        if self.selected is None and self.numbers.rowCount():
            self.table.setCurrentIndex(self.numbers.index(0, 0))
        shown, all_of_them = self.numbers.rowCount(), len(self._core.team.team.tracking_numbers)
        words = self.tr("{count} numbers") if shown == all_of_them else self.tr("{shown} of {count} numbers")
        say = self.locale().toString
        self.count.setText(words.format(shown=say(shown), count=say(all_of_them)))
        self._offer()

    def _offer(self) -> None:
        """Buttons are for what can be done."""
        for button in self._about_one:
            button.setEnabled(self.selected is not None)
        self.export_button.setEnabled(bool(self._core.team.team.tracking_numbers))

    def _add(self) -> None:
        self._open(lambda: NumberDialog(self._core, self._background, "", self))

    def _edit(self) -> None:
        if line := self.selected:
            self._open(lambda: NumberDialog(self._core, self._background, line.number, self))

    def _duplicate(self) -> None:
        if line := self.selected:
            self._open(lambda: NumberDialog(self._core, self._background, "", self, like=line))

    def _open(self, make: Callable[[], NumberDialog]) -> None:
        """A dialog over this window; what was edited is selected afterwards."""
        self._clear()
        try:
            dialog = make()
        except UserFacingError as error:
            self.problem.set_text(str(error))
            return
        dialog.accepted.connect(lambda: self.select(dialog.value().number))
        dialog.finished.connect(lambda: self.table.setFocus())
        dialog.open()

    def _delete(self) -> None:
        if line := self.selected:
            self._clear()
            self._background.start(self._delete_when_sure(line), lambda: None, while_there(self, self.problem.set_text))

    async def _delete_when_sure(self, line: TrackingNumber) -> None:
        store = self._core.team
        based_on = store.number_revision(line.number)
        shown = number(self._core.numbers.for_people(line.number))
        question = self.tr("Delete the tracking number {number}? This cannot be taken back.").format(number=shown)
        if await confirm(self, question, self.tr("&Delete")):
            await store.delete_tracking_number(line.number, based_on=based_on)

    def _choose_import(self) -> None:
        dialog = self._file_dialog(self.tr("Import tracking numbers"), QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.import_from)
        dialog.open()

    def _choose_export(self) -> None:
        dialog = self._file_dialog(self.tr("Export tracking numbers"), QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile("tracking-numbers.csv")
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def _file_dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        filters = self.tr("CSV files (*.csv *.txt);;All files (*)")
        dialog = QFileDialog(self, title, "", filters)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        dialog.setDefaultSuffix("csv")
        return dialog

    def _clear(self) -> None:
        self.problem.set_text("")
        self.done.set_text("")

    def _tell(self, words: str, count: int) -> None:
        self.done.set_text(words.format(count=self.locale().toString(count)))
