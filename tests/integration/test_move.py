"""A busy month on the move: to a team's PostgreSQL and back, and whatever can come between."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from softphone.config.paths import DataDirectory
from softphone.config.settings_store import TomlSettingsStore
from softphone.errors import UserFacingError
from softphone.model.database_move import MoveProgress, MoveStep, Tally
from softphone.model.profile import Team, UserQueue
from softphone.model.settings import DatabaseSettings, Settings
from softphone.storage import Database, DatabaseTeamStore, open_database
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.migrations.upgrade import upgrade
from softphone.storage.moving.move import DatabaseSwitch, Move
from softphone.storage.team.roles import grant_roles
from tests.lab.postgres import PASSWORD, SUPERUSER, PostgresDatabase
from tests.unit.storage.moving.busy_month import a_call, a_team, content, expected, fill, put_calls

USERS, NUMBERS, CALLS = 200, 500, 20_000
FEW = 2_000
TEAM = a_team(USERS, NUMBERS)


def address_of(postgres: PostgresDatabase, user: str = "owner") -> DatabaseAddress:
    return DatabaseAddress.parse(postgres.url(user), Path("unused")).with_password(PASSWORD)


def socket_url(postgres: PostgresDatabase) -> str:
    """By the socket, where the superuser needs no password."""
    server = postgres.server
    return f"postgresql://{SUPERUSER}@:{server.port}/{postgres.name}?host={quote(str(server.directory), safe='')}"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Database]:
    database = await open_database(tmp_path / "here.sqlite3")
    yield database
    await database.dispose()


@pytest.fixture
async def there(postgres: PostgresDatabase) -> AsyncIterator[Database]:
    await upgrade(address_of(postgres))
    database = await open_database(address_of(postgres))
    yield database
    await database.dispose()


async def test_a_busy_month_there_and_back_row_by_row(
    here: Database, there: Database, tmp_path: Path, record_property
) -> None:
    await fill(here, TEAM, CALLS)
    everything = expected(TEAM, CALLS)
    assert await content(here) == everything
    started = time.monotonic()
    report = await Move(here, there).run()
    record_property("SQLite to PostgreSQL, compared, seconds", round(time.monotonic() - started, 1))
    assert (report.users, report.numbers) == (
        Tally(copied=USERS, compared=USERS),
        Tally(copied=NUMBERS, compared=NUMBERS),
    )
    assert report.calls == Tally(copied=CALLS, compared=CALLS)
    assert await content(there) == everything
    back = await open_database(tmp_path / "back.sqlite3")
    try:
        started = time.monotonic()
        assert (await Move(there, back).run()).complete
        record_property("PostgreSQL to SQLite, compared, seconds", round(time.monotonic() - started, 1))
        assert await content(back) == everything
    finally:
        await back.dispose()


async def test_the_window_stays_alive_meanwhile(here: Database, there: Database, record_property) -> None:
    await fill(here, TEAM, FEW)
    gaps: list[float] = []

    async def beat() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.001)
            gaps.append(time.monotonic() - before)

    heart = asyncio.create_task(beat())
    await Move(here, there).run()
    heart.cancel()
    record_property("longest time the event loop was held, ms", round(max(gaps) * 1000))
    assert len(gaps) > 100


async def test_what_no_postgres_can_hold_becomes_a_question_mark(here: Database, there: Database) -> None:
    await put_calls(here, [replace(a_call(1), remote_name="be\0fore"), a_call(2)])
    report = await Move(here, there).run()
    assert (report.respelled, report.complete) == (1, True)
    _, _, calls = await content(there)
    assert [call.remote_name for _, call in calls] == ["be?fore", a_call(2).remote_name]


async def test_cancelled_and_made_again(here: Database, there: Database) -> None:
    await fill(here, TEAM, FEW)
    half = asyncio.Event()

    def tell(progress: MoveProgress) -> None:
        if progress.what is MoveStep.CALLS and progress.done * 2 >= progress.total:
            half.set()

    task = asyncio.create_task(Move(here, there).run(tell=tell))
    await half.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    _, _, calls = await content(there)
    assert 0 < len(calls) < FEW
    report = await Move(here, there).run()
    assert report.calls.already_there == len(calls)
    assert await content(there) == expected(TEAM, FEW)


async def test_a_server_that_stops_in_the_middle(here: Database, there: Database, postgres: PostgresDatabase) -> None:
    await fill(here, TEAM, FEW)
    stopped: list[int] = []

    def tell(progress: MoveProgress) -> None:
        if progress.what is MoveStep.CALLS and progress.done >= FEW // 2 and not stopped:
            stopped.append(progress.done)
            postgres.server.stop("immediate")

    with pytest.raises(UserFacingError, match="The database"):
        await Move(here, there).run(tell=tell)
    with pytest.raises(UserFacingError, match=r"cannot be reached|broke"):
        await Move(here, there).run()
    postgres.server.start()
    report = await Move(here, there).run()
    assert report.calls.already_there + report.calls.copied == FEW
    assert report.calls.already_there >= stopped[0]
    assert await content(there) == expected(TEAM, FEW)


async def test_two_who_move_into_one_database_at_once(here: Database, there: Database, tmp_path: Path) -> None:
    other = await open_database(tmp_path / "other.sqlite3")
    try:
        await fill(here, TEAM, FEW)
        await fill(other, TEAM, FEW)
        reports = await asyncio.gather(Move(here, there).run(), Move(other, there).run())
    finally:
        await other.dispose()
    assert all(report.complete for report in reports)
    users, numbers, calls = await content(there)
    assert (users, numbers) == expected(TEAM, FEW)[:2]
    assert sorted(calls, key=lambda call: call[1].arrived) == expected(TEAM, FEW)[2]


async def test_conflicts_with_a_database_in_use(here: Database, there: Database) -> None:
    await fill(here, TEAM, 10)
    theirs = [replace(user, name=f"Theirs {user.login}", queue=UserQueue()) for user in TEAM.users[:3]]
    await (await DatabaseTeamStore.open(there)).put_team(Team(theirs))
    move = Move(here, there, editor="admin1")
    conflicts = (await move.plan()).conflicts
    assert [conflict.theirs for conflict in conflicts] == theirs
    report = await move.run(conflicts[:1])
    assert (report.users.copied, report.users.differing, report.users.named) == (USERS - 2, 2, ("agent1", "agent2"))
    store = await DatabaseTeamStore.open(there)
    assert [user.name for user in store.team.users if user.login in ("agent0", "agent1", "agent2")] == [
        TEAM.users[0].name,
        "Theirs agent1",
        "Theirs agent2",
    ]


async def test_a_login_without_rights_is_told_and_changes_nothing(
    here: Database, there: Database, postgres: PostgresDatabase
) -> None:
    await fill(here, TEAM, 10)
    postgres.server.create_login("agent1")
    postgres.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO agent1; GRANT INSERT ON calls TO agent1")
    as_agent = await open_database(address_of(postgres, "agent1"))
    try:
        with pytest.raises(UserFacingError, match="no right"):
            await Move(here, as_agent).run()
    finally:
        await as_agent.dispose()
    assert await content(there) == ([], [], [])


def the_switch(here: Database, tmp_path: Path) -> DatabaseSwitch:
    assert here.address.file is not None
    return DatabaseSwitch(
        DatabaseSettings(), here.address.file, tmp_path / "outbox.jsonl", lambda: "agent1", lambda _: PASSWORD
    )


async def test_an_empty_database_gets_its_tables(here: Database, postgres: PostgresDatabase, tmp_path: Path) -> None:
    await fill(here, TEAM, 10)
    async with the_switch(here, tmp_path).move_to(DatabaseSettings(postgres.url()), PASSWORD) as move:
        assert (await move.run()).complete
    assert postgres.sql("SELECT count(*) FROM users") == str(USERS)


async def test_an_older_schema_is_not_upgraded_over_the_heads_of_the_team(
    here: Database, there: Database, postgres: PostgresDatabase, tmp_path: Path
) -> None:
    postgres.sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(UserFacingError, match="softphone db upgrade"):
        async with the_switch(here, tmp_path).move_to(DatabaseSettings(postgres.url())):
            pass
    assert postgres.sql("SELECT version_num FROM alembic_version") == "0001"


async def test_there_is_nothing_to_move_to_where_it_is(here: Database, tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="already"):
        async with the_switch(here, tmp_path).move_to(DatabaseSettings()):
            pass


@pytest.fixture
async def data(tmp_path: Path) -> DataDirectory:
    """A softphone's data directory with a not so busy month."""
    data = DataDirectory(tmp_path / "data")
    data.ensure()
    database = await open_database(data.database_file)
    await fill(database, TEAM, FEW)
    await database.dispose()
    return data


