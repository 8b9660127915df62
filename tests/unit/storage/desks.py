"""Several softphones of one team on a real database: what each is told is kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from softphone.model.held_call import Claim, Dialog, HeldCall, HeldEnd
from softphone.storage import Database, DatabaseAddress, open_database, upgrade
from softphone.storage.connection.change_feed import ChangeFeed
from softphone.storage.connection.file_polling import FilePolling
from softphone.storage.connection.server_monitor import ServerMonitor
from softphone.storage.connection.state import ConnectionState
from softphone.storage.held_calls.held_calls import DatabaseHeldCalls
from softphone.storage.held_calls.sync import GracePeriod
from softphone.storage.migrations.schema_check import check_schema
from softphone.storage.presence import DatabasePresence
from tests.lab.postgres import PASSWORD, PostgresDatabase

QUICK = 0.05
NO_GRACE = GracePeriod(0.0, 0.0)


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something another task or program does."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.01)


class Desk:
    """One softphone."""

    def __init__(
        self, address: DatabaseAddress, login: str, station: str, grace: GracePeriod, offset: timedelta
    ) -> None:
        self.login = login
        self.database = Database(address) if address.shared else None
        self.address = address
        self._station = station
        self._grace = grace
        self.change_feed = ChangeFeed()
        self.connection_state = ConnectionState(shared=address.shared, clock=lambda: datetime.now(UTC) + offset)
        self.claims: list[Claim] = []
        self.gone: list[tuple[str, str]] = []
        self.ends: list[tuple[str, HeldEnd, str]] = []
        self.changes = 0

    async def open(self, stack: AsyncExitStack) -> None:
        self.database = self.database or await open_database(self.address)
        stack.push_async_callback(self.database.dispose)
        self.held_calls = DatabaseHeldCalls(
            self.database,
            self.change_feed,
            lambda: self.login,
            self._station,
            self.connection_state.clock.now,
            grace=self._grace,
            read_seconds=0.5,
        )
        self.presence = DatabasePresence(
            self.database,
            self.change_feed,
            lambda: self.login,
            self._station,
            host=f"desk-{self._station}",
            heartbeat_seconds=0.2,
        )
        self.held_calls.on_claim(self.claims.append)
        self.held_calls.on_claim_gone(lambda held_call, why: self.gone.append((held_call, why)))
        self.held_calls.on_end(lambda held, how, by: self.ends.append((held.id, how, by)))
        self.held_calls.on_change(self._count)
        for kept in (self.held_calls, self.presence):
            kept.start()
            self.connection_state.on_arrival(kept.catch_up)
            stack.push_async_callback(kept.close)
        if self.address.shared:
            monitor = ServerMonitor(self.database, self.change_feed, self.connection_state, check_schema, (0.1,))
            stack.push_async_callback(monitor.close)
            await monitor.start(5.0)
        else:
            polling = FilePolling(self.database, self.change_feed, QUICK)
            polling.start()
            stack.push_async_callback(polling.close)

    def _count(self) -> None:
        self.changes += 1

    @property
    def seen(self) -> dict[str, HeldCall]:
        """The list as this softphone shows it."""
        return {held.id: held for held in self.held_calls.held}

    def holds(self, name: str, **values: object) -> HeldCall:
        """A caller this softphone puts on hold for anyone."""
        held = held_by(self.login, self._station, name, self.held_calls.now(), **values)
        self.held_calls.put(held)
        return held


def held_by(login: str, station: str, name: str, now: datetime, **values: object) -> HeldCall:
    """A caller who is on hold for anyone."""
    usual: dict[str, object] = {
        "remote_name": "Zoë Ünal",
        "remote_uri": "sip:+15550102233@192.0.2.1",
        "tracking_number": "+15551230001",
        "label": "Spring campaign",
        "direct": True,
        "arrived": now - timedelta(seconds=30),
        "held_since": now,
        "dialog": Dialog("1@192.0.2.1", "local", "remote", "sip:caller@192.0.2.1:5062", True),
        "holder_address": f"sip:{login}@192.0.2.7",
        "history": ("Talked to Agent Nine for 2:10.",),
    }
    return HeldCall(name, login, station, f"in-{name}", **(usual | values))  # type: ignore[arg-type]


class Office:
    """The database and the softphones on it; ``sql`` is another program's hand in it."""

    def __init__(self, address: DatabaseAddress, server: PostgresDatabase | None) -> None:
        self.address = address
        self.server = server
        self._stack = AsyncExitStack()

    async def desk(
        self,
        login: str,
        station: str = "",
        *,
        grace: GracePeriod = NO_GRACE,
        offset: timedelta = timedelta(),
        address: DatabaseAddress | None = None,
    ) -> Desk:
        desk = Desk(address or self.address, login, station or f"{login}-1", grace, offset)
        await desk.open(self._stack)
        return desk

    async def sql(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """Run it in the team's database; “ago(30)” is its time of half a minute ago."""
        database = Database(self.address) if self.server else await open_database(self.address)
        try:
            async with database.transaction() as connection:
                done = await connection.execute(text(self._spelled(statement)), values)
                return [tuple(row) for row in done] if done.returns_rows else []
        finally:
            await database.dispose()

    def _spelled(self, statement: str) -> str:
        ago = (
            r"(now() - interval '\1 seconds')"
            if self.server
            else r"strftime('%Y-%m-%d %H:%M:%f000','now','-\1 seconds')"
        )
        return re.sub(r"ago\((\d+)\)", ago, statement)

    async def close(self) -> None:
        await self._stack.aclose()


@asynccontextmanager
async def office_in_a_file(path: Path) -> AsyncIterator[Office]:
    """A team that shares a SQLite file."""
    await upgrade(path)
    office = Office(DatabaseAddress(file=path), None)
    try:
        yield office
    finally:
        await office.close()


@asynccontextmanager
async def office_on_a_server(postgres: PostgresDatabase) -> AsyncIterator[Office]:
    """A team on PostgreSQL; everybody logs in as the owner."""
    address = address_of(postgres)
    await upgrade(address)
    office = Office(address, postgres)
    try:
        yield office
    finally:
        await office.close()


def address_of(postgres: PostgresDatabase, user: str = "owner") -> DatabaseAddress:
    """The server as *user*, without TLS."""
    url = postgres.url(user, query="sslmode=disable")
    return DatabaseAddress.parse(url, Path("unused")).with_password(PASSWORD)
