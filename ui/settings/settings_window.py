"""The settings: one page at a time, the list of them at the left."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QWidget

from ui.settings.about_page import AboutPage
from ui.settings.account_page import AccountPage
from ui.settings.general_page import GeneralPage
from ui.settings.numbers_page import NumbersPage
from ui.settings.options_page import OptionsPage
from ui.settings.sound_page import SoundPage
from ui.settings.users_page import UsersPage
from ui.shared.background import Background
from ui.shared.core import CorePort
from ui.shared.window_places import WindowPlaces
from ui.widgets.edit_dialog import EditDialog
from ui.widgets.navigation import NavigationList, focus_first
from ui.widgets.sizes import open_at
from ui.widgets.unsaved_changes import ask_to_discard

PLACE = "settings"
WIDTH, HEIGHT = 132, 36  # letters and lines


class SettingsWindow(QDialog):
    """Each page saves for itself. Raises UserFacingError when the settings cannot be read."""

    restart_wanted = pyqtSignal()

    def __init__(
        self, core: CorePort, background: Background, parent: QWidget | None = None, places: WindowPlaces | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setModal(False)
        self._places = places
        self.users = UsersPage(core, background)
        self.numbers = NumbersPage(core, background)
        self.account = AccountPage(core, background)
        self.sound = SoundPage(core, background)
        self.general = GeneralPage(core, background)
        self.about = AboutPage(core, background)
        self.navigation = NavigationList(self.tr("Pages"))
        self.pages = QStackedWidget()
        self._pages: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Manage Users"), self.users),
            (self.tr("Tracking Numbers"), self.numbers),
            (self.tr("Account"), self.account),
            (self.tr("Sound"), self.sound),
            (self.tr("General"), self.general),
            (self.tr("About"), self.about),
        )
        for title, page in self._pages:
            self.navigation.add(title)
            self.pages.addWidget(page)
        self.general.restart_wanted.connect(self.restart_wanted)
        self.navigation.currentRowChanged.connect(self.pages.setCurrentIndex)
        self.navigation.entered.connect(lambda row: focus_first(self._pages[row][1]))
        columns = QHBoxLayout(self)
        columns.addWidget(self.navigation)
        columns.addWidget(self.pages, 1)
        self._take_place()

    @property
    def unsaved(self) -> tuple[str, ...]:
        """Titles of the pages and dialogs in which something is changed and not saved."""
        pages = (title for title, page in self._pages if isinstance(page, OptionsPage) and page.changed)
        dialogs = (dialog for dialog in self.findChildren(EditDialog) if dialog.isVisible() and dialog.changed)
        return (*pages, *(dialog.windowTitle() for dialog in dialogs))

    def reject(self) -> None:
        """Escape and the window's own button close it; unsaved changes are asked about."""
        if unsaved := self.unsaved:
            ask_to_discard(self, lambda: self.done(QDialog.DialogCode.Rejected), ", ".join(unsaved))
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Remember where it stood."""
        if self._places is not None:
            self._places.keep(PLACE, self)
        super().done(result)

    def _take_place(self) -> None:
        if self._places is None or not self._places.put_back(PLACE, self):
            open_at(self, WIDTH, HEIGHT)
