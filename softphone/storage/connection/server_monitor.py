"""Keeps the connection to a team's PostgreSQL: connects, listens for changes, notices silence, connects again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import UserFacingError
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.background_tasks import cancelled
from softphone.storage.connection.change_feed import CHANNEL, ChangeFeed
from softphone.storage.connection.database import Database
from softphone.storage.connection.plain_words import in_plain_words
from softphone.storage.connection.problems import UnreachableError
from softphone.storage.connection.state import ConnectionState

if TYPE_CHECKING:
    import asyncpg

_log = logging.getLogger(__name__)

BACK_OFF = (1.0, 2.0, 5.0, 10.0)  # seconds; the last one is repeated
PING_EVERY = 3.0
PING_WITHIN = 5.0  # a server that dies silently is noticed after 8 s at most
ECHO_WITHIN = 2.0
POLL_EVERY = 1.0


class ServerMonitor:
    """One task. While the server is away the database is closed: who asks is refused at once instead of waiting.

    *check* raises UserFacingError when what is found on the server cannot be worked with.
    """

    def __init__(
        self,
        database: Database,
        feed: ChangeFeed,
        state: ConnectionState,
        check: Callable[[AsyncConnection, DatabaseAddress], Awaitable[None]],
        back_off: tuple[float, ...] = BACK_OFF,
    ) -> None:
        self._database = database
        self._feed = feed
        self._state = state
        self._check = check
        self._back_off = back_off
        self._doubt = asyncio.Event()  # something says that the connection may be down
        self._tried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        database.closed = f"The database {database.address.for_people} is not connected yet."
        database.on_lost(lambda _error: self._doubt.set())

    async def start(self, first_try_within: float) -> None:
        """Begin, and wait for the first try for so long at most."""
        self._task = asyncio.create_task(self._run(), name="connection to the database")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(first_try_within):
                await self._tried.wait()

    async def close(self) -> None:
        """End it."""
        await cancelled(self._task)

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                async with self._connected() as connection:
                    await self._arrive(connection)
                    failures = 0
                    await self._watch(connection)
            except UserFacingError as error:
                self._lose(str(error))
            except Exception as error:  # noqa: BLE001 - whatever it is, the connection has to come back
                _log.exception("the connection to the database")
                self._lose(f"The database {self._database.address.for_people} cannot be used: {error}")
            await self._database.forget_connections()
            await self._pause(self._back_off[min(failures, len(self._back_off) - 1)])
            failures += 1

    def _lose(self, problem: str) -> None:
        self._doubt.clear()
        self._database.closed = problem
        self._state.lost(problem)
        self._tried.set()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection[Any]]:
        connection = await self._database.listener()
        connection.add_termination_listener(lambda _closed: self._doubt.set())
        try:
            with in_plain_words(self._database.address):
                yield connection
        finally:
            connection.terminate()

    async def _arrive(self, connection: asyncpg.Connection[Any]) -> None:
        """Everything is in order and everybody has caught up; nothing that happens from here on is missed."""
        self._feed.notified = await self._notifies(connection)
        await self._ping(connection)
        async with self._database.transaction(though_closed=True) as looking:
            await self._check(looking, self._database.address)
        self._database.closed = ""
        await self._state.arrived()
        self._tried.set()
        self._feed.tell_everything()

    async def _notifies(self, connection: asyncpg.Connection[Any]) -> bool:
        """Whether notifications come through; a pooler in between may swallow them."""
        echo, heard = f"echo:{uuid4().hex}", asyncio.Event()

        def on_notification(_connection: object, _pid: int, _channel: str, payload: object) -> None:
            if payload == echo:
                heard.set()
            else:
                self._feed.received(str(payload))

        await self._within(PING_WITHIN, connection.add_listener(CHANNEL, on_notification))
        await self._within(PING_WITHIN, connection.execute("SELECT pg_notify($1, $2)", CHANNEL, echo))
        try:
            async with asyncio.timeout(ECHO_WITHIN):
                await heard.wait()
        except TimeoutError:
            _log.warning("the database passes no notifications on: it is asked each second")
            return False
        return True

    async def _watch(self, connection: asyncpg.Connection[Any]) -> None:
        """Ask now and then whether it still answers, until it does not."""
        every = PING_EVERY if self._feed.notified else POLL_EVERY
        while True:
            await self._pause(every)
            await self._ping(connection)
            if not self._feed.notified:
                self._feed.tell_everything()

    async def _ping(self, connection: asyncpg.Connection[Any]) -> None:
        asked = self._state.clock.read()
        theirs = await self._within(PING_WITHIN, connection.fetchval("SELECT clock_timestamp()"))
        self._state.measured(asked, theirs, self._state.clock.read())

    async def _within(self, seconds: float, asking: Any) -> Any:
        try:
            async with asyncio.timeout(seconds):  # wait_for may swallow the end of the task, until Python 3.12
                return await asking
        except TimeoutError as error:
            words = f"The database {self._database.address.for_people} does not answer."
            raise UnreachableError(words) from error

    async def _pause(self, seconds: float) -> None:
        """Wait, or until there is doubt."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._doubt.wait()
        self._doubt.clear()
