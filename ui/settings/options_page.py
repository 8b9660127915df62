"""A page of this machine's options: every row is made from the declaration of its option, and checked by it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractButton,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from softphone.config.settings_tables import TABLES, apply, problem_of
from softphone.model.options import declared
from softphone.model.settings import Settings
from ui.shared.background import Background, while_there
from ui.shared.core import CorePort
from ui.widgets.field_notes import NotedField
from ui.widgets.labels import PlainLabel
from ui.widgets.mnemonics import Mnemonics
from ui.widgets.option_fields import OptionField, option_field

Key = tuple[str, str]
TAKEN = "sbdknt"  # letters of Save Changes and Test Registration, and of the buttons around the page at the first start


class OptionsPage(QWidget):
    """Fields, and Save Changes, which works when something was changed and nothing is wrong.

    A subclass adds its fields and then calls ``begin()``. Only what was changed here is written, so that
    what another program has changed meanwhile stays. Raises UserFacingError when the settings cannot be read.
    """

    edited = pyqtSignal()

    def __init__(self, core: CorePort, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.core, self.background = core, background
        self.settings = core.settings_store.load()
        self.fields: dict[Key, OptionField] = {}
        self._notes: dict[Key, NotedField] = {}
        self._mnemonics = Mnemonics(TAKEN)
        self._saving = False
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.message = PlainLabel()
        self.message.setWordWrap(True)
        self.save_button = QPushButton(self.tr("&Save Changes"))
        self.save_button.setAccessibleName(self.tr("Save Changes"))
        self.save_button.clicked.connect(self._start_saving)
        self._lay_out()

    # What a subclass uses.

    def add_heading(self, title: str) -> None:
        """What the rows that follow are about."""
        if self.form.rowCount():
            self.form.addItem(QSpacerItem(0, self.fontMetrics().height() // 2))
        self.form.addRow(PlainLabel(title, scale=1.1, bold=True))

    def add_option(
        self,
        table: str,
        name: str,
        *,
        field: OptionField | None = None,
        words: Mapping[str, str] | None = None,
    ) -> OptionField:
        """A row for one option; *field* where the control its declaration asks for is not the right one."""
        value = getattr(getattr(self.settings, table), name)
        made = field or option_field(TABLES[table], name, value, words)
        option = declared(TABLES[table], name)
        made.put(value)
        made.control.setToolTip(self.tr(option.help))
        self.fields[table, name] = made
        self._notes[table, name] = self.add_row(self.tr(option.label), made)
        return made

    def add_composed(self, table: str, name: str, field: OptionField, note: NotedField) -> None:
        """An option several rows make up, *field* being all of them; what is wrong with it stands in *note*."""
        self.fields[table, name] = field
        self._notes[table, name] = note

    def note_of(self, table: str, name: str) -> NotedField:
        """The row of this option."""
        return self._notes[table, name]

    def add_row(self, label: str, field: OptionField) -> NotedField:
        """A row for something to be entered here; a switch carries its label itself."""
        noted, control = NotedField(field.control), field.control
        control.setAccessibleName(label)
        if isinstance(control, QAbstractButton):
            control.setText(self._mnemonics.give(label))
            self.form.addRow(noted)
        else:
            words = QLabel(self._mnemonics.give(label))
            words.setBuddy(control)
            self.form.addRow(words, noted)
        field.changed.connect(lambda *_: self.refresh())
        return noted

    def bring_into_view(self, widget: QWidget) -> None:
        """Scroll to *widget*, once it has the size its content wants."""
        QTimer.singleShot(0, while_there(widget, lambda: self._form_area.ensureWidgetVisible(widget)))

    def begin(self) -> None:
        """What the fields hold is where editing starts from."""
        self._unchanged = self._values()
        self.refresh()

    # What a subclass may add to.

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self._values() != self._unchanged

    def problems(self) -> Mapping[Key, str]:
        """What is wrong: table and name of the option to words."""
        found = {key: problem_of(*key, value) for key, value in self._values().items()}
        return {key: words for key, words in found.items() if words}

    def work(self) -> Coroutine[object, object, object]:
        """What Save Changes does. Raises UserFacingError."""
        return self._store(self._changes())

    def saved(self) -> None:
        """It worked."""
        self.begin()
        self._say(self.tr("Saved."))

    # How it works.

    def entered(self) -> Settings:
        """The settings with what was changed here."""
        return apply(self.core.settings_store.load(), self._changes())

    def refresh(self) -> None:
        """Check anew; every field calls it when it is edited."""
        problems, changed = self.problems(), self.changed
        for key, note in self._notes.items():
            note.show_notes(problems.get(key, ""), ())
        self.save_button.setEnabled(changed and not problems and not self._saving)
        if changed:
            self.message.setText("")
        self.edited.emit()

    def _values(self) -> dict[Key, Any]:
        return {key: field.value() for key, field in self.fields.items()}

    def _changes(self) -> dict[str, dict[str, object]]:
        changes: dict[str, dict[str, object]] = {}
        for (table, name), value in self._values().items():
            if value != self._unchanged[table, name]:
                changes.setdefault(table, {})[name] = value
        return changes

    async def _store(self, changes: Mapping[str, Mapping[str, object]]) -> None:
        await asyncio.to_thread(self._save, changes)
        self.core.session.settings_changed()

    def _save(self, changes: Mapping[str, Mapping[str, object]]) -> None:
        store = self.core.settings_store
        store.save(apply(store.load(), changes))

    def _start_saving(self) -> None:
        work = self.work()
        self._set_saving(True)
        self.background.save(work, while_there(self, self._on_saved), while_there(self, self._on_failed))

    def _on_saved(self) -> None:
        self._set_saving(False)
        self.saved()

    def _on_failed(self, words: str) -> None:
        self._set_saving(False)
        self._say(words)

    def _set_saving(self, saving: bool) -> None:
        self._saving = saving
        self._form_area.setEnabled(not saving)
        self.refresh()

    def _say(self, text: str) -> None:
        self.message.setText(text)

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.addLayout(self.form)
        column.addStretch(1)
        self._form_area = QScrollArea()
        self._form_area.setWidget(content)
        self._form_area.setWidgetResizable(True)
        self._form_area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._form_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields come into view when they are reached
        bottom = QHBoxLayout()
        bottom.addWidget(self.message, 1)
        bottom.addWidget(self.save_button)
        rows = QVBoxLayout(self)
        rows.addWidget(self._form_area, 1)
        rows.addLayout(bottom)
