"""The settings, in their first and small form: users, sound, account."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QTabWidget, QVBoxLayout, QWidget

from ui.background import Background
from ui.core_bridge import CorePort
from ui.settings_pages.account_page import AccountPage
from ui.settings_pages.sound_page import SoundPage
from ui.settings_pages.users_page import UsersPage


class SettingsWindow(QDialog):
    """Three pages; each saves for itself. Raises UserFacingError when the settings cannot be read."""

    def __init__(self, core: CorePort, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setModal(False)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.users = UsersPage(core, background)
        self.sound = SoundPage(core, background)
        self.account = AccountPage(core, background)
        tabs = QTabWidget()
        tabs.addTab(self.users, self.tr("Manage &Users"))
        tabs.addTab(self.sound, self.tr("&Sound"))
        tabs.addTab(self.account, self.tr("&Account"))
        QVBoxLayout(self).addWidget(tabs)
        self.resize(460, 480)
