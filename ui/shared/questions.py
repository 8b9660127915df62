"""Small dialogs that a coroutine waits for: opened, never ``exec()``-ed, so that calls go on meanwhile."""

from __future__ import annotations

import asyncio

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QDialog, QInputDialog, QLabel, QLineEdit, QMessageBox, QWidget


def _tr(text: str) -> str:
    return QCoreApplication.translate("questions", text)


async def answer_of(dialog: QDialog) -> bool:
    """Open *dialog* and wait until it is closed; whether it was accepted."""
    closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on_finished(result: int) -> None:
        if not closed.done():
            closed.set_result(result)

    dialog.finished.connect(on_finished)
    dialog.open()
    try:
        return await closed == QDialog.DialogCode.Accepted
    finally:
        dialog.hide()
        dialog.deleteLater()


def message_box(icon: QMessageBox.Icon, title: str, text: str, parent: QWidget | None = None) -> QMessageBox:
    """A box that shows *text* as it stands; names in it come from colleagues, files and callers."""
    box = QMessageBox(icon, title, text, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    return box


async def confirm(parent: QWidget, text: str, yes: str) -> bool:
    """Ask before something that cannot be taken back; No is the answer of a stray Enter."""
    box = message_box(QMessageBox.Icon.Question, _tr("Softphone"), text, parent)
    go = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    await answer_of(box)
    return box.clickedButton() is go


async def ask_password(parent: QWidget, account: str, *, lasting: bool) -> str:
    """The password of *account*, empty when the agent would rather not say."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(_tr("Password"))
    keep = _tr("It is kept in your keyring.") if lasting else _tr("It is kept until the softphone ends.")
    dialog.setLabelText(_tr("Password of {account}:").format(account=account) + "\n" + keep)
    for label in dialog.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)
    dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
    return dialog.textValue() if await answer_of(dialog) else ""
