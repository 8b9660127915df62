"""``softphone db``: the database without the app."""

from __future__ import annotations

import asyncio
from pathlib import Path

from softphone.config.paths import DataDirectory
from softphone.errors import UserFacingError
from softphone.storage.database import upgrade


def upgrade_database(data_dir: Path | None) -> int:
    """Create the database or bring it up to date, and say what was done."""
    data = DataDirectory(data_dir)
    data.ensure()
    print(asyncio.run(upgrade(data.database_file)))  # noqa: T201
    return 0


def grant_roles(data_dir: Path | None) -> int:
    """Roles are the database's own; a file has none."""
    raise UserFacingError(
        f"Roles need a PostgreSQL database. This softphone keeps its data in {DataDirectory(data_dir).database_file}; "
        "whoever may read and write that file may do everything."
    )
