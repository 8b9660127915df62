"""The settings window: a list of pages, remembered size and place, no unsaved change lost without a question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt

from softphone.model.profile import UserProfile
from tests.fakes.phone import FakeCore
from tests.fakes.team_store import FakeTeamStore
from tests.qtest import QTest
from tests.ui.items import texts_of
from tests.ui.settings.dialogs import answer, closed
from tests.ui.settings.pages import with_page
from ui.settings.settings_window import SettingsWindow
from ui.shared.window_places import WindowPlaces

TITLES = ["Manage Users", "Tracking Numbers", "Account", "Sound", "General", "About"]


@pytest.fixture(autouse=True)
def as_in_the_app(qapp) -> Iterator[None]:
    """Closing the settings does not end the app."""
    qapp.setQuitOnLastWindowClosed(False)
    yield
    qapp.setQuitOnLastWindowClosed(True)


@pytest.fixture
def core(phone) -> FakeCore:
    return FakeCore(session=phone, team=FakeTeamStore(UserProfile("agent1", "Agent One")))


def test_each_entry_leads_to_its_page_by_mouse_and_by_keyboard(run, core):
    async def script(window: SettingsWindow) -> None:
        listed = texts_of(window.navigation)
        assert listed == TITLES
        shown = []
        for row in range(len(TITLES)):
            box = window.navigation.visualItemRect(window.navigation.item(row))
            QTest.mouseClick(window.navigation.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
            shown.append(window.pages.currentWidget())
        pages = [window.users, window.numbers, window.account, window.sound, window.general, window.about]
        assert shown == pages
        QTest.keyClick(window.navigation, Qt.Key.Key_Home)
        assert window.pages.currentWidget() is window.users
        QTest.keyClick(window.navigation, Qt.Key.Key_Return)
        assert window.users.isAncestorOf(window.focusWidget())
        assert window.isVisible()

    with_page(run, core, SettingsWindow, script)


def test_unsaved_changes_of_a_page_are_asked_about(run, core):
    async def script(window: SettingsWindow) -> None:
        window.account.username.put("somebody")
        QTest.keyClick(window, Qt.Key.Key_Escape)
        assert await answer("Keep Editing") == "There are unsaved changes: Account."
        assert window.isVisible()
        window.close()
        await answer("Discard Changes")
        await closed()
        assert not window.isVisible()

    with_page(run, core, SettingsWindow, script)


def test_it_comes_back_in_the_size_it_had(run, core, tmp_path):
    async def resize(window: SettingsWindow) -> None:
        window.resize(744, 501)
        QTest.keyClick(window, Qt.Key.Key_Escape)

    async def look(window: SettingsWindow) -> None:
        assert (window.width(), window.height()) == (744, 501)

    for script in (resize, look):
        places = WindowPlaces(tmp_path / "windows.ini")
        with_page(run, core, lambda core, background, p=places: SettingsWindow(core, background, None, p), script)
