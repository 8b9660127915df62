"""ChangeFeed of a database file: SQLite tells nobody, but it counts the changes others have made."""

from __future__ import annotations

import asyncio
import contextlib
import logging

import aiosqlite

from softphone.storage.connection.background_tasks import cancelled
from softphone.storage.connection.change_feed import ChangeFeed
from softphone.storage.connection.database import Database

_log = logging.getLogger(__name__)

POLL_EVERY = 1.0


class FilePolling:
    """One task that looks each second, on a connection of its own."""

    def __init__(self, database: Database, feed: ChangeFeed, every: float = POLL_EVERY) -> None:
        self._database = database
        self._feed = feed
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._poll(), name="changes of the database file")

    async def close(self) -> None:
        """End it."""
        await cancelled(self._task)

    async def _poll(self) -> None:
        async with aiosqlite.connect(f"file:{self._database.address.file}?mode=ro", uri=True) as connection:
            known = await _changes(connection)
            while True:
                await asyncio.sleep(self._every)
                changes = known
                with contextlib.suppress(aiosqlite.Error):  # whoever works with the file tells what is wrong with it
                    changes = await _changes(connection)
                if changes != known:
                    known = changes
                    self._feed.tell_everything()


async def _changes(connection: aiosqlite.Connection) -> int:
    """In one call of its thread: it is asked all day."""
    rows = await connection.execute_fetchall("PRAGMA data_version")
    return next((int(row[0]) for row in rows), 0)
