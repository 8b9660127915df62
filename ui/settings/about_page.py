"""What this is, of which version, made of what, and under which licences."""

from __future__ import annotations

import platform
from importlib.resources import files

from PyQt6.QtCore import PYQT_VERSION_STR, QSize, Qt, QUrl, qVersion
from PyQt6.QtGui import QDesktopServices, QIcon, QPixmap
from PyQt6.QtWidgets import QGridLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from softphone import __version__
from ui.shared.background import Background
from ui.shared.core import CorePort
from ui.widgets.labels import PlainLabel

LICENCE = QUrl("https://www.gnu.org/licenses/gpl-3.0.html")
ICON = 64


class AboutPage(QWidget):
    """Versions at the top, for whoever asks for support; the licences of everything below."""

    def __init__(self, core: CorePort, background: Background, parent: QWidget | None = None) -> None:  # noqa: ARG002
        super().__init__(parent)
        self.title = PlainLabel(self.tr("Softphone {version}").format(version=__version__), scale=1.6, bold=True)
        purpose = PlainLabel(self.tr("A softphone with call waiting on the agent's direct line."))
        purpose.setWordWrap(True)
        self.versions = PlainLabel(versions(core.session.view.engine.library), faint=True)
        self.versions.setWordWrap(True)
        self.versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.licence_button = QPushButton(self.tr("&GNU General Public License…"))
        self.licence_button.setToolTip(LICENCE.toString())
        self.licence_button.clicked.connect(lambda: QDesktopServices.openUrl(LICENCE))
        head = QGridLayout()
        head.addWidget(_icon(), 0, 0, 3, 1, Qt.AlignmentFlag.AlignTop)
        for row, widget in enumerate((self.title, purpose, self.versions)):
            head.addWidget(widget, row, 1)
        head.setColumnStretch(1, 1)
        rows = QVBoxLayout(self)
        rows.addLayout(head)
        self.licences = QTextBrowser()
        self.licences.setAccessibleName(self.tr("Licences"))
        self.licences.setMarkdown((files("resources") / "licences.md").read_text(encoding="utf-8"))
        rows.addWidget(self.licences, 1)
        rows.addWidget(self.licence_button, 0, Qt.AlignmentFlag.AlignLeading)


def versions(library: str = "") -> str:
    """What it runs on; *library* is the SIP library's name, empty while no engine has told it."""
    qt, python = f"Qt {qVersion()} · PyQt {PYQT_VERSION_STR}", f"Python {platform.python_version()}"
    return " · ".join(part for part in (library, qt, python, platform.platform()) if part)


def _icon() -> QLabel:
    pixmap = QPixmap()
    pixmap.loadFromData((files("resources") / "icons" / "softphone-128.png").read_bytes())
    label = QLabel()
    label.setPixmap(QIcon(pixmap).pixmap(QSize(ICON, ICON)))
    return label
