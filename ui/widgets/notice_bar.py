"""The notices the agent has not put away yet, newest below; a lost call can be called back from here."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from softphone.model.view import Notice, NoticeKind
from ui.shared.texts import plain
from ui.widgets.banner import Banner
from ui.widgets.status_icon import StatusKind

MOST = 3
KINDS = {NoticeKind.INFO: StatusKind.NEUTRAL, NoticeKind.WARNING: StatusKind.PAUSED, NoticeKind.ERROR: StatusKind.BAD}


class NoticeBar(QWidget):
    """Keeps the last few notices; one that is told again is not shown twice."""

    call_back = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._shown: list[tuple[Notice, Banner]] = []
        self.hide()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is shown."""
        return tuple(notice for notice, _ in self._shown)

    def add(self, notice: Notice) -> None:
        """Show *notice*; the oldest goes when there are too many."""
        self.dismiss(notice)
        banner = Banner(KINDS[notice.kind], plain(notice.text))
        if notice.call_back:
            button = banner.add_button(self.tr("Call &back"))
            button.clicked.connect(lambda: self._on_call_back(notice))
        close = banner.add_close_button(self.tr("Dismiss"))
        close.clicked.connect(lambda: self.dismiss(notice))
        self._shown.append((notice, banner))
        self._rows.addWidget(banner)
        while len(self._shown) > MOST:
            self.dismiss(self._shown[0][0])
        self.show()

    def dismiss(self, notice: Notice) -> None:
        """Put *notice* away."""
        for entry in [entry for entry in self._shown if entry[0] == notice]:
            self._shown.remove(entry)
            self._rows.removeWidget(entry[1])
            entry[1].hide()
            entry[1].deleteLater()
        self.setVisible(bool(self._shown))

    def _on_call_back(self, notice: Notice) -> None:
        self.dismiss(notice)
        self.call_back.emit(notice.call_back)
