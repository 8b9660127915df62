"""Call-log entries on their way from the outbox to the database: in order, once, and none lost when it fails."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from softphone.errors import UserFacingError
from softphone.model.call_record import CallRecord
from softphone.storage.call_log.entries import LogEntry, call_values, entry_of
from softphone.storage.call_log.outbox import Outbox
from softphone.storage.connection.background_tasks import cancelled
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.clock import corrected
from softphone.storage.connection.database import Database
from softphone.storage.connection.problems import RefusedDataError
from softphone.storage.connection.state import ConnectionState
from softphone.storage.schema import calls, insert

_log = logging.getLogger(__name__)

RETRY_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)  # the last one is repeated
CLOSE_SECONDS = 3.0  # how long the end of the app waits for a server
_BATCH = 100


class Delivery:
    """One owned task. The entries' times are the database's: what this machine's clock is wrong by is put right."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        state: ConnectionState,
        feed: ChangeFeed,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._state = state
        self._feed = feed
        self._retry_seconds = retry_seconds
        self._pending: deque[LogEntry] = deque(outbox.read())
        self._delivering = asyncio.Lock()
        self._work = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        state.on_arrival(self._deliver_soon)

    @property
    def waiting(self) -> list[CallRecord]:
        """What the database has not got yet, newest first."""
        return [self._corrected(entry) for entry in reversed(self._pending)]

    def start(self) -> None:
        """Start delivering, with what an earlier run has left."""
        self._work.set()
        self._task = asyncio.create_task(self._run(), name="call log delivery")

    def add(self, record: CallRecord) -> None:
        """Keep this record, once and in order; never blocks and never raises."""
        offset = self._state.clock.offset
        entry = entry_of(record, None if offset is None else offset.total_seconds())
        self._pending.append(entry)
        try:
            self._outbox.append(entry)
        except OSError as error:
            _log.error("a call-log entry is in memory only until the database has it: %s", error)
        self._work.set()

    async def flush(self) -> bool:
        """Try to deliver now; whether everything added so far is in the database."""
        async with self._delivering:
            delivered = True
            wrote = bool(self._pending)
            while delivered and self._pending:
                delivered = await self._delivered(list(islice(self._pending, _BATCH)))
            self._state.waiting(len(self._pending))
            if wrote:
                self._feed.wrote(Topic.CALLS)
            return delivered

    async def close(self) -> None:
        """Deliver what can be delivered and stop; the rest stays in the outbox file for the next run."""
        task, self._task = self._task, None
        if task is None:
            return
        self._closing = True
        self._work.set()
        try:
            async with asyncio.timeout(CLOSE_SECONDS if self._database.shared else None):
                await asyncio.shield(task)
                await self.flush()
        except TimeoutError:
            _log.warning("%d call-log entries wait in the outbox for the next start", len(self._pending))
        await cancelled(task)
        self._outbox.close()

    async def _deliver_soon(self) -> None:
        self._work.set()

    async def _run(self) -> None:
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

    async def _delivered(self, batch: list[LogEntry]) -> bool:
        try:
            await asyncio.to_thread(self._outbox.sync)
            try:
                await self._insert(batch)
            except RefusedDataError as error:
                return await self._delivered_one_by_one(batch, error)
            self._forget(batch)
        except (UserFacingError, OSError) as error:
            _log.warning("%d call-log entries wait in the outbox: %s", len(self._pending), error)
            return False
        return True

    async def _delivered_one_by_one(self, batch: list[LogEntry], error: RefusedDataError) -> bool:
        """One that will never be taken must not hold up the others: it is put aside, never thrown away."""
        if len(batch) > 1:
            for entry in batch:
                if not await self._delivered([entry]):
                    return False  # the next ones must not overtake it
            return True
        _log.error("the database refuses a call-log entry for ever, which is put aside: %s", error)
        self._outbox.put_aside(batch[0])
        self._forget(batch)
        return True

    def _forget(self, batch: list[LogEntry]) -> None:
        for _ in batch:
            self._pending.popleft()
        if not self._pending:  # nothing can be added between this question and the next line
            self._outbox.clear()

    async def _insert(self, batch: list[LogEntry]) -> None:
        rows = [call_values(self._corrected(entry), entry.key) for entry in batch]
        async with self._database.transaction() as connection:
            statement = insert(connection, calls).on_conflict_do_nothing(index_elements=["entry_key"])
            await connection.execute(statement, rows)

    def _corrected(self, entry: LogEntry) -> CallRecord:
        """With the times of the database's clock; what was added before anybody knew that is put right by today's."""
        offset = self._state.clock.offset if entry.offset is None else timedelta(seconds=entry.offset)
        record = entry.record
        return replace(
            record,
            arrived=corrected(record.arrived, offset),
            answered=record.answered and corrected(record.answered, offset),
            ended=corrected(record.ended, offset),
        )
