"""What the tests of the settings' pages share: a page on the screen for as long as a script runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit, QWidget

from softphone.errors import UserFacingError
from softphone.model.settings import Settings
from tests.fakes.phone import FakeCore
from tests.qtest import QTest
from tests.ui.conftest import until
from ui.settings.options_page import OptionsPage
from ui.shared.background import Background
from ui.widgets.option_fields import OptionField

Kind = TypeVar("Kind", bound=QWidget)


def with_page(run, core: FakeCore, make: Callable[..., QWidget], script: Callable[..., Awaitable[None]]) -> None:
    """Show the page, play the script, take the page down."""

    async def play() -> None:
        background = Background()
        page = make(core, background)
        page.show()
        try:
            await script(page)
        finally:
            await background.close()
            page.hide()
            page.deleteLater()

    run(play())


async def press_save(page: OptionsPage) -> str:
    """Press Save Changes and wait for what the page says."""
    QTest.mouseClick(page.save_button, Qt.MouseButton.LeftButton)
    await until(page.message.text)
    return page.message.text()


def type_into(field: OptionField, text: str) -> None:
    """Replace what stands in a line of text, key by key."""
    line = control(field, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)


def control(field: OptionField, kind: type[Kind]) -> Kind:
    """What the field is filled in with, which has to be a widget of this kind."""
    assert isinstance(field.control, kind)
    return field.control


class ParentWindow(QWidget):
    """A window that dialogs are opened over, with the background work they are made with."""

    def __init__(self, background: Background) -> None:
        super().__init__()
        self.background = background


class RefusingSettingsStore:
    """Settings that can be read and not written."""

    def load(self) -> Settings:
        return Settings()

    def save(self, settings: Settings) -> None:
        raise UserFacingError("The settings cannot be saved: No space left on device.")
