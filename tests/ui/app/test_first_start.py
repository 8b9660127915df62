"""The first start: two steps or none, and the demo one click away."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from softphone.errors import UserFacingError
from softphone.model.profile import Role, UserProfile
from softphone.model.settings import Settings
from tests.fakes.phone import FakeCore, FakeSettingsStore
from tests.fakes.team_store import FakeTeamStore
from tests.qtest import QTest
from tests.ui.conftest import until
from tests.ui.settings.pages import type_into
from ui.app.app import App
from ui.app.demo_process import demo_argv, start_demo
from ui.app.first_start import ACCOUNT, PERSON, WELCOME, FirstStart
from ui.shared.background import Background

LEFT = Qt.MouseButton.LeftButton


class FirstSettings(FakeSettingsStore):
    """Nothing has been saved yet."""

    untouched = True

    def __init__(self) -> None:
        super().__init__()
        self.saves = 0
        self.problem = ""

    def save(self, settings: Settings) -> None:
        if self.problem:
            raise UserFacingError(self.problem)
        self.saves += 1
        self.untouched = False
        super().save(settings)


@pytest.fixture
def core(phone) -> FakeCore:
    return FakeCore(session=phone, settings_store=FirstSettings(), team=FakeTeamStore(UserProfile("agent1", "One")))


class Desk:
    """What the dialog asks for outside itself."""

    def __init__(self) -> None:
        self.demos = 0
        self.demo_works = True
        self.told: list[str] = []

    def start_demo(self) -> bool:
        self.demos += 1
        return self.demo_works


@pytest.fixture
def desk() -> Desk:
    return Desk()


def with_dialog(run, core: FakeCore, desk: Desk, script: Callable[[FirstStart], Awaitable[None]]) -> None:
    async def play() -> None:
        background, main_window = Background(), QWidget()
        main_window.show()
        dialog = FirstStart(core, background, desk.start_demo, desk.told.append, main_window)
        dialog.show()
        try:
            await script(dialog)
        finally:
            await background.close()
            main_window.hide()
            main_window.deleteLater()

    run(play())


def press(button) -> None:
    QTest.mouseClick(button, LEFT)


def test_account_and_person_are_set_up_in_two_steps(run, core, desk):
    async def script(dialog: FirstStart) -> None:
        press(dialog.next_button)
        assert dialog.steps.currentIndex() == ACCOUNT
        type_into(dialog.account.sip_uri, "sip:one@example.com")
        type_into(dialog.account.registrar, "sip:example.com")
        type_into(dialog.account.password, "secret")
        press(dialog.next_button)
        await until(lambda: dialog.steps.currentIndex() == PERSON)
        QTest.keyClicks(dialog.person.login.lineEdit(), "agent1")
        assert not dialog.person.name.isVisible()
        press(dialog.next_button)
        await until(lambda: not dialog.isVisible())

    with_dialog(run, core, desk, script)
    settings = core.settings_store.settings
    assert (settings.account.sip_uri, settings.account.registrar) == ("sip:one@example.com", "sip:example.com")
    assert settings.agent.login == "agent1"
    assert core.secrets.passwords == {"sip:one@example.com at sip:example.com without TLS": "secret"}
    assert core.session.requests == ["settings_changed", "settings_changed"]
    assert len(core.team.team.users) == 1


def test_somebody_new_joins_the_team(run, core, desk):
    core.team = FakeTeamStore()

    async def script(dialog: FirstStart) -> None:
        press(dialog.next_button)
        type_into(dialog.account.sip_uri, "sip:kim@example.com")
        press(dialog.next_button)
        await until(lambda: dialog.steps.currentIndex() == PERSON)
        QTest.keyClicks(dialog.person.login.lineEdit(), "kim")
        QTest.keyClicks(dialog.person.name, "Kim")
        assert "they will be added" in dialog.person.login.accessibleDescription()
        press(dialog.next_button)
        await until(lambda: not dialog.isVisible())

    with_dialog(run, core, desk, script)
    assert core.team.team.users == (UserProfile("kim", "Kim", "sip:kim@example.com", Role.ADMIN),)
    assert core.settings_store.settings.agent.login == "kim"


def test_what_is_wrong_does_not_lead_on_and_the_way_back_is_open(run, core, desk):
    async def script(dialog: FirstStart) -> None:
        press(dialog.next_button)
        type_into(dialog.account.sip_uri, "kim")
        assert not dialog.next_button.isEnabled()
        press(dialog.back_button)
        assert dialog.steps.currentIndex() == WELCOME
        press(dialog.next_button)
        type_into(dialog.account.sip_uri, "sip:kim@example.com")
        press(dialog.next_button)
        await until(lambda: dialog.steps.currentIndex() == PERSON)
        QTest.keyClicks(dialog.person.login.lineEdit(), "my name")
        assert "contains a blank" in dialog.person.login.accessibleDescription()
        assert not dialog.next_button.isEnabled()

    with_dialog(run, core, desk, script)


def test_a_problem_with_saving_keeps_the_step_and_what_was_typed(run, core, desk):
    core.settings_store.problem = "The settings cannot be saved: No space left on device."

    async def script(dialog: FirstStart) -> None:
        press(dialog.next_button)
        type_into(dialog.account.sip_uri, "sip:kim@example.com")
        press(dialog.next_button)
        await until(lambda: dialog.problem.text)
        assert "No space left" in dialog.problem.text
        assert dialog.steps.currentIndex() == ACCOUNT
        assert dialog.account.sip_uri.value() == "sip:kim@example.com"
        assert dialog.next_button.isEnabled()

    with_dialog(run, core, desk, script)


@pytest.mark.parametrize("way", ["button", "escape"])
def test_skipping_is_remembered(run, core, desk, way):
    async def script(dialog: FirstStart) -> None:
        assert core.settings_store.untouched
        if way == "button":
            press(dialog.skip_button)
        else:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not core.settings_store.untouched)
        assert not dialog.isVisible()

    with_dialog(run, core, desk, script)
    assert core.settings_store.settings == Settings()
    assert core.session.requests == []


def test_a_skipping_that_cannot_be_noted_is_told(run, core, desk):
    core.settings_store.problem = "No space left."

    async def script(dialog: FirstStart) -> None:
        press(dialog.skip_button)
        await until(lambda: desk.told)

    with_dialog(run, core, desk, script)
    assert desk.told == ["No space left."]


def test_the_demo_is_one_click_away(run, core, desk):
    async def script(dialog: FirstStart) -> None:
        press(dialog.demo_button)
        assert desk.demos == 1
        assert dialog.isVisible()
        assert dialog.problem.text == ""
        desk.demo_works = False
        press(dialog.demo_button)
        assert "could not be started" in dialog.problem.text

    with_dialog(run, core, desk, script)


@pytest.mark.parametrize("first", [True, False])
def test_the_app_greets_only_on_the_first_start(run, core, first):
    if not first:
        core.settings_store.save(Settings())

    async def script() -> None:
        app = App(core)
        app.show()
        app.greet()
        greetings = app.main_window.findChildren(FirstStart)
        assert [greeting.isVisible() for greeting in greetings] == ([True] if first else [])
        await app.close()

    run(script())


def test_the_demo_is_this_program_with_another_verb(monkeypatch):
    assert demo_argv() == [sys.executable, "-m", "softphone", "demo"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert demo_argv() == [sys.executable, "demo"]


def test_a_demo_process_goes_on_by_itself(run, tmp_path: Path):
    mark = tmp_path / "started"

    async def script() -> None:
        assert start_demo([sys.executable, "-c", f"open({str(mark)!r}, 'w').write('yes')"])
        await until(lambda: mark.exists() and mark.read_text() == "yes")

    run(script())
    assert not start_demo([str(tmp_path / "missing")])
