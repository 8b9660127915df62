"""The team's call log: nobody waits for the database, and no entry is lost or doubled when it fails."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from softphone.errors import UserFacingError
from softphone.model.call_record import CallRecord
from softphone.storage.call_log.entries import Entry, call_of, call_values, entry_of
from softphone.storage.call_log.outbox import Outbox
from softphone.storage.call_log.viewer import Viewer, newest_calls
from softphone.storage.connection.background_tasks import Throttle, cancelled
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.clock import corrected
from softphone.storage.connection.database import Database
from softphone.storage.connection.listeners import Listeners
from softphone.storage.connection.problems import RefusedDataError
from softphone.storage.connection.state import ConnectionState
from softphone.storage.schema import calls, insert

_log = logging.getLogger(__name__)

RETRY_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)  # the last one is repeated
CLOSE_SECONDS = 3.0  # how long the end of the app waits for a server
QUIET_SECONDS = 0.5  # a window reads a hundred lines each time
_BATCH = 100


class DatabaseCallLog:
    """ports.CallLog: entries go to the outbox file at once, and from there to the database in one owned task.

    Their times are the database's: what this machine's clock is wrong by is put right when they are delivered.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        viewer: Callable[[], Viewer] = Viewer,
        state: ConnectionState | None = None,
        feed: ChangeFeed | None = None,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._viewer = viewer
        self._state = state or ConnectionState(shared=database.shared)
        self._feed = feed or ChangeFeed()
        self._retry_seconds = retry_seconds
        self._pending: deque[Entry] = deque(outbox.read())
        self._delivering = asyncio.Lock()
        self._work = asyncio.Event()
        self._closing = False
        self._writer: asyncio.Task[None] | None = None
        self._listeners: Listeners[[]] = Listeners("the call log")
        self._throttle = Throttle(self._listeners.tell, QUIET_SECONDS)
        self._feed.on(Topic.CALLS, lambda _key: self._throttle.ask())
        self._state.on_arrival(self._deliver_soon)

    @classmethod
    async def open(
        cls,
        database: Database,
        outbox_file: Path,
        *,
        viewer: Callable[[], Viewer] = Viewer,
        state: ConnectionState | None = None,
        feed: ChangeFeed | None = None,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> DatabaseCallLog:
        """Take over what an earlier run could not deliver, and start writing. Raises UserFacingError.

        *viewer* tells who looks at the log, each time it is read.
        """
        log = cls(database, Outbox(outbox_file), viewer, state, feed, retry_seconds)
        log.start()
        return log

    def start(self) -> None:
        """Start writing, with what an earlier run has left."""
        self._work.set()
        self._writer = asyncio.create_task(self._write(), name="call log writer")

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

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call *listener* when there is something new to read, whoever wrote it; at most a few times a second."""
        self._listeners.add(listener)

    async def recent(self, limit: int) -> list[CallRecord]:
        """The newest entries the viewer may see, newest first, those included that still wait.

        Raises UserFacingError.
        """
        await self.flush()
        async with self._database.transaction() as connection:
            rows = await connection.execute(newest_calls(self._viewer(), limit))
            delivered = [call_of(row) for row in rows]
        waiting = [self._corrected(entry) for entry in reversed(self._pending)]
        return sorted(waiting + delivered, key=lambda record: record.arrived, reverse=True)[:limit]

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
        writer, self._writer = self._writer, None
        if writer is None:
            return
        self._closing = True
        self._work.set()
        try:
            async with asyncio.timeout(CLOSE_SECONDS if self._database.shared else None):
                await asyncio.shield(writer)
                await self.flush()
        except TimeoutError:
            _log.warning("%d call-log entries wait in the outbox for the next start", len(self._pending))
        await cancelled(writer)
        self._throttle.close()
        self._outbox.close()

    async def _deliver_soon(self) -> None:
        self._work.set()

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
            self._forget(batch)
        except RefusedDataError as error:
            return await self._delivered_one_by_one(batch, error)
        except (UserFacingError, OSError) as error:
            _log.warning("%d call-log entries wait in the outbox: %s", len(self._pending), error)
            return False
        return True

    async def _delivered_one_by_one(self, batch: list[Entry], error: RefusedDataError) -> bool:
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

    def _forget(self, batch: list[Entry]) -> None:
        for _ in batch:
            self._pending.popleft()
        if not self._pending:  # nothing can be added between this question and the next line
            self._outbox.clear()

    async def _insert(self, batch: list[Entry]) -> None:
        rows = [call_values(self._corrected(entry), entry.key) for entry in batch]
        async with self._database.transaction() as connection:
            statement = insert(connection, calls).on_conflict_do_nothing(index_elements=["entry_key"])
            await connection.execute(statement, rows)

    def _corrected(self, entry: Entry) -> CallRecord:
        """With the times of the database's clock; what was added before anybody knew that is put right by today's."""
        offset = self._state.clock.offset if entry.offset is None else timedelta(seconds=entry.offset)
        record = entry.record
        return replace(
            record,
            arrived=corrected(record.arrived, offset),
            answered=record.answered and corrected(record.answered, offset),
            ended=corrected(record.ended, offset),
        )
