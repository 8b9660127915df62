"""The whole of it over a real server that goes away and comes back, and over a file that others write to."""

from __future__ import annotations

import asyncio
import re
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from softphone.errors import UserFacingError
from softphone.model.colleague import TeamHealth
from softphone.model.profile import Role, UserProfile
from softphone.storage import DatabaseAddress, Storage, StorageFiles, upgrade
from softphone.storage.connection import server_monitor
from softphone.storage.connection.problems import UnreachableError
from softphone.storage.connection.state import ConnectionState
from tests.lab.postgres import PASSWORD, PostgresDatabase
from tests.unit.storage.samples import record

ONE = UserProfile("agent1", "Agent One", role=Role.ADMIN)
Opener = Callable[..., Awaitable[Storage]]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for is in a database
            await asyncio.sleep(0.01)


@pytest.fixture
async def opened(tmp_path: Path, postgres: PostgresDatabase) -> AsyncIterator[Opener]:
    """Opens softphones with files of their own, and closes them, before the database goes."""
    storages: list[Storage] = []

    async def opened(address: DatabaseAddress, name: str = "agent1") -> Storage:
        files = StorageFiles(tmp_path / f"{name}.outbox", tmp_path / f"{name}.team")
        storages.append(await Storage.open(address, files, lambda: name))
        return storages[-1]

    yield opened
    for storage in storages:
        await storage.close()


def ids(postgres: PostgresDatabase) -> list[str]:
    return postgres.sql("SELECT call FROM calls ORDER BY id").splitlines()


@asynccontextmanager
async def nothing_waits(longest: float = 0.5) -> AsyncIterator[None]:
    """The event loop is free all the time."""
    late, last = 0.0, time.monotonic()

    async def beat() -> None:
        nonlocal late, last
        while True:
            await asyncio.sleep(0.02)
            now = time.monotonic()
            late, last = max(late, now - last - 0.02), now

    task = asyncio.create_task(beat())
    yield
    task.cancel()
    assert late < longest


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.programs)])
def address(request: pytest.FixtureRequest, path: Path) -> DatabaseAddress:
    address: DatabaseAddress = DatabaseAddress(file=path)
    return address if request.param == "file" else request.getfixturevalue("server")


async def test_one_hears_what_the_other_does(opened: Opener, address: DatabaseAddress) -> None:
    one, two = await opened(address), await opened(address, "agent2")
    held, news = replace(record(1), held_for_anyone=True), asyncio.Event()
    two.call_log.on_change(news.set)
    await one.team.put_user(ONE)
    await until(lambda: two.team.team.users == (ONE,))
    one.call_log.add(held)
    while await two.call_log.recent(5) != [held]:
        news.clear()
        await asyncio.wait_for(news.wait(), 5)
    assert one.connection_state.health == TeamHealth(shared=address.shared)


async def test_ones_own_entry_is_told_when_it_has_arrived(opened: Opener, address: DatabaseAddress) -> None:
    storage, told = await opened(address), asyncio.Event()
    storage.call_log.on_change(told.set)
    storage.call_log.add(record(1))
    await asyncio.wait_for(told.wait(), 5)
    assert await storage.call_log.recent(5) == [record(1)]


async def test_a_server_stopped_and_back(opened: Opener, server: DatabaseAddress, postgres: PostgresDatabase) -> None:
    one, two = await opened(server), await opened(server, "agent2")
    await one.team.put_user(ONE)
    one.call_log.add(record(0))
    assert await one.call_log.flush()
    health: list[TeamHealth] = []
    one.connection_state.on_change(health.append)
    await asyncio.to_thread(postgres.server.stop)
    await until(lambda: not one.connection_state.health.online and not two.connection_state.health.online)
    async with nothing_waits():
        for number in range(1, 251):
            one.call_log.add(record(number))
        two.call_log.add(replace(record(900), agent="agent2"))
        with pytest.raises(UnreachableError, match=r"cannot be reached|starting or stopping"):
            await two.call_log.recent(5)
        with pytest.raises(UnreachableError):
            await two.team.put_user(ONE)
        await until(lambda: one.connection_state.health.waiting == 250)
    assert one.team.team.users == (ONE,)
    await asyncio.to_thread(postgres.server.start)
    await until(lambda: one.connection_state.health == two.connection_state.health == TeamHealth(shared=True))
    arrived = ids(postgres)
    assert sorted(arrived) == sorted([f"in-{number}" for number in range(251)] + ["in-900"])
    assert [call for call in arrived if call != "in-900"] == [f"in-{number}" for number in range(251)]
    assert any(seen.problem and not seen.online for seen in health)


async def test_a_frozen_server_is_noticed_and_nothing_waits_for_it(
    opened: Opener, server: DatabaseAddress, postgres: PostgresDatabase
) -> None:
    storage = await opened(server)
    postgres.server.freeze()
    frozen = time.monotonic()
    async with nothing_waits():
        storage.call_log.add(record(1))
        with pytest.raises(UserFacingError, match=r"does not answer|connection broke"):
            await storage.team.put_user(ONE)
        await until(lambda: not storage.connection_state.health.online)
        assert time.monotonic() - frozen < 10
        asked = time.monotonic()
        with pytest.raises(UnreachableError):
            await storage.call_log.recent(5)
        assert time.monotonic() - asked < 0.5
    postgres.server.thaw()
    await until(lambda: storage.connection_state.health == TeamHealth(shared=True))
    assert ids(postgres) == ["in-1"]


