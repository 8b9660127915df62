"""Opens a database of the newest schema: brings a file up to it, all or nothing; on a server only an admin does.

A copy of what was in an older file is kept. What takes the steps is loaded only when there are some to take: a start
finds nothing to do and must not wait for it.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from sqlalchemy import Connection

from softphone.errors import UserFacingError, file_problem
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.database import BUSY_SECONDS, Database
from softphone.storage.connection.plain_words import in_plain_words
from softphone.storage.connection.postgres import upgrading_engine
from softphone.storage.connection.sqlite import worker_engine
from softphone.storage.connection.sqlite_problems import sqlite_words
from softphone.storage.migrations.schema_check import KNOWN_REVISIONS, check_schema, revision_of

_ADVISORY_LOCK = 0x50F7_F04E  # any number that is no other program's


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was done: the schema before (empty for a new file) and after, and where the copy of the old file is."""

    before: str
    after: str
    backup: Path | None = None


async def open_database(where: DatabaseAddress | Path, *, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Create a file or bring it up to date; find a server's schema as it has to be. Raises UserFacingError."""
    address = where if isinstance(where, DatabaseAddress) else DatabaseAddress(file=where)
    if address.file:
        await asyncio.to_thread(migrate, address.file, busy_seconds)
        return Database(address, busy_seconds=busy_seconds)
    database = Database(address)
    try:
        async with database.transaction() as connection:
            await check_schema(connection, address)
    except BaseException:
        await database.dispose()
        raise
    return database


async def upgrade(where: DatabaseAddress | Path, *, busy_seconds: float = BUSY_SECONDS) -> str:
    """Create the database's tables or bring them up to date; tells in a sentence what was done.

    Raises UserFacingError, changing nothing.
    """
    address = where if isinstance(where, DatabaseAddress) else DatabaseAddress(file=where)
    if address.file:
        return told(address, await asyncio.to_thread(migrate, address.file, busy_seconds))
    return told(address, await migrate_server(address))


def told(address: DatabaseAddress, done: Migrated) -> str:
    """What was done, in a sentence."""
    called = f"The database {address.for_people}"
    if not done.before:
        return f"{called} was created with schema {done.after}."
    if done.before == done.after:
        return f"{called} is up to date (schema {done.after})."
    copy = f"; a copy of the old one is {done.backup}" if done.backup else ""
    return f"{called} was upgraded from schema {done.before} to {done.after}{copy}."


def migrate(path: Path, busy_seconds: float, steps: Sequence[ModuleType] | None = None) -> Migrated:
    """Create or upgrade the file at *path* by these *steps*, else today's; blocks.

    Raises UserFacingError, changing nothing.
    """
    _make_private_file(path)
    engine = worker_engine(path, busy_seconds)
    address = DatabaseAddress(file=path)
    with in_plain_words(address):
        try:
            with engine.begin() as connection:
                return _migrated(address, connection, steps)
        finally:
            engine.dispose()


async def migrate_server(address: DatabaseAddress, steps: Sequence[ModuleType] | None = None) -> Migrated:
    """Create or upgrade the tables in a team's PostgreSQL; a second one waits for the first and finds it done."""
    engine = upgrading_engine(address)
    with in_plain_words(address):
        try:
            async with engine.begin() as connection:
                await connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
                await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
                return await connection.run_sync(lambda inner: _migrated(address, inner, steps))
        finally:
            await engine.dispose()


def _migrated(address: DatabaseAddress, connection: Connection, steps: Sequence[ModuleType] | None) -> Migrated:
    """Take what is missing, inside the transaction that holds the lock."""
    known = KNOWN_REVISIONS if steps is None else [step.revision for step in steps]
    before, after = revision_of(connection, address, known), known[-1]
    if before == after:
        connection.exec_driver_sql("DELETE FROM alembic_version WHERE 1 = 0")  # a read-only file refuses it
        return Migrated(before, after)
    backup = _back_up(address.file, after) if before and address.file else None
    from softphone.storage.migrations import revisions  # Alembic takes longer to load than all the rest

    revisions.take_steps(connection, steps or revisions.REVISIONS)
    return Migrated(before, after, backup)


def _make_private_file(path: Path) -> None:
    if not path.parent.is_dir():
        raise UserFacingError(
            f"The directory {path.parent} for the database does not exist. Make it, or name another one."
        )
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise UserFacingError(f"The database {path} cannot be opened: {file_problem(error)}.") from error


def _back_up(path: Path, after: str) -> Path:
    """Copy the file as it was last committed; a second connection may read while another one holds the write lock."""
    backup = path.with_name(f"{path.name}.before-{after}")
    unfinished = backup.with_name(f"{backup.name}.part")
    try:
        _copy(path, unfinished)
        unfinished.replace(backup)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            unfinished.unlink()
        why = _words(error, unfinished)
        raise UserFacingError(
            f"The database {path} was not upgraded, because no copy of it could be put beside it. {backup.name} {why}."
        ) from error
    return backup


def _words(error: OSError | sqlite3.Error, file: Path) -> str:
    if isinstance(error, OSError):
        return f"cannot be written: {file_problem(error)}"
    return sqlite_words(error, file)


def _copy(path: Path, unfinished: Path) -> None:
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
