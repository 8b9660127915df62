"""Brings a database to the newest schema, all or nothing, and keeps a copy of what was in a file before."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script
from alembic.script.revision import RevisionMap
from sqlalchemy import Connection, inspect

from softphone.errors import UserFacingError
from softphone.storage.address import DatabaseAddress
from softphone.storage.migrations import REVISIONS
from softphone.storage.postgres_connections import upgrading_engine
from softphone.storage.problems import in_plain_words
from softphone.storage.sqlite_connections import worker_engine

_ADVISORY_LOCK = 0x50F7_F04E  # any number that is no other program's


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was done: the schema before (empty for a new file) and after, and where the copy of the old file is."""

    before: str
    after: str
    backup: Path | None = None


def migrate(path: Path, busy_seconds: float, revisions: Sequence[ModuleType] = REVISIONS) -> Migrated:
    """Create or upgrade the database at *path*; blocks. Raises UserFacingError, changing nothing."""
    _make_private_file(path)
    engine = worker_engine(path, busy_seconds)
    address = DatabaseAddress(file=path)
    with in_plain_words(address):
        try:
            with engine.begin() as connection:
                return _Migration(address, connection, revisions).run()
        finally:
            engine.dispose()


async def migrate_server(address: DatabaseAddress, revisions: Sequence[ModuleType] = REVISIONS) -> Migrated:
    """Create or upgrade the tables in a team's PostgreSQL; a second one waits for the first and finds it done."""
    engine = upgrading_engine(address)
    with in_plain_words(address):
        try:
            async with engine.begin() as connection:
                await connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
                await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
                return await connection.run_sync(lambda inner: _Migration(address, inner, revisions).run())
        finally:
            await engine.dispose()


def _make_private_file(path: Path) -> None:
    if not path.parent.is_dir():
        raise UserFacingError(f"The directory {path.parent} for the database does not exist.")
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise UserFacingError(f"The database {path} cannot be opened: {error.strerror}.") from error


class _Migration:
    """One upgrade, inside the transaction that holds the lock."""

    def __init__(self, address: DatabaseAddress, connection: Connection, revisions: Sequence[ModuleType]) -> None:
        self._address = address
        self._connection = connection
        self._known = {module.revision for module in revisions}
        name = address.for_people
        self._map = RevisionMap(lambda: [Script(module, module.revision, name) for module in revisions])

    def run(self) -> Migrated:
        """Take every step between the database's schema and the newest."""
        context = MigrationContext.configure(
            self._connection, opts={"fn": self._steps, "transactional_ddl": True, "transaction_per_migration": False}
        )
        before = self._checked(context.get_current_heads())
        after = str(self._map.get_current_head())
        if before == after:
            self._connection.exec_driver_sql("DELETE FROM alembic_version WHERE 1 = 0")  # a read-only file refuses it
            return Migrated(before, after)
        backup = _back_up(self._address.file, after) if before and self._address.file else None
        with Operations.context(context):
            context.run_migrations()
        return Migrated(before, after, backup)

    def _checked(self, heads: tuple[str, ...]) -> str:
        if not heads and inspect(self._connection).get_table_names():
            raise not_of_a_softphone(self._address)
        if not self._known.issuperset(heads):
            raise made_by_a_newer_one(self._address)
        return heads[0] if heads else ""

    def _steps(self, current: tuple[str, ...], _context: MigrationContext) -> list[RevisionStep]:
        newest_first = list(self._map.iterate_revisions("heads", current, implicit_base=True))
        return [
            MigrationStep.upgrade_from_script(self._map, script)
            for script in reversed(newest_first)
            if isinstance(script, Script)
        ]


def not_of_a_softphone(address: DatabaseAddress) -> UserFacingError:
    """There are tables in it, and none of ours."""
    kind = "database" if address.shared else "file"
    return UserFacingError(f"{address.for_people} is a database, but none of a softphone. Name another {kind}.")


def made_by_a_newer_one(address: DatabaseAddress) -> UserFacingError:
    """Its schema is one this version does not know."""
    return UserFacingError(
        f"The database {address.for_people} was made by a newer softphone. Install that version, or a later one, "
        "on this machine."
    )


def _back_up(path: Path, after: str) -> Path:
    """Copy the file as it was last committed; a second connection may read while another one holds the write lock."""
    backup = path.with_name(f"{path.name}.before-{after}")
    unfinished = backup.with_name(f"{backup.name}.part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
    unfinished.replace(backup)
    return backup
