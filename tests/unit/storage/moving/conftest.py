"""Two databases of one machine, the first with a busy month in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from softphone.storage import Database, open_database
from softphone.storage.moving.call_copy import PAGE
from tests.unit.storage.moving.busy_month import a_team, fill

TEAM = a_team(7, 12)
CALLS = PAGE * 2 + 17


@pytest.fixture
def there_path(tmp_path: Path) -> Path:
    return tmp_path / "there.sqlite3"


@pytest.fixture
async def there(there_path: Path) -> AsyncIterator[Database]:
    database = await open_database(there_path, busy_seconds=0.1)
    yield database
    await database.dispose()


@pytest.fixture
async def filled(database: Database) -> Database:
    await fill(database, TEAM, CALLS)
    return database
