"""A real database file for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from softphone.storage import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "team.sqlite3"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    database = await Database.open(path, busy_seconds=0.1)
    yield database
    await database.dispose()
