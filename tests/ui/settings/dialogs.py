"""Dialogs on the screen: found when they have come up, clicked, and awaited until they are gone."""

from __future__ import annotations

from typing import TypeVar

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QMessageBox, QTableView

from tests.qtest import QTest
from tests.ui.conftest import until

Kind = TypeVar("Kind", bound=QDialog)


async def opened(kind: type[Kind]) -> Kind:
    """The dialog of this kind that is in front and has the keyboard."""
    await until(lambda: isinstance(QApplication.activeModalWidget(), kind))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    await until(dialog.isActiveWindow)
    return dialog


async def closed() -> None:
    """Wait until no dialog is in front."""
    await until(lambda: QApplication.activeModalWidget() is None)


def click(button: QAbstractButton) -> None:
    """As the mouse does it."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))


def retype(line: QLineEdit, text: str) -> None:
    """Replace what stands there, key by key."""
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)


def click_cell(table: QTableView, row: int, column: int) -> None:
    """A click into the middle of a cell."""
    model = table.model()
    assert model is not None
    middle = table.visualRect(model.index(row, column)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)


async def answer(words: str) -> str:
    """Press the button of these words in the question that comes up; what was asked."""
    box = await opened(QMessageBox)
    text = box.text()
    click(next(button for button in box.buttons() if button.text().replace("&", "") == words))
    await until(lambda: QApplication.activeModalWidget() is not box)
    return text
