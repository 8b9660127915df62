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
from softphone.storage.team.roles import renew_rights


def upgrade_database(data_dir: Path | None) -> int:
    """Create the database or bring it up to date, with the rights given before, and say what was done."""
    address = _address(data_dir)
    say(asyncio.run(upgrade(address)))
    for line in asyncio.run(renew_rights(address)):
        say(line)
    return 0


def grant_roles(data_dir: Path | None) -> int:
    """Give the roles of agents and admins their rights in the team's database, and say what was done."""
    say("\n".join(asyncio.run(grant(_address(data_dir)))))
    return 0


def _address(data_dir: Path | None) -> DatabaseAddress:
    """The database of this data directory's settings, with its password."""
    data = DataDirectory(data_dir)
    data.ensure()
    settings = TomlSettingsStore(data.settings_file).load()
    return DatabaseAddress.of(settings, data.database_file, open_secret_store().password)
