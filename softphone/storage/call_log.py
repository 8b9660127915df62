"""The team's call log: nobody waits for the database, and no entry is lost or doubled when it fails."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from softphone.errors import UserFacingError
from softphone.model.call_record import CallRecord
from softphone.storage.database import Database
from softphone.storage.dialect import insert
from softphone.storage.outbox import Entry, Outbox, entry_of
from softphone.storage.rows import call_of, call_values
from softphone.storage.schema import calls

_log = logging.getLogger(__name__)

RETRY_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)  # the last one is repeated
_BATCH = 100


class DatabaseCallLog:
    """ports.CallLog: entries go to the outbox file at once, and from there to the database in one owned task."""

    def __init__(self, database: Database, outbox: Outbox, retry_seconds: tuple[float, ...]) -> None:
        self._database = database
        self._outbox = outbox
        self._retry_seconds = retry_seconds
        self._pending: deque[Entry] = deque(outbox.read())
        self._delivering = asyncio.Lock()
        self._work = asyncio.Event()
        self._closing = False
        self._writer: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls, database: Database, outbox_file: Path, *, retry_seconds: tuple[float, ...] = RETRY_SECONDS
    ) -> DatabaseCallLog:
        """Take over what an earlier run could not deliver, and start writing. Raises UserFacingError."""
        log = cls(database, Outbox(outbox_file), retry_seconds)
        log._work.set()
        log._writer = asyncio.create_task(log._write(), name="call log writer")
        return log

    def add(self, record: CallRecord) -> None:
        """Keep this record, once and in order; never blocks and never raises."""
        entry = entry_of(record)
        self._pending.append(entry)
        try:
            self._outbox.append(entry)
        except OSError as error:
            _log.error("a call-log entry is in memory only until the database has it: %s", error)
        self._work.set()

    async def recent(self, limit: int) -> list[CallRecord]:
        """The newest entries, newest first, those included that still wait. Raises UserFacingError."""
        await self.flush()
        newest_first = (calls.c.arrived.desc(), calls.c.id.desc())
        async with self._database.transaction() as connection:
            rows = await connection.execute(select(calls).order_by(*newest_first).limit(limit))
            delivered = [call_of(row) for row in rows]
        waiting = [entry.record for entry in reversed(self._pending)]
        return sorted(waiting + delivered, key=lambda record: record.arrived, reverse=True)[:limit]

    async def flush(self) -> bool:
        """Try to deliver now; whether everything added so far is in the database."""
        async with self._delivering:
            while self._pending:
                if not await self._delivered(list(islice(self._pending, _BATCH))):
                    return False
            return True

    async def close(self) -> None:
        """Deliver what can be delivered and stop; the rest stays in the outbox file for the next run."""
        if self._writer is None:
            return
        self._closing = True
        self._work.set()
        await self._writer
        await self.flush()
        self._writer = None
        self._outbox.close()

    async def _write(self) -> None:
        failures = 0
        while await self._work.wait() and not self._closing:
            self._work.clear()
            failures = 0 if await self.flush() else failures + 1
            if failures:
                await self._pause(self._retry_seconds[min(failures, len(self._retry_seconds)) - 1])

    async def _pause(self, seconds: float) -> None:
        """Wait before the next try; a new entry or the end comes earlier."""
        timer = asyncio.get_running_loop().call_later(seconds, self._work.set)
        await self._work.wait()
        timer.cancel()

    async def _delivered(self, batch: list[Entry]) -> bool:
        try:
            await asyncio.to_thread(self._outbox.sync)
            await self._insert(batch)
            for _ in batch:
                self._pending.popleft()
            if not self._pending:  # nothing can be added between this question and the next line
                self._outbox.clear()
        except (UserFacingError, OSError) as error:
            _log.warning("%d call-log entries wait in the outbox: %s", len(self._pending), error)
            return False
        return True

    async def _insert(self, batch: list[Entry]) -> None:
        rows = [call_values(entry.record, entry.key) for entry in batch]
        async with self._database.transaction() as connection:
            await connection.execute(
                insert(connection, calls).on_conflict_do_nothing(index_elements=["entry_key"]), rows
            )
