"""The team's database file: opened and brought up to date without holding up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from softphone.storage.connections import async_engine
from softphone.storage.migrate import Migrated, migrate
from softphone.storage.problems import in_plain_words

BUSY_SECONDS = 5.0


class Database:
    """An open database of the newest schema."""

    def __init__(self, path: Path, engine: AsyncEngine) -> None:
        self.path = path
        self._engine = engine

    @classmethod
    async def open(cls, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Database:
        """Create the file or bring it up to date, and open it. Raises UserFacingError, changing nothing."""
        await asyncio.to_thread(migrate, path, busy_seconds)
        return cls(path, async_engine(path, busy_seconds))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, undone by an exception. Raises UserFacingError for what fails."""
        with in_plain_words(self.path):
            async with self._engine.begin() as connection:
                yield connection

    async def dispose(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


async def upgrade(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> str:
    """Create the database or bring it up to date; tells in a sentence what was done. Raises UserFacingError."""
    return _told(path, await asyncio.to_thread(migrate, path, busy_seconds))


def _told(path: Path, done: Migrated) -> str:
    if not done.before:
        return f"The database {path} was created with schema {done.after}."
    if done.before == done.after:
        return f"The database {path} is up to date (schema {done.after})."
    return (
        f"The database {path} was upgraded from schema {done.before} to {done.after}; "
        f"a copy of the old one is {done.backup}."
    )
