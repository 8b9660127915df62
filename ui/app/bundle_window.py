"""The support bundle before it is saved: everything that is in it can be read first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QListWidget,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from softphone.diagnostics.support_bundle import Part, masked, save
from softphone.errors import UserFacingError
from ui.widgets.labels import PlainLabel
from ui.widgets.sizes import open_at

WIDTH, HEIGHT = 100, 40  # letters and lines


class BundleWindow(QDialog):
    """The contents on one side, the text of the chosen one on the other; Save asks where to."""

    def __init__(self, parts: Sequence[Part], *, mask: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = tuple(parts)
        self.setWindowTitle(self.tr("Support bundle"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.contents = QListWidget()
        self.contents.setAccessibleName(self.tr("Contents"))
        self.contents.addItems([part.name for part in parts])
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Text"))
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.masking = QCheckBox(self.tr("&Mask telephone numbers"))
        self.masking.setChecked(mask)
        self.told = PlainLabel()
        self.told.wrap()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.save_button = self.buttons.addButton(self.tr("&Save…"), QDialogButtonBox.ButtonRole.ActionRole)
        self._lay_out()
        self.contents.currentRowChanged.connect(self._show)
        self.masking.toggled.connect(self._show)
        self.buttons.rejected.connect(self.reject)
        if self.save_button is not None:
            self.save_button.clicked.connect(self._ask_where)
        self.contents.setCurrentRow(0)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What would be saved now."""
        return masked(self._parts) if self.masking.isChecked() else self._parts

    def save_to(self, file: str) -> None:
        """Save it, and say so."""
        try:
            save(self.parts, Path(file))
        except UserFacingError as error:
            self.told.setText(str(error))
            return
        self.told.setText(self.tr("The bundle is in {file}. It is sent nowhere by itself.").format(file=file))

    def _lay_out(self) -> None:
        head = PlainLabel(self.tr("This is all that is in it; passwords, keys and tokens are blanked. Read it first."))
        head.wrap()
        split = QSplitter()
        split.addWidget(self.contents)
        split.addWidget(self.text)
        split.setStretchFactor(1, 1)
        rows = QVBoxLayout(self)
        for widget in (head, split, self.masking, self.told, self.buttons):
            rows.addWidget(widget)
        rows.setStretchFactor(split, 1)
        open_at(self, WIDTH, HEIGHT)

    def _show(self) -> None:
        row = self.contents.currentRow()
        self.text.setPlainText(self.parts[row].text if 0 <= row < len(self._parts) else "")

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the support bundle"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.selectFile("softphone-support.zip")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_to)
        dialog.open()
