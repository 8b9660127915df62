"""The stores of a softphone that does not run, for the commands that work on files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from softphone.config.paths import DataDirectory
from softphone.config.secrets import open_secret_store
from softphone.config.settings_store import TomlSettingsStore
from softphone.ports import SecretStore, SettingsStore, TeamStore
from softphone.storage.database import Database
from softphone.storage.team_store import DatabaseTeamStore


@dataclass(frozen=True, slots=True)
class Stores:
    """Settings, passwords and team of one data directory."""

    settings_store: SettingsStore
    secrets: SecretStore
    team: TeamStore


@asynccontextmanager
async def open_stores(data_dir: Path | None) -> AsyncIterator[Stores]:
    """Open them for a while. Raises UserFacingError when that fails."""
    data = DataDirectory(data_dir)
    data.ensure()
    database = await Database.open(data.database_file)
    try:
        team = await DatabaseTeamStore.open(database)
        yield Stores(TomlSettingsStore(data.settings_file), open_secret_store(), team)
    finally:
        await database.dispose()
