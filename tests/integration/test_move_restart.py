"""The whole way by clicks: a softphone with data of its own moves it to PostgreSQL and starts again in place."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PyQt6.QtWidgets import QApplication, QComboBox, QLineEdit, QSpinBox

from softphone.bootstrap import open_core
from softphone.config.paths import DataDirectory
from softphone.config.settings_store import TomlSettingsStore
from softphone.model.settings import AgentSettings, NetworkSettings, Settings
from softphone.storage.migrations.upgrade import open_database
from tests.lab.postgres import SUPERUSER, PostgresDatabase
from tests.ui.settings.dialogs import click, closed, opened, retype
from tests.ui.settings.pages import control
from tests.unit.storage.moving.busy_month import a_team, fill
from ui.app import application
from ui.app.control_client import ControlClient
from ui.app.main_window import MainWindow
from ui.settings.database_move import DatabaseMoveDialog
from ui.settings.settings_window import SettingsWindow

CALLS = 300
GENERAL = 4
SECONDS = 60


T = TypeVar("T")


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    data = DataDirectory(tmp_path / "data")
    data.ensure()
    TomlSettingsStore(data.settings_file).save(
        Settings(agent=AgentSettings("agent0"), network=NetworkSettings("127.0.0.1"))
    )

    async def make() -> None:
        database = await open_database(data.database_file)
        await fill(database, a_team(5, 8), CALLS)
        await database.dispose()

    asyncio.run(make())
    return data


async def until(condition: Callable[[], T | None]) -> T:
    """The first true value of *condition*."""
    async with asyncio.timeout(SECONDS):
        while not (value := condition()):  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)
    return value


def main_window() -> MainWindow | None:
    found = [window for window in QApplication.topLevelWidgets() if isinstance(window, MainWindow)]
    return next((window for window in found if window.isVisible()), None)


async def open_settings(window: MainWindow) -> SettingsWindow:
    window.settings_wanted.emit()
    settings = window.findChild(SettingsWindow)
    assert settings is not None
    await until(settings.isVisible)
    return settings


async def move_by_clicks(settings: SettingsWindow, postgres: PostgresDatabase) -> None:
    settings.navigation.setCurrentRow(GENERAL)
    section = settings.general.database
    control(section.fields.kind, QComboBox).setCurrentIndex(1)
    retype(control(section.fields.host, QLineEdit), str(postgres.server.directory))
    control(section.fields.port, QSpinBox).setValue(postgres.server.port)
    retype(control(section.fields.name, QLineEdit), postgres.name)
    retype(control(section.fields.user, QLineEdit), SUPERUSER)
    click(section.move_button)
    dialog = await opened(DatabaseMoveDialog)
    await until(dialog.move_button.isEnabled)
    assert "5 users, 8 tracking numbers" in dialog.summary.text()
    click(dialog.move_button)
    await until(lambda: dialog.use_button.isVisible() and dialog.use_button.isEnabled())
    click(dialog.use_button)
    await closed()


def test_a_softphone_moves_its_data_and_goes_on_with_it(qapp, data: DataDirectory, postgres: PostgresDatabase) -> None:
    seen: dict[str, Any] = {}
    tasks: list[asyncio.Task[None]] = []

    async def play() -> None:
        try:
            first = await until(main_window)
            settings = await open_settings(first)
            await move_by_clicks(settings, postgres)
            postgres.sql("UPDATE users SET name = 'Name in PostgreSQL' WHERE login = 'agent0'")
            click(settings.general.database.restart_button)
            second = await until(lambda: window if (window := main_window()) is not first else None)
            await until(lambda: second.log.list.count())
            settings = await open_settings(second)
            model = settings.users.model
            rows = range(model.rowCount())
            seen["users"] = [" ".join(str(model.index(row, column).data()) for column in range(2)) for row in rows]
            seen["database"] = settings.general.database.fields.url()
            seen["restart"] = settings.general.database.restart.isVisible()
            seen["pid"] = os.getpid()
        finally:
            await asyncio.to_thread(quit_app, data)

    async def open_and_play():
        if not tasks:
            tasks.append(asyncio.create_task(play()))
        return await open_core(data.path)

    assert application.run(open_and_play, data_dir=data.path) == 0
    tasks[0].result()
    assert len(seen["users"]) == 5
    assert any("Name in PostgreSQL" in row for row in seen["users"])
    assert str(seen["database"]).startswith("postgresql://")
    assert seen["restart"] is False
    assert postgres.sql("SELECT count(*) FROM calls") == str(CALLS)


def quit_app(data: DataDirectory) -> None:
    with ControlClient(data.control_socket) as client:
        client.request("quit")
