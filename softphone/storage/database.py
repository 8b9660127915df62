"""The team's database: opened, watched and brought up to date without holding up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from softphone.storage import postgres_connections, sqlite_connections
from softphone.storage.address import DatabaseAddress
from softphone.storage.migrate import Migrated, migrate, migrate_server
from softphone.storage.postgres_connections import Opened
from softphone.storage.problems import UnreachableError, in_plain_words
from softphone.storage.schema_check import check_schema

BUSY_SECONDS = 5.0
TRANSACTION_SECONDS = 8.0  # SQLAlchemy needs another 2 to give up on a connection nobody answers on


class Database:
    """A database of the newest schema: a SQLite file, or a team's PostgreSQL.

    A server that does not answer is noticed by ``transaction`` within ten seconds. While *closed*
    holds a reason, no transaction begins: it is told at once, so that nobody waits for a server known to be away.
    """

    def __init__(self, address: DatabaseAddress, engine: AsyncEngine, opened: Opened | None = None) -> None:
        self.address = address
        self.closed = ""
        self._engine = engine
        self._opened = opened or Opened()
        self._on_lost: Callable[[UnreachableError], None] = lambda _error: None

    @classmethod
    async def open(cls, where: DatabaseAddress | Path, *, busy_seconds: float = BUSY_SECONDS) -> Database:
        """Create a file or bring it up to date; find a server's schema as it has to be. Raises UserFacingError."""
        address = where if isinstance(where, DatabaseAddress) else DatabaseAddress(file=where)
        if address.file:
            await asyncio.to_thread(migrate, address.file, busy_seconds)
            return cls(address, sqlite_connections.async_engine(address.file, busy_seconds))
        database = cls.unseen(address)
        try:
            await database.check()
        except BaseException:
            await database.dispose()
            raise
        return database

    @classmethod
    def unseen(cls, address: DatabaseAddress) -> Database:
        """A server that is not asked yet whether it is there."""
        opened = Opened()
        return cls(address, postgres_connections.async_engine(address, opened), opened)

    @property
    def shared(self) -> bool:
        """Whether it is a team's server."""
        return self.address.shared

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return self.address.file

    def on_lost(self, listener: Callable[[UnreachableError], None]) -> None:
        """Call *listener* when a transaction finds that the server cannot be reached."""
        self._on_lost = listener

    async def check(self) -> None:
        """Raises UserFacingError unless the schema is the one this softphone knows, whole, and may be used."""
        async with self._transaction() as connection:  # also while it is closed: this is how it opens
            await check_schema(connection, self.address)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, undone by an exception. Raises UserFacingError for what fails."""
        if self.closed:
            raise UnreachableError(self.closed)
        async with self._transaction() as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        deadline = TRANSACTION_SECONDS if self.shared else None  # SQLite waits for a lock as long as it is told to
        with in_plain_words(self.address, self._on_lost):
            async with asyncio.timeout(deadline), self._engine.begin() as connection:
                yield connection

    async def listener(self) -> asyncpg.Connection[Any]:
        """A connection of its own to a server, to hear of news. Raises UserFacingError."""
        return await postgres_connections.connect(self.address)

    async def forget_connections(self) -> None:
        """The server is away: whoever waits for it waits no longer. New connections are made when they are needed."""
        self._opened.break_off()
        await self._engine.dispose()

    async def dispose(self) -> None:
        """Close every connection."""
        await self._opened.close()
        await self._engine.dispose()


async def upgrade(where: DatabaseAddress | Path, *, busy_seconds: float = BUSY_SECONDS) -> str:
    """Create the database's tables or bring them up to date; tells in a sentence what was done.

    Raises UserFacingError, changing nothing.
    """
    address = where if isinstance(where, DatabaseAddress) else DatabaseAddress(file=where)
    if address.file:
        return _told(address, await asyncio.to_thread(migrate, address.file, busy_seconds))
    return _told(address, await migrate_server(address))


def _told(address: DatabaseAddress, done: Migrated) -> str:
    called = f"The database {address.for_people}"
    if not done.before:
        return f"{called} was created with schema {done.after}."
    if done.before == done.after:
        return f"{called} is up to date (schema {done.after})."
    copy = f"; a copy of the old one is {done.backup}" if done.backup else ""
    return f"{called} was upgraded from schema {done.before} to {done.after}{copy}."