def command(data: DataDirectory, *arguments: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "softphone", "--data-dir", str(data.path), "db", "move", *arguments]
    return subprocess.Popen(
        program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


async def test_the_command_killed_at_several_points_and_made_again(
    data: DataDirectory, postgres: PostgresDatabase
) -> None:
    left = []
    for calls_there in (1, FEW // 3, FEW - 300):
        child = command(data, "--to", socket_url(postgres))
        try:
            async with stopped_at(postgres, calls_there):
                assert child.poll() is None
                os.kill(child.pid, signal.SIGKILL)
        finally:
            child.kill()
            child.communicate(timeout=20)
        left.append(calls_in(postgres))
        assert TomlSettingsStore(data.settings_file).load() == Settings()
    assert left == sorted(left)
    child = command(data, "--to", socket_url(postgres))
    said, complained = child.communicate(timeout=60)
    assert child.returncode == 0, complained
    assert f"{FEW} compared" in said
    assert TomlSettingsStore(data.settings_file).load().database == DatabaseSettings(socket_url(postgres))
    there = await open_database(DatabaseAddress.parse(socket_url(postgres), Path("unused")))
    try:
        assert await content(there) == expected(TEAM, FEW)
    finally:
        await there.dispose()


@asynccontextmanager
async def stopped_at(postgres: PostgresDatabase, count: int) -> AsyncIterator[None]:
    """A move is let on page by page until so many calls are there, and can write no more of them meanwhile."""
    server = postgres.server
    way = {"host": str(server.directory), "port": server.port, "user": SUPERUSER, "database": postgres.name}
    watcher = await asyncpg.connect(**way)
    try:
        async with asyncio.timeout(60):
            while not await watcher.fetchval("SELECT to_regclass('calls')"):  # noqa: ASYNC110 - another program makes it
                await asyncio.sleep(0.005)
            while True:
                turn = watcher.transaction()
                await turn.start()
                await watcher.execute("LOCK TABLE calls IN SHARE MODE")  # waits for the page that is being written
                if await watcher.fetchval("SELECT count(*) FROM calls") >= count:
                    break
                await turn.rollback()
        yield
    finally:
        watcher.terminate()


def calls_in(postgres: PostgresDatabase) -> int:
    there = postgres.sql("SELECT to_regclass('calls')")
    return int(postgres.sql("SELECT count(*) FROM calls")) if there else 0


async def test_the_command_asks_about_conflicts_and_goes_back_to_a_file(
    data: DataDirectory, postgres: PostgresDatabase
) -> None:
    assert await finished(command(data, "--to", socket_url(postgres))) == (0, "")
    postgres.sql("UPDATE users SET name = 'Changed there', version = 99 WHERE login = 'agent1'")
    status, words = await finished(command(data, "--to", "sqlite"))
    assert (status, "Nothing was moved" in words) == (1, True)
    assert await finished(command(data, "--to", "sqlite", "--conflicts", "take")) == (0, "")
    assert TomlSettingsStore(data.settings_file).load().database == DatabaseSettings()
    back = await open_database(data.database_file)
    try:
        users, _, calls = await content(back)
        assert [user.name for user in users if user.login == "agent1"] == ["Changed there"]
        assert calls == expected(TEAM, FEW)[2]
    finally:
        await back.dispose()


async def finished(child: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit status, and what it complained of besides its progress."""
    _, said = await asyncio.to_thread(child.communicate, timeout=60)
    return child.returncode, "\n".join(line for line in said.splitlines() if line.startswith("softphone:"))


async def test_an_agent_brings_calls_of_their_own_and_of_nobody_else(
    here: Database, there: Database, postgres: PostgresDatabase
) -> None:
    await fill(there, TEAM, 0)
    await grant_roles(address_of(postgres))
    postgres.server.create_login("agent1")
    postgres.sql("GRANT softphone_agent TO agent1")
    await fill(here, TEAM, 0)
    mine = [replace(a_call(index), agent="agent1") for index in range(30)]
    await put_calls(here, mine)
    as_agent = await open_database(address_of(postgres, "agent1"))
    try:
        report = await Move(here, as_agent).run()
        assert (report.complete, report.users.copied, report.calls.copied) == (True, 0, 30)
        await put_calls(here, [a_call(40)])
        for step in (Move(here, as_agent).plan, Move(here, as_agent).run):
            with pytest.raises(UserFacingError, match=r"has calls of others, of “agent40” for one.*--login OWNER"):
                await step()
    finally:
        await as_agent.dispose()
    assert (await Move(here, there).run()).calls.copied == 1, "the owner may"


async def test_calls_that_end_between_the_move_and_the_new_start_come_along(
    here: Database, postgres: PostgresDatabase, tmp_path: Path
) -> None:
    await fill(here, TEAM, 10)
    wanted, other = DatabaseSettings(postgres.url()), DatabaseSettings("postgresql://127.0.0.1:1/nowhere")
    desk = the_switch(here, tmp_path)
    async with desk.move_to(wanted) as move:
        await move.run()
    await put_calls(here, [a_call(10), a_call(11)])
    for still in (DatabaseSettings(), other):
        await desk.bring_along(still)
        assert calls_in(postgres) == 10
    await desk.bring_along(wanted)
    assert calls_in(postgres) == 12
    postgres.server.stop()
    await put_calls(here, [a_call(12)])
    await desk.bring_along(wanted)  # the softphone ends all the same
    postgres.server.start()
    await desk.bring_along(wanted)
    assert calls_in(postgres) == 13
