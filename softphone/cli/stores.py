"""The stores of a softphone that does not run, for the commands that work on files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from softphone.config.paths import DataDirectory
from softphone.config.secrets import open_secret_store
from softphone.config.settings_store import TomlSettingsStore
from softphone.errors import UserFacingError
from softphone.ports import SecretStore, SettingsStore, TeamStore
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.database import Database
from softphone.storage.migrations.upgrade import open_database
from softphone.storage.team.team_store import IMPORT, DatabaseTeamStore


@dataclass(frozen=True, slots=True)
class Stores:
    """Settings, passwords and team of one data directory."""

    settings_store: SettingsStore
    secrets: SecretStore
    team: TeamStore


@asynccontextmanager
async def open_stores(data_dir: Path | None) -> AsyncIterator[Stores]:
    """Open them for a while. Raises UserFacingError when that fails.

    A team's server that cannot be used keeps nobody from changing the settings: it may be them that are wrong.
    """
    data = DataDirectory(data_dir)
    data.ensure()
    settings_store, secrets = TomlSettingsStore(data.settings_file), open_secret_store()
    address = DatabaseAddress.of(settings_store.load(), data.database_file, secrets.password)
    database, team = await _open_team(address)
    try:
        yield Stores(settings_store, secrets, team)
    finally:
        await database.dispose()


async def _open_team(address: DatabaseAddress) -> tuple[Database, DatabaseTeamStore]:
    try:
        database = await open_database(address)
    except UserFacingError:
        if not address.shared:
            raise
        database = Database(address)
        return database, DatabaseTeamStore(database, lambda: IMPORT)  # says what is wrong when it is asked to save
    return database, await DatabaseTeamStore.open(database)
