"""Bugs do not end the app: they are logged with their traceback and offered as a report."""

from __future__ import annotations

import logging
import sys
import traceback
from asyncio import AbstractEventLoop
from collections.abc import Mapping
from types import TracebackType

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtWidgets import QMessageBox

from softphone.diagnostics.redaction import redact
from ui.app.qt_application import on_screen
from ui.shared.questions import message_box

log = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Takes what nobody caught: in slots through ``sys.excepthook``, in coroutines through the loop.

    Without a hook of one's own PyQt aborts the process at an exception in a slot.
    """

    def __init__(self) -> None:
        super().__init__()
        self._box: QMessageBox | None = None
        self._previous = sys.excepthook

    def install(self, loop: AbstractEventLoop) -> None:
        """Take over from Python's own hook."""
        sys.excepthook = self.report
        loop.set_exception_handler(self._on_loop_error)

    def uninstall(self) -> None:
        """Give the hook back."""
        sys.excepthook = self._previous
        if self._box is not None:
            self._box.close()

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log it, and show it when nothing else is being shown."""
        log.critical("unexpected error", exc_info=(kind, error, trace))
        if on_screen() and self._box is None:
            self._show(redact("".join(traceback.format_exception(kind, error, trace))))

    def _on_loop_error(self, _loop: AbstractEventLoop, context: Mapping[str, object]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report(type(error), error, error.__traceback__)
        else:
            log.error("%s", context.get("message"))

    def _show(self, details: str) -> None:
        text = self.tr("Something went wrong in the softphone. Your calls go on.")
        box = message_box(QMessageBox.Icon.Warning, self.tr("Softphone"), text)
        box.setInformativeText(self.tr("The details are below and in the log. Please add them to a report."))
        box.setDetailedText(details)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._on_closed)
        self._box = box
        box.open()

    def _on_closed(self) -> None:
        self._box = None