async def test_the_end_does_not_wait_for_a_frozen_server(
    tmp_path: Path, server: DatabaseAddress, postgres: PostgresDatabase
) -> None:
    files = StorageFiles(tmp_path / "outbox", tmp_path / "team")
    storage = await Storage.open(server, files, lambda: "agent1")
    await storage.presence.close()
    postgres.server.freeze()
    storage.call_log.add(record(1))
    began = time.monotonic()
    await storage.close()
    assert time.monotonic() - began < 8
    postgres.server.thaw()
    later = await Storage.open(server, files, lambda: "agent1")
    await until(lambda: ids(postgres) == ["in-1"])
    await later.close()
    assert ids(postgres) == ["in-1"]


async def test_a_start_without_the_server_has_the_team_as_last_known(
    tmp_path: Path, server: DatabaseAddress, postgres: PostgresDatabase
) -> None:
    files = StorageFiles(tmp_path / "outbox", tmp_path / "team")
    first = await Storage.open(server, files, lambda: "agent1")
    await first.team.put_user(ONE)
    await first.close()
    assert stat.S_IMODE(files.directory.stat().st_mode) == 0o600
    await asyncio.to_thread(postgres.server.stop)
    later = await Storage.open(server, files, lambda: "agent1")
    assert later.team.team.users == (ONE,)
    assert "cannot be reached: Connection refused" in later.connection_state.health.problem
    later.call_log.add(record(1))
    await asyncio.to_thread(postgres.server.start)
    postgres.sql("UPDATE users SET name = 'Renamed', version = 2; UPDATE team_changes SET count = 2")
    await until(lambda: later.connection_state.health == TeamHealth(shared=True))
    assert later.team.team.users == (replace(ONE, name="Renamed"),)
    assert ids(postgres) == ["in-1"]
    await later.close()


async def test_the_team_of_another_database_is_not_taken_for_this_one(tmp_path: Path, server: DatabaseAddress) -> None:
    files = StorageFiles(tmp_path / "outbox", tmp_path / "team")
    first = await Storage.open(server, files, lambda: "agent1")
    await first.team.put_user(ONE)
    await first.close()
    elsewhere = DatabaseAddress.parse("postgresql://owner@127.0.0.1:1/team", Path())
    later = await Storage.open(elsewhere, files, lambda: "agent1")
    assert later.team.team.users == ()
    await later.close()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda address: address.with_password("wrong"), "refuses the password"),
        (
            lambda address: replace(address, server=replace(address.server, tls="verify-full")),
            "this computer does not trust",
        ),
        (lambda address: replace(address, server=replace(address.server, database="nowhere")), "does not exist"),
        (lambda address: address, "an admin has to run softphone db upgrade"),
    ],
)
async def test_what_is_wrong_is_told_and_tried_again(
    opened: Opener,
    empty_server: DatabaseAddress,
    damage: Callable[[DatabaseAddress], DatabaseAddress],
    words: str,
) -> None:
    storage = await opened(damage(empty_server))
    assert words in storage.connection_state.health.problem
    assert not storage.connection_state.health.online
    with pytest.raises(UnreachableError, match=words):
        await storage.call_log.recent(1)


async def test_an_upgraded_schema_is_found_without_a_new_start(opened: Opener, empty_server: DatabaseAddress) -> None:
    storage = await opened(empty_server)
    assert not storage.connection_state.health.online
    await upgrade(empty_server)
    await until(lambda: storage.connection_state.health.online)


async def test_where_notifications_are_swallowed_it_is_asked_each_second(
    opened: Opener, server: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await opened(server)

    async def swallowed(*_arguments: object) -> None:
        """A pooler in between has taken it for its own connection."""

    monkeypatch.setattr(asyncpg.Connection, "add_listener", swallowed)
    monkeypatch.setattr(server_monitor, "ECHO_WITHIN", 0.1)
    two = await opened(server, "agent2")
    assert (one.change_feed.notified, two.change_feed.notified) == (True, False)
    assert two.connection_state.health.online
    await one.team.put_user(ONE)
    await until(lambda: two.team.team.users == (ONE,))


async def test_a_clock_an_hour_off_is_told_and_put_right(
    opened: Opener, server: DatabaseAddress, postgres: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour = timedelta(hours=1)
    monkeypatch.setattr(ConnectionState.__init__, "__kwdefaults__", {"clock": lambda: datetime.now(UTC) + hour})
    storage = await opened(server)
    assert storage.connection_state.health.online
    assert re.search(r"clock is (1 hour|60 minutes) ahead of the database's", storage.connection_state.health.problem)
    assert abs(storage.connection_state.clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    arrived = (datetime.now(UTC) + hour).replace(microsecond=0)
    storage.call_log.add(replace(record(1), arrived=arrived, answered=None, ended=arrived + timedelta(seconds=9)))
    (entry,) = await storage.call_log.recent(1)
    assert abs(entry.arrived + hour - arrived) < timedelta(seconds=1)
    assert entry.ended - entry.arrived == timedelta(seconds=9)


async def test_twenty_softphones_fit_into_one_server(
    opened: Opener, server: DatabaseAddress, postgres: PostgresDatabase
) -> None:
    storages = [await opened(server, f"agent{number}") for number in range(5)]
    asking: list[Awaitable[object]] = [storage.call_log.recent(5) for storage in storages for _ in range(8)]
    asking += [storage.team.reload() for storage in storages for _ in range(8)]
    await asyncio.gather(*asking)
    used = postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    assert int(used) - 1 <= 4 * len(storages)
    assert PASSWORD not in postgres.server.log
