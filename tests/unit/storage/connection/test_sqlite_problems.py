"""What can be wrong with the place of a database file, made real: each has its own words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.errors import UserFacingError
from softphone.storage import Database, open_database
from softphone.storage.connection.sqlite_problems import sqlite_words
from tests.lab.disks import Disk, small_disk
from tests.ordinary_user import ordinary_user

BUSY = 0.1
FULL = r"the disk is full\. Free some space\.$"
READ_ONLY = r"the file system is read-only\. Have it mounted for writing\.$"


@pytest.fixture
def disk() -> Iterator[Disk]:
    with small_disk() as disk:
        yield disk


async def made(path: Path) -> Path:
    await (await open_database(path, busy_seconds=BUSY)).dispose()
    return path


async def grow(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.exec_driver_sql("CREATE TABLE large (x)")
        await connection.exec_driver_sql(
            "INSERT INTO large WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
            " SELECT randomblob(4000) FROM n"
        )


@pytest.mark.programs
@pytest.mark.parametrize("left", [0, 4096, 32768])
async def test_a_full_disk_at_the_start(disk: Disk, left: int) -> None:
    """Where there is no room for its log, SQLite says the disk is broken; where there is none for rows, it is full."""
    path = await made(disk.path / "team.sqlite3")
    disk.fill(but=left)
    with pytest.raises(UserFacingError, match=FULL) as caught:
        database = await open_database(path, busy_seconds=BUSY)
        try:
            await grow(database)
        finally:
            await database.dispose()
    assert str(path) in str(caught.value)
    disk.empty()
    await made(path)


@pytest.mark.programs
async def test_a_full_disk_where_there_is_no_database_yet(disk: Disk) -> None:
    disk.fill()
    with pytest.raises(UserFacingError, match=FULL):
        await open_database(disk.path / "team.sqlite3", busy_seconds=BUSY)


@pytest.mark.programs
async def test_a_disk_that_fills_up_while_it_is_used(disk: Disk) -> None:
    database = await open_database(disk.path / "team.sqlite3", busy_seconds=BUSY)
    try:
        with pytest.raises(UserFacingError, match=FULL):
            await grow(database)
        async with database.transaction() as connection:
            tables = await connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'large'")
            assert tables.scalar() == 0
    finally:
        await database.dispose()


@pytest.mark.programs
async def test_a_read_only_file_system(disk: Disk) -> None:
    path = await made(disk.path / "team.sqlite3")
    disk.make_read_only()
    for file in (path, disk.path / "new.sqlite3"):
        with pytest.raises(UserFacingError, match=f"{file} cannot be opened: {READ_ONLY}"):
            await open_database(file, busy_seconds=BUSY)


async def test_no_permission() -> None:
    with ordinary_user() as directory:
        path = await made(directory / "team.sqlite3")
        path.chmod(0o400)
        with pytest.raises(UserFacingError, match=r"cannot be written to: you have no permission\. Change its perm"):
            await open_database(path, busy_seconds=BUSY)
        path.chmod(0o600)
        directory.chmod(0o500)
        with pytest.raises(UserFacingError, match=r"cannot be written to: you have no permission\. Change its perm"):
            await open_database(path, busy_seconds=BUSY)
        directory.chmod(0o700)


def test_a_disk_with_room_that_fails(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
    words = "cannot be read or written: the disk reports an error. Save your data elsewhere, and have the disk checked"
    assert sqlite_words(error, tmp_path / "team.sqlite3") == words


def test_a_directory_that_is_gone(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    words = "cannot be opened: its directory is not there. Check the name"
    assert sqlite_words(error, tmp_path / "gone" / "team.sqlite3") == words
