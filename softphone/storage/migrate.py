"""Brings a database file to the newest schema, all or nothing, and keeps a copy of what was there before."""

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
from softphone.storage.connections import worker_engine
from softphone.storage.migrations import REVISIONS
from softphone.storage.problems import in_plain_words


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
    with in_plain_words(path):
        try:
            with engine.begin() as connection:
                return _Migration(path, connection, revisions).run()
        finally:
            engine.dispose()


def _make_private_file(path: Path) -> None:
    if not path.parent.is_dir():
        raise UserFacingError(f"The directory {path.parent} for the database does not exist.")
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise UserFacingError(f"The database {path} cannot be opened: {error.strerror}.") from error


class _Migration:
    """One upgrade, inside the transaction that holds the write lock."""

    def __init__(self, path: Path, connection: Connection, revisions: Sequence[ModuleType]) -> None:
        self._path = path
        self._connection = connection
        self._known = {module.revision for module in revisions}
        self._map = RevisionMap(lambda: [Script(module, module.revision, str(path)) for module in revisions])

    def run(self) -> Migrated:
        """Take every step between the file's schema and the newest."""
        context = MigrationContext.configure(
            self._connection, opts={"fn": self._steps, "transactional_ddl": True, "transaction_per_migration": False}
        )
        before = self._checked(context.get_current_heads())
        after = str(self._map.get_current_head())
        if before == after:
            self._connection.exec_driver_sql("DELETE FROM alembic_version WHERE 1 = 0")  # a read-only file refuses it
            return Migrated(before, after)
        backup = self._back_up(after) if before else None
        with Operations.context(context):
            context.run_migrations()
        return Migrated(before, after, backup)

    def _checked(self, heads: tuple[str, ...]) -> str:
        if not heads and inspect(self._connection).get_table_names():
            raise UserFacingError(f"{self._path} is a database, but none of a softphone. Name another file.")
        if not self._known.issuperset(heads):
            raise UserFacingError(
                f"The database {self._path} was made by a newer softphone. Install that version, or a later one, "
                "on this machine."
            )
        return heads[0] if heads else ""

    def _steps(self, current: tuple[str, ...], _context: MigrationContext) -> list[RevisionStep]:
        newest_first = list(self._map.iterate_revisions("heads", current, implicit_base=True))
        return [
            MigrationStep.upgrade_from_script(self._map, script)
            for script in reversed(newest_first)
            if isinstance(script, Script)
        ]

    def _back_up(self, after: str) -> Path:
        """Copy the file as it was last committed; a second connection may read while this one holds the write lock."""
        backup = self._path.with_name(f"{self._path.name}.before-{after}")
        unfinished = backup.with_name(f"{backup.name}.part")
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(self._path)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
        unfinished.replace(backup)
        return backup
