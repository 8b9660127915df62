"""The small settings: what is saved is what was entered, and what is wrong is said."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from ui.settings_pages.users_page import UserDialog
from ui.settings_window import SettingsWindow

from softphone.model.profile import NoAnswer, UserProfile, UserQueue
from tests.fakes.phone import FakeCore
from tests.fakes.team_store import FakeTeamStore
from tests.ui.conftest import until
from ui.background import Background
from ui.settings_pages.form_page import FormPage


@pytest.fixture
def core(phone) -> FakeCore:
    return FakeCore(session=phone, team=FakeTeamStore(UserProfile("agent1", "Agent One"), UserProfile("agent2")))


def with_window(run, core: FakeCore, script) -> None:
    async def play() -> None:
        background = Background()
        window = SettingsWindow(core, background)
        window.show()
        try:
            await script(window)
        finally:
            await background.close()
            window.hide()
            window.deleteLater()

    run(play())


async def save(page: FormPage) -> str:
    """Press Save Changes and wait for what the page says."""
    QTest.mouseClick(page.save_button, Qt.MouseButton.LeftButton)
    await until(page.message.text)
    return page.message.text()


async def edit_user(window: SettingsWindow, row: int = 0) -> UserDialog:
    window.users.list.setCurrentRow(row)
    QTest.mouseClick(window.users.edit_button, Qt.MouseButton.LeftButton)
    await until(lambda: isinstance(QApplication.activeModalWidget(), UserDialog))
    return QApplication.activeModalWidget()


def test_an_admin_switches_call_waiting_on_and_sets_the_no_answer_route(run, core):
    async def script(window: SettingsWindow) -> None:
        form = (await edit_user(window)).form
        QTest.keyClick(form.call_waiting, Qt.Key.Key_Space)
        form.tabs.setCurrentIndex(1)
        QTest.keyClick(form.bypass, Qt.Key.Key_Space)
        form.ring_seconds.setValue(45)
        form.route.setCurrentIndex(form.route.findData("voicemail"))
        QTest.keyClicks(form.target, "sip:vm-agent1@example.com")
        QTest.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
        await until(lambda: QApplication.activeModalWidget() is None)
        assert window.users.list.item(0).text() == "Agent One · call waiting on"

    with_window(run, core, script)
    queue = UserQueue(False, 45, NoAnswer.VOICEMAIL, "sip:vm-agent1@example.com")
    assert core.team.team.user("agent1") == UserProfile("agent1", "Agent One", call_waiting=True, queue=queue)
    assert core.team.team.user("agent2") == UserProfile("agent2")


@pytest.mark.parametrize(
    ("route", "target", "words"),
    [
        ("agent", "agent1", "not the login of another agent"),
        ("agent", "nobody", "not the login of another agent"),
        ("voicemail", "mailbox", "not a SIP address"),
        ("voicemail", "", "not a SIP address"),
    ],
)
def test_a_target_that_is_none_is_said_and_nothing_saved(run, core, route, target, words):
    async def script(window: SettingsWindow) -> None:
        dialog = await edit_user(window)
        dialog.form.route.setCurrentIndex(dialog.form.route.findData(route))
        dialog.form.target.setText(target)
        assert words in await save(dialog.form)
        assert dialog.form.save_button.isEnabled()
        dialog.reject()

    with_window(run, core, script)
    assert core.team.team.user("agent1") == UserProfile("agent1", "Agent One")


def test_a_user_who_cannot_be_saved_stays_in_the_dialog(run, core):
    core.team.problem = "The database is read-only."

    async def script(window: SettingsWindow) -> None:
        dialog = await edit_user(window)
        assert await save(dialog.form) == "The database is read-only."
        assert dialog.isVisible()
        dialog.reject()

    with_window(run, core, script)


def test_the_account_goes_to_the_settings_and_its_password_to_the_keyring(run, core, phone):
    async def script(window: SettingsWindow) -> None:
        page = window.account
        page.sip_uri.setText("sip:agent1@Example.com")
        page.registrar.setText("sip:example.com")
        page.transport.setCurrentIndex(page.transport.findData("tls"))
        page.username.setText("agent1")
        page.password.setText("secret")
        page.srtp.setCurrentIndex(page.srtp.findData("mandatory"))
        assert await save(page) == "Saved."
        assert page.password.text() == ""

    with_window(run, core, script)
    account = core.settings_store.settings.account
    assert (account.sip_uri, account.registrar) == ("sip:agent1@example.com", "sip:example.com")
    assert (account.transport, account.username, account.srtp) == ("tls", "agent1", "mandatory")
    assert core.secrets.passwords == {"sip:agent1@example.com": "secret"}
    assert phone.requests == ["settings_changed"]


def test_an_address_that_is_none_is_said(run, core, phone):
    async def script(window: SettingsWindow) -> None:
        window.account.sip_uri.setText("agent1")
        assert "not a SIP address" in await save(window.account)

    with_window(run, core, script)
    assert phone.requests == []


def test_an_unchanged_password_is_left_alone(run, core):
    core.secrets.passwords = {"sip:a@example.com": "old"}

    async def script(window: SettingsWindow) -> None:
        window.account.sip_uri.setText("sip:a@example.com")
        assert await save(window.account) == "Saved."

    with_window(run, core, script)
    assert core.secrets.passwords == {"sip:a@example.com": "old"}


def test_devices_by_name_and_volumes(run, core, phone):
    async def script(window: SettingsWindow) -> None:
        page = window.sound
        assert [page.devices["headset"].itemText(row) for row in range(3)] == ["System default", "No device", "Headset"]
        page.devices["headset"].setCurrentText("Headset")
        page.devices["ringer"].setCurrentText("No device")
        page.devices["microphone"].setCurrentText("USB microphone")
        page.volumes["beep_volume"].setValue(40)
        assert await save(page) == "Saved."

    with_window(run, core, script)
    sound = core.settings_store.settings.sound
    assert (sound.microphone, sound.headset, sound.ringer) == ("USB microphone", "Headset", "none")
    assert (sound.beep_volume, sound.ring_volume, sound.speech_volume) == (0.4, 0.5, 1.0)
    assert phone.requests == ["settings_changed"]
