"""Says why saving failed, and offers the ways on when somebody else was faster."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from softphone.errors import ChangedMeanwhileError, GoneError, UserFacingError
from ui.widgets.banner import Banner
from ui.widgets.status_icon import StatusKind


class ConflictBar(QWidget):
    """Hidden until there is a problem; then its words, with the buttons that fit the kind of problem."""

    reload = pyqtSignal()
    compare = pyqtSignal()
    add_again = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.banner = Banner(StatusKind.BAD)
        self.reload_button = self.banner.add_button(self.tr("&Reload"))
        self.compare_button = self.banner.add_button(self.tr("Com&pare"))
        self.add_button = self.banner.add_button(self.tr("&Add Again"))
        self.reload_button.clicked.connect(self.reload)
        self.compare_button.clicked.connect(self.compare)
        self.add_button.clicked.connect(self.add_again)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.banner)
        self.clear()

    @property
    def text(self) -> str:
        """What it says."""
        return self.banner.text

    def show_problem(self, problem: UserFacingError) -> None:
        """Say it, and offer what helps."""
        changed = isinstance(problem, ChangedMeanwhileError)
        self.reload_button.setVisible(changed)
        self.compare_button.setVisible(changed)
        self.add_button.setVisible(isinstance(problem, GoneError))
        self.banner.set_text(str(problem))
        self.show()

    def clear(self) -> None:
        """There is no problem (any more)."""
        self.banner.set_text("")
        self.hide()
