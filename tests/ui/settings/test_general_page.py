"""General and Sound: rows made from declarations, checked by them."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractSlider, QComboBox, QSpinBox

from softphone.model.profile import UserProfile
from tests.fakes.phone import FakeCore
from tests.fakes.team_store import FakeTeamStore
from tests.qtest import QTest
from tests.ui.settings.pages import RefusingSettingsStore, control, press_save, type_into, with_page
from ui.settings.general_page import GeneralPage
from ui.settings.sound_page import SoundPage


@pytest.fixture
def core(phone) -> FakeCore:
    return FakeCore(session=phone, team=FakeTeamStore(UserProfile("agent1", "Agent One"), UserProfile("agent2")))


def test_everything_general_is_saved_as_entered(run, core, phone):
    async def script(page: GeneralPage) -> None:
        QTest.keyClicks(control(page.login, QComboBox).lineEdit(), "Agent One (agent1)")
        type_into(page.region, "DE")
        type_into(page.header_order, "To, Request-URI")
        QTest.keyClick(page.queued_music.control, Qt.Key.Key_Space)
        type_into(page.bind, "127.0.0.1")
        control(page.port, QSpinBox).setValue(5062)
        QTest.keyClick(page.sip_trace.control, Qt.Key.Key_Space)
        assert await press_save(page) == "Saved."

    with_page(run, core, GeneralPage, script)
    settings = core.settings_store.settings
    assert settings.agent.login == "agent1"
    assert (settings.numbers.default_region, settings.numbers.header_order) == ("DE", ("To", "Request-URI"))
    assert (settings.calls.queued_music, settings.diagnostics.sip_trace) == (True, True)
    assert (settings.network.bind, settings.network.port) == ("127.0.0.1", 5062)
    assert phone.requests == ["settings_changed"]


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("region", "XX", "not a region"),
        ("header_order", "To, From:", "not the name of a header"),
        ("bind", "localhost", "not an IP address"),
    ],
)
def test_what_is_wrong_stands_under_its_field(run, core, field, text, words):
    async def script(page: GeneralPage) -> None:
        type_into(getattr(page, field), text)
        assert words in getattr(page, field).control.accessibleDescription()
        assert not page.save_button.isEnabled()

    with_page(run, core, GeneralPage, script)


def test_whoever_sits_here_is_one_of_the_team(run, core):
    async def script(page: GeneralPage) -> None:
        QTest.keyClicks(control(page.login, QComboBox).lineEdit(), "agent3")
        assert "no user “agent3”" in page.login.control.accessibleDescription()
        assert not page.save_button.isEnabled()

    with_page(run, core, GeneralPage, script)


def test_settings_that_cannot_be_written_stay_in_the_form(run, core, phone):
    core.settings_store = RefusingSettingsStore()

    async def script(page: GeneralPage) -> None:
        type_into(page.region, "DE")
        assert "No space left" in await press_save(page)
        assert page.region.value() == "DE"
        assert page.save_button.isEnabled()

    with_page(run, core, GeneralPage, script)
    assert phone.requests == []


def test_devices_by_name_and_volumes(run, core, phone):
    async def script(page: SoundPage) -> None:
        headset, ringer, microphone = (
            control(page.devices[of], QComboBox) for of in ("headset", "ringer", "microphone")
        )
        assert [headset.itemText(row) for row in range(3)] == ["System default", "No device", "Headset"]
        headset.setCurrentText("Headset")
        ringer.setCurrentText("No device")
        microphone.setCurrentText("USB microphone")
        control(page.volumes["beep_volume"], QAbstractSlider).setValue(40)
        assert await press_save(page) == "Saved."

    with_page(run, core, SoundPage, script)
    sound = core.settings_store.settings.sound
    assert (sound.microphone, sound.headset, sound.ringer) == ("USB microphone", "Headset", "none")
    assert (sound.beep_volume, sound.ring_volume, sound.speech_volume) == (0.4, 0.5, 1.0)
    assert phone.requests == ["settings_changed"]
