from __future__ import annotations

import asyncio
from pathlib import Path
from types import ModuleType

import pytest

from softphone.errors import UserFacingError
from softphone.storage import Database, upgrade
from softphone.storage.migrate import migrate
from softphone.storage.migrations import REVISIONS
from tests.unit.storage.samples import held_by_another

HEAD = REVISIONS[-1].revision
INSERT = (
    "INSERT INTO tracking_numbers (number, label, route_kind, route_target, version)"
    " VALUES (?, 'label', 'queue', 'sales', 1)"
)


async def numbers(database: Database) -> list[str]:
    async with database.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT number FROM tracking_numbers")
        return [row[0] for row in rows]


async def test_upgrade_says_what_it_did(path: Path) -> None:
    assert await upgrade(path) == f"The database {path} was created with schema {HEAD}."
    assert await upgrade(path) == f"The database {path} is up to date (schema {HEAD})."


async def test_upgrade_names_the_copy_of_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = ModuleType("later", "A later step.")
    vars(later).update(revision="later", down_revision=HEAD, upgrade=lambda: None)
    await upgrade(path)
    monkeypatch.setattr(migrate, "__defaults__", ((*REVISIONS, later),))
    copy = path.with_name("team.sqlite3.before-later")
    assert await upgrade(path) == (
        f"The database {path} was upgraded from schema {HEAD} to later; a copy of the old one is {copy}."
    )
    assert copy.exists()


async def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with database.transaction() as connection:
            await connection.exec_driver_sql(INSERT, ("+15551230001",))
            raise RuntimeError("changed my mind")
    assert await numbers(database) == []
    async with database.transaction() as connection:
        await connection.exec_driver_sql(INSERT, ("+15551230002",))
    assert await numbers(database) == ["+15551230002"]


async def test_what_another_program_holds_can_be_read_but_not_written(database: Database, path: Path) -> None:
    with held_by_another(path):
        assert await numbers(database) == []
        with pytest.raises(UserFacingError, match="in use by another program"):
            async with database.transaction() as connection:
                await connection.exec_driver_sql(INSERT, ("+15551230001",))


async def test_a_full_disk_is_told_in_words(database: Database) -> None:
    with pytest.raises(UserFacingError, match="the disk is full"):
        async with database.transaction() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar()
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            for number in range(1000):
                await connection.exec_driver_sql(INSERT, (f"+{15551230000 + number}",))
    assert await numbers(database) == []


async def test_opening_leaves_the_event_loop_free(path: Path) -> None:
    """While another program holds the file, opening waits on a worker thread."""
    await upgrade(path)
    ticks = 0
    with held_by_another(path):
        opening = asyncio.create_task(Database.open(path, busy_seconds=0.3))
        while not opening.done():
            await asyncio.sleep(0.01)
            ticks += 1
        with pytest.raises(UserFacingError, match="in use by another program"):
            await opening
    assert ticks > 3
