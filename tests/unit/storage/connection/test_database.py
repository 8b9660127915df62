from __future__ import annotations

from pathlib import Path

import pytest

from softphone.errors import UserFacingError
from softphone.storage import Database
from softphone.storage.migrations.revisions import REVISIONS
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
