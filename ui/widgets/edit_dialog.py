"""What the dialogs that edit one record have in common: check, advise, save, and lose nothing that was typed."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from softphone.errors import UserFacingError
from ui.shared.background import Background
from ui.widgets.comparison import ComparisonDialog, merged
from ui.widgets.conflict_bar import ConflictBar
from ui.widgets.field_notes import NotedField, when_edited
from ui.widgets.sections import SectionedForm
from ui.widgets.sizes import open_at
from ui.widgets.unsaved_changes import ask_to_discard

if TYPE_CHECKING:
    from softphone.policy.admin.advice import Advice

Record = TypeVar("Record")
WIDTH, HEIGHT = 84, 26  # letters and lines


class EditDialog(QDialog, Generic[Record]):
    """Edits one record in sections; opened with ``open()``, deletes itself when closed.

    A subclass adds sections and fields, implements the hooks, fills the controls and calls ``begin()``.
    It decides nothing: its ``problems()`` and ``advice()`` ask the policy.
    """

    def __init__(self, title: str, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._background = background
        self._fields: dict[str, NotedField] = {}
        self._unchanged: Record | None = None
        self._based_on = 0
        self._saving = False
        self.sections = SectionedForm()
        self.conflict = ConflictBar()
        self.conflict.reload.connect(self._reload)
        self.conflict.compare.connect(self._compare)
        self.conflict.add_again.connect(self._add_again)
        rows = QVBoxLayout(self)
        rows.addWidget(self.sections, 1)
        rows.addWidget(self.conflict)
        rows.addWidget(self._make_buttons())
        open_at(self, WIDTH, HEIGHT)

    # What a subclass says.

    def value(self) -> Record:
        """The record as the controls show it, right or wrong."""
        raise NotImplementedError

    def show_value(self, value: Record) -> None:
        """Make the controls show *value*."""
        raise NotImplementedError

    def stored(self) -> Record | None:
        """The record as it is saved now; None when there is none."""
        raise NotImplementedError

    def revision(self) -> int:
        """The revision of ``stored()``; 0 when there is none."""
        raise NotImplementedError

    def problems(self) -> Mapping[str, str]:
        """What is wrong: field to words. Fields that are not in this dialog do not count: they are edited elsewhere."""
        raise NotImplementedError

    def advice(self) -> Iterable[Advice]:
        """What the admin should know about what the controls show."""
        return ()

    def save(self, value: Record, based_on: int) -> Coroutine[object, object, object]:
        """Store *value*, made from the revision *based_on*. Raises UserFacingError."""
        raise NotImplementedError

    # What a subclass uses.

    def add_field(self, form: QFormLayout, name: str, label: str, control: QWidget, hint: str = "") -> NotedField:
        """A row for the field *name*; its label is its accessible name too, empty for a switch that has words."""
        field = self._fields[name] = NotedField(control, hint)
        if label:
            words = QLabel(label)
            words.setBuddy(control)
            form.addRow(words, field)
            control.setAccessibleName(label.replace("&", ""))
        else:
            form.addRow(field)
        when_edited(control, self.refresh)
        return field

    def begin(self) -> None:
        """What the controls show is where editing starts from."""
        self._based_on = self.revision()
        self._unchanged = self.value()
        self.conflict.clear()
        self.refresh()

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self._unchanged is not None and self.value() != self._unchanged

    def note(self, name: str) -> NotedField:
        """The field *name* with what stands under it."""
        return self._fields[name]

    def refresh(self) -> None:
        """Check and advise anew; every field calls it when it is edited."""
        changed, advice = self.changed, tuple(self.advice())
        problems = {name: words for name, words in self.problems().items() if name in self._fields}
        for name, field in self._fields.items():
            sentences = [each.text for each in advice if each.field == name]
            field.show_notes(problems.get(name, "") if changed else "", sentences)
        self.save_button.setEnabled(changed and not problems and not self._saving)

    # How it works.

    def reject(self) -> None:
        """Leaving with unsaved changes asks; while it saves there is no leaving."""
        if not self._saving and self.changed:
            ask_to_discard(self, lambda: self.done(QDialog.DialogCode.Rejected))
        elif not self._saving:
            super().reject()

    def _make_buttons(self) -> QDialogButtonBox:
        self.save_button, self.cancel_button = QPushButton(self.tr("&Save Changes")), QPushButton(self.tr("Cancel"))
        self.save_button.setDefault(True)
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self._start_saving)
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        buttons = QDialogButtonBox()
        buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.cancel_button, QDialogButtonBox.ButtonRole.RejectRole)
        return buttons

    def _start_saving(self) -> None:
        self._set_saving(True)
        self.conflict.clear()
        self._background.save(self._save(self.value(), self._based_on), lambda: None, lambda _: None)

    async def _save(self, value: Record, based_on: int) -> None:
        saved = False
        try:
            await self.save(value, based_on)
            saved = True
        except UserFacingError as problem:
            self.conflict.show_problem(problem)
        finally:
            self._set_saving(False)
        if saved:
            self.accept()

    def _set_saving(self, saving: bool) -> None:
        """What is typed while it saves would be lost: nothing can be."""
        self._saving = saving
        self.sections.setEnabled(not saving)
        self.refresh()

    def _reload(self) -> None:
        stored = self.stored()
        if stored is not None:
            self.show_value(stored)
            self.begin()

    def _compare(self) -> None:
        stored = self.stored()
        if stored is not None:
            dialog = ComparisonDialog(self.value(), stored, self)
            dialog.keep_mine.connect(self._keep_mine)
            dialog.take_theirs.connect(self._reload)
            dialog.open()

    def _keep_mine(self) -> None:
        """What was changed here goes over what was saved meanwhile; the rest is theirs."""
        stored = self.stored()
        if stored is not None and self._unchanged is not None:
            mine = merged(self._unchanged, self.value(), stored)
            self._reload()
            self.show_value(mine)
            self.refresh()

    def _add_again(self) -> None:
        self._based_on = 0
        self._start_saving()
