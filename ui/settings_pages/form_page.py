"""What every page has: fields, Save Changes, and a line that says how saving went."""

from __future__ import annotations

from collections.abc import Coroutine

from PyQt6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from softphone.errors import UserFacingError
from ui.background import Background
from ui.widgets.labels import PlainLabel


class FormPage(QWidget):
    """A form whose ``save()`` coroutine runs on Save Changes; a UserFacingError of it is shown."""

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.message = PlainLabel()
        self.message.setWordWrap(True)
        self.save_button = QPushButton(self.tr("Save &Changes"))
        self.save_button.clicked.connect(self._on_save)
        bottom = QHBoxLayout()
        bottom.addWidget(self.message, 1)
        bottom.addWidget(self.save_button)
        rows = QVBoxLayout(self)
        rows.addLayout(self.form)
        rows.addStretch(1)
        rows.addLayout(bottom)

    def save(self) -> Coroutine[object, object, object]:
        """What Save Changes does."""
        raise NotImplementedError

    def add_row(self, label: str, field: QWidget) -> None:
        """A field with its label, which is its accessible name too."""
        self.form.addRow(label, field)
        field.setAccessibleName(label.replace("&", ""))

    def saved(self) -> None:
        """It worked."""
        self._say(self.tr("Saved."))

    def _on_save(self) -> None:
        self.save_button.setEnabled(False)
        self.message.setText("")
        try:
            work = self.save()
        except UserFacingError as error:
            self._say(str(error))
        else:
            self._background.save(work, self.saved, self._say)

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.save_button.setEnabled(True)


def choice_box(choices: dict[str, str], chosen: str) -> QComboBox:
    """A combo box over *choices*: value to words."""
    box = QComboBox()
    for value, words in choices.items():
        box.addItem(words, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box
