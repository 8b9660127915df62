"""What the server itself can do: bare asyncpg, one INSERT of a call-log entry, committed. Our times are held to it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

from softphone.storage.call_log.entries import call_values
from tests.bench.team_database import connect
from tests.bench.team_entry import entry
from tests.lab.postgres import PostgresDatabase

EVERY_SECONDS = 0.5


class Yardstick:
    """A table like the call log's, with the same indexes, and without triggers, roles or anybody who listens."""

    def __init__(self, connection: Any) -> None:
        self.commits: list[float] = []
        self._connection = connection
        self._numbers = count()
        names = list(self._values())
        places = ", ".join(f"${place}" for place in range(1, len(names) + 1))
        self._insert = f"INSERT INTO yardstick ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - columns of ours

    async def measure(self) -> float:
        """Seconds of one commit."""
        values = self._values().values()
        begin = time.monotonic()
        await self._connection.execute(self._insert, *values)
        self.commits.append(time.monotonic() - begin)
        return self.commits[-1]

    async def keep_measuring(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.measure()
            await asyncio.sleep(EVERY_SECONDS)

    def _values(self) -> dict[str, Any]:
        number = next(self._numbers)
        record = entry(f"agent{number % 20 + 1}", f"in-{number}", datetime.now(UTC), call=f"now-{number}")
        return call_values(record, f"{number:032}")


@asynccontextmanager
async def yardstick(database: PostgresDatabase) -> AsyncIterator[Yardstick]:
    """Its table and its connection."""
    connection = await connect(database)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS yardstick (LIKE calls INCLUDING ALL)")
        await connection.execute("TRUNCATE yardstick")
        yield Yardstick(connection)
    finally:
        await connection.close()


@asynccontextmanager
async def beside(database: PostgresDatabase) -> AsyncIterator[list[float]]:
    """Measure all the time while something else is measured."""
    async with yardstick(database) as stick:
        task = asyncio.create_task(stick.keep_measuring())
        try:
            yield stick.commits
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
