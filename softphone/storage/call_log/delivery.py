"""Call-log entries on their way from the outbox to the database: in order, once, and none lost when it fails.

An entry the database refuses holds up no other: it is put aside, the agent is told, and it is offered again each time
the database is there anew and every few minutes, because a refusal may be mended. One whose place something else has
waits where it is.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from datetime import timedelta

from softphone.errors import UserFacingError
from softphone.model.call_record import CallRecord
from softphone.storage.call_log.entries import LogEntry, call_values, entry_of
from softphone.storage.call_log.outbox import Outbox
from softphone.storage.connection.background_tasks import cancelled
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.clock import corrected
from softphone.storage.connection.database import Database
from softphone.storage.connection.problems import CollisionError, RefusedDataError
from softphone.storage.connection.state import ConnectionState
from softphone.storage.schema import calls, insert

_log = logging.getLogger(__name__)

RETRY_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)  # the last one is repeated
OFFER_AGAIN_SECONDS = 300.0
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
        self._pending = outbox.read()
        self._refused = outbox.refused()
        self._offered: float | None = None  # when the refused ones were offered last; None: now is the time
        self._delivering = asyncio.Lock()
        self._work = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        state.on_arrival(self._deliver_soon)

    @property
    def waiting(self) -> list[CallRecord]:
        """What the database has not got yet, newest first."""
        return [self._corrected(entry) for entry in reversed([*self._refused, *self._pending])]

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
        """Try to deliver now; whether everything there is, is in the database."""
        return await self._delivered_pending() and not self._refused

    async def _delivered_pending(self) -> bool:
        """Whether nothing waits any more but what the database refuses."""
        async with self._delivering:
            wrote = bool(self._pending)
            delivered = await self._in_batches()
            if delivered and self._refused and self._is_time_to_offer():
                wrote |= await self._offer_refused()
            self._state.waiting(len(self._pending) + len(self._refused), len(self._refused))
            if wrote:
                self._feed.wrote(Topic.CALLS)
            return delivered

    async def _in_batches(self) -> bool:
        stuck: list[LogEntry] = []  # something else has their place
        while len(self._pending) > len(stuck):
            batch = self._pending[len(stuck) : len(stuck) + _BATCH]
            if not await self._delivered(batch, stuck):
                return False
        return not stuck

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
        self._offered = None
        self._work.set()

    async def _run(self) -> None:
        failures = 0
        while await self._work.wait() and not self._closing:
            self._work.clear()
            failures = 0 if await self._delivered_pending() else failures + 1
            if failures:
                await self._pause(self._retry_seconds[min(failures, len(self._retry_seconds)) - 1])
            elif self._refused:
                await self._pause(OFFER_AGAIN_SECONDS)

    async def _pause(self, seconds: float) -> None:
        """Wait before the next try; a new entry or the end comes earlier."""
        timer = asyncio.get_running_loop().call_later(seconds, self._work.set)
        await self._work.wait()
        timer.cancel()

    async def _delivered(self, batch: list[LogEntry], stuck: list[LogEntry]) -> bool:
        """Whether the batch is done with: in the database, put aside, or among the *stuck* ones in front."""
        try:
            await asyncio.to_thread(self._outbox.sync)
            try:
                await self._insert(batch)
            except (RefusedDataError, CollisionError) as error:
                return await self._delivered_one_by_one(batch, stuck, error)
            self._forget(batch)
        except (UserFacingError, OSError) as error:
            _log.warning("%d call-log entries wait in the outbox: %s", len(self._pending), error)
            return False
        return True

    async def _delivered_one_by_one(
        self, batch: list[LogEntry], stuck: list[LogEntry], error: RefusedDataError | CollisionError
    ) -> bool:
        """One that is not taken must not hold up the others."""
        if len(batch) > 1:
            for entry in batch:
                if not await self._delivered([entry], stuck):
                    return False  # the next ones must not overtake it
            return True
        if isinstance(error, CollisionError):
            _log.error("a call-log entry waits, because something else has its place: %s", error)
            stuck.append(batch[0])
            return True
        _log.error("the database refuses a call-log entry, which is put aside and offered again: %s", error)
        self._outbox.put_aside(batch[0])
        self._refused.append(batch[0])
        self._offered = time.monotonic()
        self._forget(batch)
        return True

    def _is_time_to_offer(self) -> bool:
        return self._offered is None or time.monotonic() - self._offered >= OFFER_AGAIN_SECONDS

    async def _offer_refused(self) -> bool:
        """Offer what was put aside once more; whether the database has taken any of it."""
        self._offered = time.monotonic()
        still, before = [], self._refused
        for entry in before:
            try:
                await self._insert([entry])
            except UserFacingError as error:
                _log.info("a call-log entry stays aside: %s", error)
                still.append(entry)
        if len(still) == len(before):
            return False
        self._refused = still
        try:
            self._outbox.keep_refused(still)
        except OSError as error:
            _log.warning("entries that have arrived are still among those put aside: %s", error)
        return True

    def _forget(self, batch: list[LogEntry]) -> None:
        done = set(map(id, batch))
        self._pending = [entry for entry in self._pending if id(entry) not in done]
        if not self._pending:  # nothing can be added between this question and the next line
            self._outbox.clear()

    async def _insert(self, batch: list[LogEntry]) -> None:
        rows = [call_values(self._corrected(entry), entry.key) for entry in batch]
        async with self._database.transaction() as connection:
            statement = insert(connection, calls).on_conflict_do_nothing(index_elements=["agent", "entry_key"])
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
