"""What keeps the softphone from starting, told on the screen and on stderr: a menu has no terminal."""

from __future__ import annotations

import logging
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPushButton, QVBoxLayout

from softphone import __version__
from softphone.diagnostics.redaction import redact
from softphone.errors import UserFacingError
from softphone.model.printable import printable
from ui.app.control_client import ControlError
from ui.app.qt_application import make_application, on_screen
from ui.settings.about_page import versions
from ui.shared.texts import tr
from ui.widgets.fitting_scroll import FittingScroll
from ui.widgets.labels import PlainLabel
from ui.widgets.sizes import open_at
from ui.widgets.status_icon import StatusIcon, StatusKind

WIDTH, HEIGHT = 60, 14  # letters and lines
_NEW_LINE = "\n"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StartProblem:
    """In words: what has happened, why, what to do about it, and what a supporter needs to know. No secrets."""

    heading: str
    message: str
    advice: str
    details: str

    @classmethod
    def of(cls, error: Exception, data: Path) -> StartProblem:
        """What *error* means to whoever has just started the softphone with the data directory *data*."""
        ask_for_help = tr("copy the details and send them to whoever looks after your softphone.")
        if isinstance(error, UserFacingError):
            refused = isinstance(error, ControlError)
            heading = tr("The running softphone has refused.") if refused else tr("The softphone cannot start.")
            message, told = str(error), f"{type(error).__name__}: {error}"
            advice = tr("Correct this and start the softphone again. If you cannot, {ask}").format(ask=ask_for_help)
        else:
            heading = tr("The softphone has run into an internal error and cannot continue.")
            message, told = f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)).rstrip()
            advice = tr("Start it again. If this comes back, {ask}").format(ask=ask_for_help)
        details = f"Softphone {__version__}\n{versions()}\nData directory: {data}\n\n{told}"
        return cls(heading, redact(message), advice, redact(details))


class StartProblemWindow(QDialog):
    """Shows it until it is closed."""

    def __init__(self, problem: StartProblem) -> None:
        super().__init__()
        self._problem = problem
        self.setWindowTitle(self.tr("Softphone"))
        self.heading = PlainLabel(problem.heading, scale=1.2, bold=True)
        self.message, self.advice = PlainLabel(problem.message), PlainLabel(problem.advice)
        for label in (self.heading, self.message, self.advice):
            label.wrap()
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copied = PlainLabel(faint=True)
        self.copy_button = QPushButton(self.tr("&Copy Details"))
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._copy)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        open_at(self, WIDTH, HEIGHT)

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._problem.details)
            self.copied.setText(self.tr("The details are on the clipboard."))

    def _lay_out(self) -> None:
        text = FittingScroll(self.tr("What is wrong"), 3)
        text.rows_layout.addWidget(self.message)
        text.show()
        told = QVBoxLayout()
        for widget in (self.heading, text, self.advice):
            told.addWidget(widget)
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.addWidget(StatusIcon(StatusKind.BAD), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(told, 1)
        foot.addWidget(self.copy_button)
        foot.addWidget(self.copied, 1)
        foot.addWidget(self.buttons)
        rows = QVBoxLayout(self)
        rows.addLayout(top)
        rows.addStretch(1)
        rows.addLayout(foot)


def tell(error: Exception, data: Path) -> int:
    """Tell whoever has started the softphone, and wait until they have read it; the exit status."""
    if isinstance(error, UserFacingError):
        print(f"softphone: {printable(str(error), keep=_NEW_LINE)}", file=sys.stderr)  # noqa: T201
    else:
        _logger.critical("the softphone cannot go on", exc_info=error)
    try:
        application = make_application()
    except UserFacingError:  # there is nothing to show it on
        return 1
    if on_screen():
        window = StartProblemWindow(StartProblem.of(error, data))
        window.finished.connect(application.quit)
        with _ended_by_ctrl_c():
            window.open()
            application.exec()
        window.deleteLater()
    return 1


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """Nothing is left to clean up, and Python's own handler would wait for the next Python code to run."""
    previous = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
