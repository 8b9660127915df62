"""Tracking Numbers: which numbers customers dial, where each leads, and their way in and out as CSV."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QFileDialog, QWidget

from softphone.config.numbers_csv import write_numbers
from softphone.config.numbers_file import write_text
from softphone.model.profile import TrackingNumber
from ui.settings.number_dialog import NumberDialog
from ui.settings.numbers_import import NumbersImportDialog
from ui.settings.numbers_table import WIDTHS, NumbersTable
from ui.settings.records_page import RecordsPage
from ui.shared.background import Background, while_there
from ui.shared.core import CorePort
from ui.shared.questions import confirm
from ui.shared.texts import counted, number
from ui.widgets.record_table import RecordTable


class NumbersPage(RecordsPage[TrackingNumber]):
    """The table of tracking numbers, and their files."""

    def __init__(self, core: CorePort, background: Background, parent: QWidget | None = None) -> None:
        self.numbers = NumbersTable(core.numbers)
        super().__init__(core, background, self.numbers, RecordTable(_tr("Tracking numbers")), parent)
        self.search.setPlaceholderText(self.tr("number, label, agent or queue"))
        self.table.set_widths(*WIDTHS)
        self.buttons.addStretch(1)
        self.import_button = self.add_action(self.tr("&Import…"), self._choose_import)
        self.export_button = self.add_action(self.tr("E&xport…"), self._choose_export)
        self.refresh()

    def show_records(self) -> int:
        """All tracking numbers of the team."""
        team = self.core.team.team
        self.numbers.show_numbers(team.tracking_numbers, team)
        return len(team.tracking_numbers)

    def name_of(self, record: TrackingNumber) -> str:
        """Its E.164 form."""
        return record.number

    def count_words(self, count: int) -> str:
        """So many numbers."""
        return counted(count, self.tr("1 number"), self.tr("{count} numbers"))

    def dialog(self, name: str, like: TrackingNumber | None = None) -> NumberDialog:
        """Edit number."""
        return NumberDialog(self.core, self.background, name, self, like=like)

    async def delete_when_sure(self, record: TrackingNumber) -> None:
        """Nothing leads to a number: asking is enough."""
        store = self.core.team
        based_on = store.number_revision(record.number)
        shown = number(self.core.numbers.for_people(record.number))
        question = self.tr("Delete the tracking number {number}? This cannot be undone.").format(number=shown)
        if await confirm(self, question, self.tr("&Delete")):
            await store.delete_tracking_number(record.number, based_on=based_on)

    def offer(self) -> None:
        """No numbers, no export."""
        super().offer()
        self.export_button.setEnabled(bool(self.core.team.team.tracking_numbers))

    def import_from(self, file: str) -> None:
        """Read this file and show what it would bring."""
        self.clear()
        dialog = NumbersImportDialog(self.core, self.background, Path(file), self)
        dialog.imported.connect(lambda count: self._tell_imported(count))
        dialog.finished.connect(lambda: self.table.setFocus())
        dialog.open()

    def export_to(self, file: str) -> None:
        """Write all numbers to this file."""
        self.clear()
        numbers = self.core.team.team.tracking_numbers
        self.background.save(
            asyncio.to_thread(lambda: write_text(Path(file), write_numbers(numbers))),
            while_there(self, lambda: self._tell_exported(len(numbers))),
            while_there(self, self.problem.set_text),
        )

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

    def _tell_imported(self, count: int) -> None:
        self.done.set_text(counted(count, self.tr("1 number was imported."), self.tr("{count} numbers were imported.")))

    def _tell_exported(self, count: int) -> None:
        self.done.set_text(counted(count, self.tr("1 number was exported."), self.tr("{count} numbers were exported.")))


def _tr(text: str) -> str:
    return QCoreApplication.translate("NumbersPage", text)
