"""The team's call log: nobody waits for the database, and no entry is lost or doubled when it fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from softphone.model.call_record import CallRecord
from softphone.storage.call_log.delivery import RETRY_SECONDS, Delivery
from softphone.storage.call_log.entries import call_of
from softphone.storage.call_log.outbox import Outbox
from softphone.storage.call_log.viewer import Viewer, newest_calls
from softphone.storage.connection.background_tasks import Throttle
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.database import Database
from softphone.storage.connection.listeners import Listeners
from softphone.storage.connection.reading import RowReader
from softphone.storage.connection.state import ConnectionState

QUIET_SECONDS = 0.5  # a window reads a hundred lines each time


class DatabaseCallLog:
    """ports.CallLog: entries go to the outbox file at once, and from there to the database in the background."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        viewer: Callable[[], Viewer] = Viewer,
        state: ConnectionState | None = None,
        feed: ChangeFeed | None = None,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        state, feed = state or ConnectionState(shared=database.shared), feed or ChangeFeed()
        self._database = database
        self._viewer = viewer
        self._reader = RowReader("calls", call_of)
        self._delivery = Delivery(database, outbox, state, feed, retry_seconds)
        self._listeners: Listeners[[]] = Listeners("the call log")
        self._throttle = Throttle(self._listeners.tell, QUIET_SECONDS)
        feed.on(Topic.CALLS, lambda _key: self._throttle.ask())

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
        """Take over what an earlier run could not deliver, and start delivering. Raises UserFacingError.

        *viewer* tells who looks at the log, each time it is read.
        """
        log = cls(database, Outbox(outbox_file), viewer, state, feed, retry_seconds)
        log.start()
        return log

    def start(self) -> None:
        """Start delivering, with what an earlier run has left."""
        self._delivery.start()

    def add(self, record: CallRecord) -> None:
        """Keep this record, once and in order; never blocks and never raises."""
        self._delivery.add(record)

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
            delivered = self._reader.read(rows)
        return sorted(self._delivery.waiting + delivered, key=lambda record: record.arrived, reverse=True)[:limit]

    async def flush(self) -> bool:
        """Try to deliver now; whether everything added so far is in the database."""
        return await self._delivery.flush()

    async def close(self) -> None:
        """Deliver what can be delivered and stop; the rest stays in the outbox file for the next run."""
        await self._delivery.close()
        self._throttle.close()
