"""What a CSV file of tracking numbers would bring, line by line, before any of it is taken over."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QProgressBar, QVBoxLayout, QWidget

from softphone.config.numbers_csv import CsvPreview, read_numbers
from softphone.config.numbers_file import read_text
from softphone.model.profile import Team
from ui.settings.numbers_table import WIDTHS, NumbersTable
from ui.shared.background import Background, while_there
from ui.shared.core import CorePort
from ui.shared.texts import counted, plain
from ui.widgets.banner import Banner
from ui.widgets.labels import PlainLabel
from ui.widgets.record_table import RecordTable
from ui.widgets.sizes import open_at
from ui.widgets.status_icon import StatusKind

STEPS = 1000
WIDTH, HEIGHT = 84, 32  # letters and lines


class NumbersImportDialog(QDialog):
    """Reads the file, shows what is good and what is not, and imports the good ones or none."""

    imported = pyqtSignal(int)

    def __init__(self, core: CorePort, background: Background, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import {file}").format(file=plain(file.name)))
        self._core, self._background, self._file = core, background, file
        self._preview = CsvPreview((), ())
        self._saving = False
        self.summary = PlainLabel(self.tr("The file is being read…"), bold=True)
        self.summary.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setMaximum(STEPS)
        self.progress.setAccessibleName(self.tr("Progress"))
        self.numbers = NumbersTable(core.numbers, self)
        self.table = RecordTable(self.tr("Numbers that can be imported"))
        self.table.setModel(self.numbers)
        self.table.set_widths(*WIDTHS)
        self.problems_title = PlainLabel(self.tr("Lines that cannot be imported"), bold=True)
        self.problems = QListWidget()
        self.problems.setAccessibleName(self.tr("Lines that cannot be imported"))
        self.problems.setUniformItemSizes(True)
        self.failure = Banner(StatusKind.BAD)
        self._lay_out()
        open_at(self, WIDTH, HEIGHT)
        self._start_reading()

    def reject(self) -> None:
        """Nothing is imported; while it is being saved there is no leaving."""
        if not self._saving:
            super().reject()

    def done(self, result: int) -> None:
        """It is not needed any more."""
        super().done(result)
        self.deleteLater()

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox()
        good = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        none = buttons.addButton(self.tr("Import &None"), QDialogButtonBox.ButtonRole.RejectRole)
        assert good is not None and none is not None  # noqa: S101 - both were just made
        self.import_button, self.none_button = good, none
        self.import_button.setText(self.tr("&Import"))
        self.import_button.setEnabled(False)
        self.import_button.clicked.connect(self._start_saving)
        self.none_button.clicked.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.addWidget(self.summary)
        rows.addWidget(self.progress)
        rows.addWidget(self.table, 3)
        rows.addWidget(self.problems_title)
        rows.addWidget(self.problems, 2)
        rows.addWidget(self.failure)
        rows.addWidget(buttons)
        self.problems_title.hide()
        self.problems.hide()

    def _start_reading(self) -> None:
        self._background.start(self._read(), lambda: None, while_there(self, self._cannot_read))

    async def _read(self) -> None:
        loop, show = asyncio.get_running_loop(), while_there(self, self._show_progress)
        team, numbers = self._core.team.team, self._core.numbers

        def tell(share: float) -> None:
            loop.call_soon_threadsafe(show, share)

        preview = await asyncio.to_thread(lambda: read_numbers(read_text(self._file), team, numbers, tell))
        while_there(self, self._show)(preview, team)

    def _show_progress(self, share: float) -> None:
        self.progress.setValue(round(share * STEPS))

    def _cannot_read(self, words: str) -> None:
        self.summary.setText(self.tr("The file cannot be imported."))
        self.progress.hide()
        self.failure.set_text(words)

    def _show(self, preview: CsvPreview, team: Team) -> None:
        """Everything is known now."""
        self._preview = preview
        self.progress.hide()
        self.summary.setText(self._summary(preview, team))
        self.numbers.show_numbers(preview.good, team)
        self.problems.addItems([plain(str(problem)) for problem in preview.problems])
        self.problems_title.setVisible(bool(preview.problems))
        self.problems.setVisible(bool(preview.problems))
        good = len(preview.good)
        some = counted(good, self.tr("&Import the Good One"), self.tr("&Import the {count} Good Ones"))
        all_of_it = counted(good, self.tr("&Import 1 Number"), self.tr("&Import {count} Numbers"))
        self.import_button.setText(some if preview.problems else all_of_it)
        self.import_button.setEnabled(bool(preview.good))

    def _summary(self, preview: CsvPreview, team: Team) -> str:
        known = sum(team.tracking_number(line.number) is not None for line in preview.good)
        good, bad = len(preview.good), len(preview.problems)
        words = [counted(good, self.tr("1 number can be imported."), self.tr("{count} numbers can be imported."))]
        if known:
            words.append(counted(known, self.tr("1 replaces an old one."), self.tr("{count} replace old ones.")))
        if bad:
            words.append(counted(bad, self.tr("1 line cannot."), self.tr("{count} lines cannot.")))
        return " ".join(words)

    def _start_saving(self) -> None:
        self._set_saving(True)
        self.failure.set_text("")
        team = Team((), self._preview.good)
        self._background.save(
            self._core.team.put_team(team), while_there(self, self._on_saved), while_there(self, self._on_failed)
        )

    def _on_saved(self) -> None:
        self._set_saving(False)
        self.imported.emit(len(self._preview.good))
        self.accept()

    def _on_failed(self, words: str) -> None:
        self._set_saving(False)
        self.failure.set_text(words)

    def _set_saving(self, saving: bool) -> None:
        """How far the database is it does not tell."""
        self._saving = saving
        self.progress.setMaximum(0 if saving else STEPS)
        self.progress.setVisible(saving)
        self.import_button.setEnabled(not saving)
        self.none_button.setEnabled(not saving)
