"""Who of the team is there: each softphone renews its own row, and reads the others'."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, Select, case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import UserFacingError
from softphone.model.colleague import Availability, Colleague
from softphone.storage.connection.background_tasks import Throttle
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.database import Database
from softphone.storage.connection.listeners import Listeners
from softphone.storage.connection.reading import RowReader
from softphone.storage.schema import GONE_SECONDS, LONGEST_NAME, TeamNow, insert, presence, writable

_log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5.0
QUIET_SECONDS = 0.2
"""Whoever has just read reads again so much later: a large team changes faster than is worth reading."""


class DatabasePresence:
    """ports.Presence. While the database is away ``colleagues`` are as last known.

    A softphone of one's own login on another machine is among them: the session tells the agent.
    """

    def __init__(
        self,
        database: Database,
        feed: ChangeFeed,
        identity: Callable[[], str],
        station: str,
        *,
        host: str = "",
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._database = database
        self._feed = feed
        self._identity = identity
        self._station = station
        self._host = writable(host or socket.gethostname(), LONGEST_NAME)
        self._heartbeat_seconds = heartbeat_seconds
        self._availability: Availability | None = None
        self._written: Availability | None = None
        self._renewed = 0.0
        self._colleagues: tuple[Colleague, ...] = ()
        self._reader = RowReader("presence", _colleague_of)
        self._listeners: Listeners[[]] = Listeners("presence")
        self._failing = False
        self._turn = asyncio.Lock()
        self._work = asyncio.Event()
        self._throttle = Throttle(self._work.set, QUIET_SECONDS)
        self._task: asyncio.Task[None] | None = None

    @property
    def colleagues(self) -> tuple[Colleague, ...]:
        """Every softphone of the team that has been seen lately, this one left out."""
        return self._colleagues

    def announce(self, availability: Availability) -> None:
        """What this agent is doing now; returns at once."""
        self._availability = availability
        self._work.set()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call *listener* when ``colleagues`` has changed."""
        self._listeners.add(listener)

    def start(self) -> None:
        """Begin to read, and to renew the row once something has been announced."""
        self._feed.on(Topic.PRESENCE, self._hear)
        self._task = asyncio.create_task(self._run(), name="presence")
        self._work.set()

    async def catch_up(self) -> None:
        """The database is back: renew the row and read everything. Raises UserFacingError."""
        async with self._turn:
            await self._beat()

    async def close(self) -> None:
        """Say that this softphone is gone, if the database can be told, and stop."""
        self._throttle.close()
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        if self._written is None:
            return
        try:
            async with self._turn, self._database.transaction() as connection:
                mine = presence.c.login == self._identity(), presence.c.station == self._station
                gone = {"availability": str(Availability.SIGNED_OUT), "since": TeamNow()}
                await connection.execute(update(presence).where(*mine).values(gone))
            self._feed.wrote(Topic.PRESENCE, self._station)
        except UserFacingError as error:
            _log.info("the others will miss this softphone by themselves: %s", error)

    def _hear(self, station: str) -> None:
        if station != self._station:
            self._throttle.ask()

    async def _run(self) -> None:
        while True:
            self._work.clear()
            try:
                if not self._database.closed:  # ``catch_up`` comes with the connection
                    async with self._turn:
                        await self._beat()
                    self._failing = False
            except UserFacingError as error:
                if not self._failing:
                    _log.warning("presence waits for the database: %s", error)
                self._failing = True
            except Exception:  # noqa: BLE001 - the next beat must come
                _log.exception("presence")
            await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._heartbeat_seconds):
                await self._work.wait()
        except TimeoutError:
            return

    async def _beat(self) -> None:
        announced, now = self._availability, time.monotonic()
        due = now - self._renewed >= self._heartbeat_seconds or announced is not self._written
        async with self._database.transaction() as connection:
            if announced and due and self._identity():
                await self._renew(connection, announced)
            colleagues = tuple(self._reader.read(await connection.execute(_others(self._station))))
        self._renewed = now if due else self._renewed
        if announced and announced is not self._written:
            self._written = announced
            self._feed.wrote(Topic.PRESENCE, self._station)
        if colleagues != self._colleagues:
            self._colleagues = colleagues
            self._listeners.tell()

    async def _renew(self, connection: AsyncConnection, availability: Availability) -> None:
        values = {"host": self._host, "availability": str(availability)}
        key = {"login": self._identity(), "station": self._station}
        row = key | {"since": TeamNow(), "seen": TeamNow()} | values
        statement = insert(connection, presence).values(row)
        same = presence.c.availability == statement.excluded.availability
        since = case((same, presence.c.since), else_=statement.excluded.since)
        renewed = {name: statement.excluded[name] for name in (*values, "seen")} | {"since": since}
        await connection.execute(statement.on_conflict_do_update(index_elements=[*key], set_=renewed))


def _others(station: str) -> Select[Any]:
    there = presence.c.seen >= TeamNow(GONE_SECONDS), presence.c.availability != str(Availability.SIGNED_OUT)
    return select(presence).where(presence.c.station != station, *there).order_by(presence.c.login, presence.c.station)


def _colleague_of(row: Row[Any]) -> Colleague:
    return Colleague(row.login, row.station, Availability(row.availability), row.since, row.host)
