"""``softphone db``: the database without the app."""

from __future__ import annotations

import asyncio
from pathlib import Path

from softphone.cli.terminal import say
from softphone.config.paths import DataDirectory
from softphone.config.secrets import open_secret_store
from softphone.config.settings_store import TomlSettingsStore
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.migrations.upgrade import upgrade
from softphone.storage.team.roles import grant_roles as grant


def upgrade_database(data_dir: Path | None) -> int:
    """Create the database or bring it up to date, and say what was done."""
    say(asyncio.run(upgrade(_address(data_dir))))
    return 0


def grant_roles(data_dir: Path | None) -> int:
    """Make the roles of agents and admins in the team's database, and say what was done."""
    say("\n".join(asyncio.run(grant(_address(data_dir)))))
    return 0


def _address(data_dir: Path | None) -> DatabaseAddress:
    """The database of this data directory's settings, with its password."""
    data = DataDirectory(data_dir)
    data.ensure()
    settings = TomlSettingsStore(data.settings_file).load()
    return DatabaseAddress.of(settings, data.database_file, open_secret_store().password)
