"""The question before unsaved changes are thrown away."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from ui.shared.questions import message_box


def ask_to_discard(window: QWidget, discard: Callable[[], object], where: str = "") -> QMessageBox:
    """Ask, and call *discard* on yes; Escape and Enter keep what was typed. *where* says what is unsaved."""
    text = (
        _tr("There are unsaved changes: {where}.").format(where=where) if where else _tr("There are unsaved changes.")
    )
    box = message_box(QMessageBox.Icon.Question, window.windowTitle(), text, window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    yes = box.addButton(_tr("&Discard Changes"), QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(_tr("&Keep Editing"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.buttonClicked.connect(lambda button: discard() if button is yes else None)
    box.open()
    return box


def _tr(text: str) -> str:
    return QCoreApplication.translate("leaving", text)
