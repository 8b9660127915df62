"""The support bundle from the Help menu, and the story of a call."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QDialogButtonBox

from softphone.config.paths import DataDirectory
from softphone.model.call_record import Outcome
from softphone.model.settings import DiagnosticsSettings, Settings
from tests.fakes.phone import FakeCore, FakePhone
from tests.ui.app.test_main_window import A_RECORD
from tests.ui.conftest import until
from ui.app.app import App, run_app
from ui.app.bundle_window import BundleWindow
from ui.log.call_story import CallStory

SECRET = "Zq-geheim"
Run = Callable[[Any], Any]


@pytest.fixture
def data(core: FakeCore, tmp_path: Path) -> DataDirectory:
    core.data = DataDirectory(tmp_path / "data")
    core.data.ensure()
    (core.data.log_directory / "softphone.log").write_text(f"password={SECRET} for sip:5550102233@example.com\n")
    return core.data


def with_app(run: Run, core: FakeCore, script: Callable[[App], Any]) -> None:
    async def play() -> None:
        app = await run_app(core)
        try:
            await script(app)
        finally:
            await app.close()

    run(play())


async def bundle_of(app: App) -> BundleWindow:
    menu = app.main_window.top.help.menu()
    assert menu is not None
    menu.actions()[0].trigger()
    await until(lambda: app.main_window.findChild(BundleWindow))
    window = app.main_window.findChild(BundleWindow)
    assert isinstance(window, BundleWindow)
    return window


def test_the_bundle_is_shown_before_it_is_saved(run: Run, core: FakeCore, data: DataDirectory, tmp_path: Path) -> None:
    async def script(app: App) -> None:
        window = await bundle_of(app)
        names = [part.name for part in window.parts]
        assert names == ["versions.txt", "status.json", "flight-recorder.txt", "logs/softphone.log"]
        window.contents.setCurrentRow(3)
        assert window.text.toPlainText() == "password=*** for sip:5550102233@example.com\n"
        window.masking.setChecked(True)
        assert window.text.toPlainText() == "password=*** for sip:********33@example.com\n"
        window.save_to(str(tmp_path / "nowhere" / "b.zip"))
        assert "cannot be written" in window.told.text()
        window.save_to(str(tmp_path / "b.zip"))
        assert "sent nowhere" in window.told.text()
        close = window.buttons.button(QDialogButtonBox.StandardButton.Close)
        assert close is not None
        close.click()

    with_app(run, core, script)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert b"********33" in archive.read("logs/softphone.log")
        assert SECRET.encode() not in b"".join(archive.read(name) for name in archive.namelist())


def test_numbers_are_masked_where_the_settings_say_so(run: Run, core: FakeCore, data: DataDirectory) -> None:
    core.settings_store.settings = Settings(diagnostics=DiagnosticsSettings(mask_numbers=True))

    async def script(app: App) -> None:
        assert "5550102233" not in (await bundle_of(app)).parts[3].text

    with_app(run, core, script)


def test_what_went_wrong_in_a_call_is_asked_in_the_log(run: Run, core: FakeCore, phone: FakePhone) -> None:
    async def script(app: App) -> None:
        for event in ({"event": "HoldRefused", "code": 488}, {"event": "DtmfReceived", "digit": "7"}):
            phone.journal({"kind": "heard", "at": 1.0, "call": A_RECORD.call, **event})
        app.main_window.log.show_records([replace(A_RECORD, outcome=Outcome.ANSWERED)])
        app.main_window.log.list.setCurrentRow(0)
        app.main_window.log.list.actions()[2].trigger()
        story = app.main_window.findChild(CallStory)
        assert isinstance(story, CallStory)
        assert "refused to be put on hold" in story.words.sentences[0]
        assert "HoldRefused" in story.facts.toPlainText()
        assert '"digit": "*"' in story.facts.toPlainText()

    with_app(run, core, script)
