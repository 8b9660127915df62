"""Two versions of one record side by side: what was typed here, and what somebody else has saved meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from PyQt6.QtCore import QCoreApplication, pyqtSignal
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget


class ComparisonDialog(QDialog):
    """Lists the fields that differ. Keeping what is here or taking what is there are the two ways on."""

    keep_mine = pyqtSignal()
    take_theirs = pyqtSignal()

    def __init__(self, mine: object, theirs: object, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Compare"))
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
        rows = QVBoxLayout(self)
        rows.addWidget(self.list)
        rows.addWidget(buttons)
        self.resize(self.fontMetrics().horizontalAdvance("n") * 80, self.fontMetrics().height() * 16)


def differences(mine: object, theirs: object) -> list[tuple[str, str, str]]:
    """Label, my value and theirs, for each field in which two dataclasses differ; records within are looked into."""
    pairs = zip(_flat(mine), _flat(theirs), strict=True)
    return [(label, _words(ours), _words(others)) for (label, ours), (_, others) in pairs if ours != others]


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
