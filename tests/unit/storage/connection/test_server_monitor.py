"""The connection to a real server: it comes, is checked, tells of changes, goes and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import UserFacingError
from softphone.storage import Database, DatabaseAddress
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.problems import UnreachableError
from softphone.storage.connection.server_monitor import ServerMonitor
from softphone.storage.connection.state import ConnectionState
from tests.lab.postgres import PostgresDatabase
from tests.unit.storage.desks import until


@dataclass
class Line:
    """A monitor with what it works on; *refusal* is what the check finds wrong."""

    address: DatabaseAddress
    refusal: str = ""
    checked: int = 0
    told: list[tuple[Topic, str]] = field(default_factory=list)

    async def check(self, connection: AsyncConnection, address: DatabaseAddress) -> None:
        assert address is self.address
        await connection.exec_driver_sql("SELECT 1")
        self.checked += 1
        if self.refusal:
            raise UserFacingError(self.refusal)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        self.database, self.feed, self.state = Database(self.address), ChangeFeed(), ConnectionState(shared=True)
        for topic in Topic:
            self.feed.on(topic, self._noting(topic))
        monitor = ServerMonitor(self.database, self.feed, self.state, self.check, (0.05,))
        try:
            await monitor.start(10.0)
            yield
        finally:
            await monitor.close()
            await self.database.dispose()

    def _noting(self, topic: Topic) -> Callable[[str], None]:
        return lambda key: self.told.append((topic, key))

    async def count(self) -> int:
        async with self.database.transaction() as connection:
            return int((await connection.exec_driver_sql("SELECT count(*) FROM calls")).scalar_one())


async def test_once_there_it_is_open_and_everything_is_read_anew(server: DatabaseAddress) -> None:
    line = Line(server)
    async with line.up():
        assert line.state.health.online
        assert line.feed.notified
        assert [topic for topic, key in line.told if not key] == list(Topic)
        assert line.state.clock.offset is not None
        assert await line.count() == 0


async def test_a_change_is_told_with_its_key(server: DatabaseAddress, postgres: PostgresDatabase) -> None:
    line = Line(server)
    async with line.up():
        line.told.clear()
        postgres.sql("INSERT INTO presence VALUES ('desk-1', 'agent1', 'host', 'free', now(), now())")
        await until(lambda: line.told)
        assert line.told == [(Topic.PRESENCE, "desk-1")]


async def test_what_the_check_refuses_stays_closed_and_is_tried_again(server: DatabaseAddress) -> None:
    line = Line(server, refusal="The schema is older.")
    async with line.up():
        assert (line.state.health.online, line.state.health.problem) == (False, "The schema is older.")
        with pytest.raises(UnreachableError, match=r"^The schema is older\.$"):
            await line.count()
        before = line.checked
        await until(lambda: line.checked > before)
        line.refusal = ""
        await until(lambda: line.state.health.online)
        assert await line.count() == 0


async def test_a_server_that_goes_closes_it_at_once_and_it_comes_back_by_itself(
    server: DatabaseAddress, postgres: PostgresDatabase
) -> None:
    line = Line(server)
    async with line.up():
        await asyncio.to_thread(postgres.server.stop)
        await until(lambda: not line.state.health.online)
        with pytest.raises(UnreachableError):
            await line.count()
        await asyncio.to_thread(postgres.server.start)
        await until(lambda: line.state.health.online)
        assert await line.count() == 0


async def test_nobody_waits_longer_than_told_for_a_server_that_is_not_there() -> None:
    line = Line(DatabaseAddress.parse("postgresql://owner@127.0.0.1:9/nowhere", Path()))
    async with line.up():
        assert not line.state.health.online
        assert "cannot be reached" in line.state.health.problem
