"""The database, worked with in transactions that never hold up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.storage.connection import postgres, sqlite
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.plain_words import in_plain_words
from softphone.storage.connection.problems import UnreachableError

if TYPE_CHECKING:
    import asyncpg

BUSY_SECONDS = 5.0
TRANSACTION_SECONDS = 8.0  # SQLAlchemy needs another 2 to give up on a connection nobody answers on


class Database:
    """A SQLite file, or a team's PostgreSQL, not asked yet whether it is there; what is in it is others' concern.

    A server that does not answer is noticed by ``transaction`` within ten seconds. While *closed*
    holds a reason, no transaction begins: it is told at once, so that nobody waits for a server known to be away.
    *shared* says whether it is a team's server.
    """

    def __init__(self, address: DatabaseAddress, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.address = address
        self.shared = address.shared
        self.closed = ""
        self._open_connections = postgres.OpenConnections()
        self._engine = (
            sqlite.async_engine(address.file, busy_seconds)
            if address.file
            else postgres.async_engine(address, self._open_connections)
        )
        self._on_lost: Callable[[UnreachableError], None] = lambda _error: None

    def on_lost(self, listener: Callable[[UnreachableError], None]) -> None:
        """Call *listener* when a transaction finds that the server cannot be reached."""
        self._on_lost = listener

    @asynccontextmanager
    async def transaction(self, *, though_closed: bool = False) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, undone by an exception. Raises UserFacingError for what fails.

        *though_closed* is for whoever looks whether it can be opened again.
        """
        if self.closed and not though_closed:
            raise UnreachableError(self.closed)
        deadline = TRANSACTION_SECONDS if self.shared else None  # SQLite waits for a lock as long as it is told to
        with in_plain_words(self.address, self._on_lost):
            async with asyncio.timeout(deadline), self._engine.begin() as connection:
                yield connection

    async def listener(self) -> asyncpg.Connection[Any]:
        """A connection of its own to a server, to hear of changes. Raises UserFacingError."""
        return await postgres.connect(self.address)

    async def forget_connections(self) -> None:
        """The server is away: whoever waits for it waits no longer. New connections are made when they are needed."""
        self._open_connections.break_off()
        await self._engine.dispose()

    async def dispose(self) -> None:
        """Close every connection."""
        await self._open_connections.close()
        await self._engine.dispose()
