"""Two versions of one record side by side: what was typed here, and what somebody else has saved meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from PyQt6.QtCore import QCoreApplication, Qt, pyqtSignal
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ui.widgets.labels import PlainLabel
from ui.widgets.sizes import open_at

Record = TypeVar("Record")
WIDTH, HEIGHT = 80, 16  # letters and lines


class ComparisonDialog(QDialog):
    """Lists the fields that differ. Keeping what is here or taking what is there are the two ways on."""

    keep_mine = pyqtSignal()
    take_theirs = pyqtSignal()

    def __init__(self, mine: object, theirs: object, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Compare"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QTreeWidget()
        self.list.setAccessibleName(self.tr("Fields that differ"))
        self.list.setRootIsDecorated(False)
        self.list.setHeaderLabels([self.tr("Field"), self.tr("Typed here"), self.tr("Saved meanwhile")])
        for row in differences(mine, theirs):
            self.list.addTopLevelItem(QTreeWidgetItem(list(row)))
        header = self.list.header()
        if header is not None:
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox()
        self.mine_button = buttons.addButton(self.tr("Keep &Mine"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.theirs_button = buttons.addButton(self.tr("Take &Theirs"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        for button, signal in ((self.mine_button, self.keep_mine), (self.theirs_button, self.take_theirs)):
            if button is not None:
                button.setAutoDefault(False)
                button.clicked.connect(signal)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        words = self.tr("“Keep Mine” keeps what you have changed and takes everything else as it was saved meanwhile.")
        hint = PlainLabel(words)
        hint.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.addWidget(self.list)
        rows.addWidget(hint)
        rows.addWidget(buttons)
        open_at(self, WIDTH, HEIGHT)


def differences(mine: object, theirs: object) -> list[tuple[str, str, str]]:
    """Label, my value and theirs, for each field in which two dataclasses differ; records within are looked into."""
    pairs = zip(_flat(mine), _flat(theirs), strict=True)
    return [(label, _words(ours), _words(others)) for (label, ours), (_, others) in pairs if ours != others]


def merged(base: Record, mine: Record, theirs: Record) -> Record:
    """*theirs* with each field that *mine* has changed since *base*, records within field by field."""
    if not is_dataclass(base) or not is_dataclass(mine) or not is_dataclass(theirs) or isinstance(theirs, type):
        return theirs if mine == base else mine
    names = [field.name for field in fields(base)]
    return replace(theirs, **{name: merged(*(getattr(one, name) for one in (base, mine, theirs))) for name in names})


def _flat(record: object) -> Iterator[tuple[str, object]]:
    if not is_dataclass(record):
        raise TypeError(f"{record!r} is no record with fields")
    for field in fields(record):
        value: Any = getattr(record, field.name)
        if is_dataclass(value) and "label" not in field.metadata:
            yield from _flat(value)
        else:
            yield str(field.metadata.get("label") or field.name.replace("_", " ").capitalize()), value


def _words(value: object) -> str:
    if isinstance(value, bool):
        return _tr("yes") if value else _tr("no")
    return str(value)


def _tr(text: str) -> str:
    return QCoreApplication.translate("comparison", text)
