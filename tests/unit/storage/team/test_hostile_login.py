"""Two agents and a hostile login on one server: their softphones stay online, and what they show stays true.

Five hundred statements take some seconds; more of them, with SOFTPHONE_HOSTILE_STATEMENTS=20000 and another
SOFTPHONE_HOSTILE_SEED.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import asyncpg
import pytest

from softphone.model.call_record import CallRecord
from softphone.model.colleague import Availability, TeamHealth
from softphone.model.held_call import HeldEnd
from softphone.storage import DatabaseCallLog
from softphone.storage.call_log.entries import entry_key
from softphone.storage.call_log.viewer import Viewer
from softphone.storage.team.roles import grant_roles
from tests.lab.postgres import PostgresDatabase
from tests.unit.storage.desks import Desk, Office, address_of, office_on_a_server, until
from tests.unit.storage.samples import record
from tests.unit.storage.team.hostile_login import ME, HostileLogin
from tests.unit.storage.team.role_questions import connect

STATEMENTS = int(os.environ.get("SOFTPHONE_HOSTILE_STATEMENTS", "500"))
SEED = int(os.environ.get("SOFTPHONE_HOSTILE_SEED", "10"))
AGENTS = ("agent1", "agent2")
LISTED = "SELECT id FROM held_calls WHERE ended_at IS NULL"
EVERY = 25
"""An honest call ends at each desk, and another caller is held, after so many hostile statements."""


@dataclass
class Work:
    """A desk, its call log, and what happened there."""

    desk: Desk
    log: DatabaseCallLog
    said: list[CallRecord] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    health: list[TeamHealth] = field(default_factory=list)

    def ends_a_call(self, number: int) -> None:
        arrived = datetime.now(UTC) - timedelta(seconds=90)
        entry = replace(record(number), agent=self.desk.login, arrived=arrived, answered=None)
        entry = replace(entry, ended=arrived + timedelta(seconds=60))
        self.said.append(entry)
        self.log.add(entry)

    def holds_a_caller(self, number: int) -> None:
        name = f"{self.desk.login}-{number}"
        self.held.append(name)
        self.desk.holds(name, note=f"note of {name}")
        if len(self.held) > 4:  # as many as it has lines
            self.desk.held_calls.end(self.held.pop(0), HeldEnd.RESUMED)


@pytest.fixture
async def office(postgres: PostgresDatabase) -> AsyncIterator[Office]:
    async with office_on_a_server(postgres) as office:
        await grant_roles(office.address)
        for login in (*AGENTS, ME):
            postgres.server.create_login(login, options="CONNECTION LIMIT 8")
            postgres.sql(f"GRANT softphone_agent TO {login}")
        yield office


async def at_work(office: Office, postgres: PostgresDatabase, login: str, outbox: Path, stack: AsyncExitStack) -> Work:
    desk = await office.desk(login, address=address_of(postgres, login))
    assert desk.database is not None
    mine = Viewer(login, everything=False)
    state, feed = desk.connection_state, desk.change_feed
    log = await DatabaseCallLog.open(desk.database, outbox, viewer=lambda: mine, state=state, feed=feed)
    stack.push_async_callback(log.close)
    work = Work(desk, log)
    state.on_change(work.health.append)
    desk.presence.announce(Availability.ON_A_CALL)
    return work


async def test_a_hostile_login_neither_stops_nor_changes_the_others(
    office: Office, postgres: PostgresDatabase, tmp_path: Path
) -> None:
    random = Random(SEED)
    async with AsyncExitStack() as stack:
        works = [await at_work(office, postgres, login, tmp_path / login, stack) for login in AGENTS]
        for number, work in enumerate(works):
            work.ends_a_call(number)
            work.holds_a_caller(number)
        hostile = HostileLogin(random, AGENTS, tuple(entry_key(work.said[0]) for work in works))
        reader, *connections = [await connect(postgres, ME) for _ in range(3)]
        for connection in (reader, *connections):
            stack.push_async_callback(connection.close)
        done = 0
        for number in range(STATEMENTS):
            if number % EVERY == 0:
                for work in works:
                    work.ends_a_call(100 + number)
                    work.holds_a_caller(100 + number)
            held = [row[0] for row in await reader.fetch(LISTED)]
            done += await _told(random.choice(connections), hostile.says(held), random)
        assert done > STATEMENTS / 4, "most of it was refused: that tries little"
        for connection in connections:
            if connection.is_in_transaction():
                await connection.execute("COMMIT")
        await _everything_is_true(works)


async def _told(connection: asyncpg.Connection, statement: str, random: Random) -> bool:
    """Whether the database took it. At times it is left in an open transaction, with all its locks."""
    if not connection.is_in_transaction() and random.random() < 0.2:
        await connection.execute("BEGIN")
    if connection.is_in_transaction():
        await connection.execute("SAVEPOINT before")
    try:
        await connection.execute(statement, timeout=0.5)
        taken = True
    except (asyncpg.PostgresError, TimeoutError):
        taken = False
        if connection.is_in_transaction():
            await connection.execute("ROLLBACK TO before")
    if connection.is_in_transaction() and random.random() < 0.1:
        await connection.execute(random.choice(("COMMIT", "ROLLBACK")))
    return taken


async def _everything_is_true(works: list[Work]) -> None:
    for work in works:
        await _is_online_and_has_its_log(work)
    for work, other in (works, works[::-1]):
        await until(partial(_shows_all, other, work))
        for name in work.held:
            seen = other.desk.seen[name]
            assert (seen.holder, seen.note, seen.holder_gone) == (work.desk.login, f"note of {name}", False)
            assert seen.claimed_by in ("", ME)
        theirs = [each for each in work.desk.presence.colleagues if each.login != ME]
        assert [(each.login, each.availability) for each in theirs] == [(other.desk.login, Availability.ON_A_CALL)]


async def _is_online_and_has_its_log(work: Work) -> None:
    copy = work.desk.held_calls._sync.copy
    await until(lambda: not copy.unwritten)
    assert await work.log.flush()
    assert all(health.online and not health.problem for health in work.health), work.health
    seen = [line for line in await work.log.recent(100_000) if line.agent != ME]
    assert sorted(seen, key=_end_of) == sorted(work.said, key=_end_of)
    ends = {(how, by) for name, how, by in work.desk.ends if not name.startswith(ME)}
    assert ends <= {(HeldEnd.RESUMED, ""), (HeldEnd.ABANDONED, "")}


def _end_of(line: CallRecord) -> datetime:
    return line.ended


def _shows_all(work: Work, of: Work) -> bool:
    return set(of.held) <= set(work.desk.seen)
