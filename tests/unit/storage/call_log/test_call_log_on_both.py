"""What the call log does alike on a file and on a server: order, rights to look, entries nobody can take."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from softphone.model.call_record import CallRecord
from softphone.storage import Database, DatabaseCallLog
from softphone.storage.call_log.entries import call_values, entry_of
from softphone.storage.call_log.outbox import Outbox
from softphone.storage.call_log.viewer import Viewer
from softphone.storage.connection.state import ConnectionState
from softphone.storage.schema import LONGEST_TEXT, calls
from tests.unit.storage.samples import entries_in, mend, record, refuse

MINE, THEIRS = record(1), replace(record(2), agent="agent2")
HELD = replace(record(3), agent="agent2", held_for_anyone=True, held_call="h1", continued_by="agent3")
TAKEN = replace(record(4), agent="agent2", continued_by="agent1")


Opener = Callable[..., Awaitable[DatabaseCallLog]]


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "outbox.jsonl"


@pytest.fixture
async def opened(any_database: Database, outbox: Path) -> AsyncIterator[Opener]:
    logs: list[DatabaseCallLog] = []

    async def opened(viewer: Viewer, state: ConnectionState | None = None) -> DatabaseCallLog:
        logs.append(await DatabaseCallLog.open(any_database, outbox, viewer=lambda: viewer, state=state))
        return logs[-1]

    yield opened
    for log in logs:
        await log.close()


async def test_hundreds_arrive_in_order_and_once(opened: Opener) -> None:
    log = await opened(Viewer())
    wanted = [record(number) for number in range(250)]
    for entry in [*wanted, *wanted[:20]]:
        log.add(entry)
    assert await log.flush()
    assert await log.recent(1000) == wanted[::-1]


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (Viewer(), [TAKEN, HELD, THEIRS, MINE]),
        (Viewer("agent1", everything=False), [TAKEN, HELD, MINE]),
        (Viewer("agent2", everything=False), [TAKEN, HELD, THEIRS]),
        (Viewer("agent9", everything=False), [HELD]),
        (Viewer("", everything=False), [HELD]),
    ],
)
async def test_everybody_sees_what_is_theirs_to_see(opened: Opener, viewer: Viewer, seen: list[CallRecord]) -> None:
    log = await opened(viewer)
    for entry in (MINE, THEIRS, HELD, TAKEN):
        log.add(entry)
    assert await log.recent(10) == seen
    assert await log.recent(2) == seen[:2]


async def test_an_entry_the_database_refuses_is_put_aside_told_and_delivered_once_it_is_mended(
    opened: Opener, any_database: Database, outbox: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await refuse(any_database, "another")
    state, aside = ConnectionState(shared=True), outbox.with_name(f"{outbox.name}.refused")
    log = await opened(Viewer(), state)
    refused = replace(record(1), call="another")
    with caplog.at_level(logging.ERROR):
        for entry in (record(0), record(1), refused, record(2)):
            log.add(entry)
        assert not await log.flush()
    assert {entry.call for entry in await log.recent(10)} == {"in-0", "in-1", "in-2", "another"}
    assert [entry.record for entry in entries_in(aside)] == [refused]
    assert (state.health.waiting, state.health.problem) == (
        1,
        "The database refuses 1 entry of the call log. It is kept on this computer and offered again. Tell an admin.",
    )
    assert caplog.text.count("refuses a call-log entry") == 1
    await mend(any_database)
    await state.arrived()
    assert await log.flush()
    assert (state.health.waiting, state.health.problem, entries_in(aside)) == (0, "", [])
    assert {entry.call for entry in await log.recent(10)} == {"in-0", "in-1", "in-2", "another"}


async def test_what_an_earlier_run_put_aside_is_offered_again(
    opened: Opener, any_database: Database, outbox: Path
) -> None:
    aside = Outbox(outbox)
    aside.put_aside(entry_of(record(7)))
    aside.close()
    log = await opened(Viewer())
    assert await log.flush()
    assert await log.recent(10) == [record(7)]


async def test_an_entry_whose_place_something_has_waits_and_holds_up_nobody(
    opened: Opener, any_database: Database, outbox: Path
) -> None:
    async with any_database.transaction() as connection:
        await connection.exec_driver_sql("CREATE UNIQUE INDEX no_two ON calls (sip_call_id)")
    log = await opened(Viewer())
    collides = replace(record(1), call="another")
    for entry in (record(0), record(1), collides, record(2)):
        log.add(entry)
    assert not await log.flush()
    assert {entry.call for entry in await log.recent(10)} == {"in-0", "in-1", "in-2", "another"}
    assert not outbox.with_name(f"{outbox.name}.refused").exists()
    assert collides in [entry.record for entry in entries_in(outbox)]
    async with any_database.transaction() as connection:
        await connection.exec_driver_sql("DROP INDEX no_two")
    assert await log.flush()
    assert entries_in(outbox) == []


async def test_two_agents_may_have_the_same_key(any_database: Database, outbox: Path) -> None:
    """Whoever can guess what makes another's entry the same entry must not be able to take its place."""
    logs = [await DatabaseCallLog.open(any_database, outbox.with_name(name)) for name in ("one", "two")]
    forged = replace(record(1), agent="agent2", remote_name="forged")
    async with any_database.transaction() as connection:
        await connection.execute(calls.insert(), [call_values(forged, entry_of(record(1)).key)])
    logs[0].add(record(1))
    assert await logs[0].flush()
    assert {(entry.agent, entry.remote_name) for entry in await logs[1].recent(10)} == {
        ("agent1", "Zoë Ünal"),
        ("agent2", "forged"),
    }
    for log in logs:
        await log.close()


async def test_a_line_nobody_can_read_hides_no_other(
    opened: Opener, any_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    later = call_values(record(1), "later") | {"outcome": "a word of a later version"}
    async with any_database.transaction() as connection:
        await connection.execute(calls.insert(), [later])
    log = await opened(Viewer())
    log.add(record(2))
    assert await log.recent(10) == [record(2)]
    assert await log.recent(10) == [record(2)]
    assert caplog.text.count("1 rows of calls were passed over") == 1


async def test_texts_from_the_network_are_cut_before_the_database_refuses_them(
    opened: Opener, any_database: Database
) -> None:
    log = await opened(Viewer())
    log.add(replace(record(1), remote_name="x" * 1_000_000))
    assert await log.flush()
    assert len((await log.recent(1))[0].remote_name) == LONGEST_TEXT


async def test_times_are_the_databases_whenever_that_is_known(
    opened: Opener,
) -> None:
    now, hour = datetime.now(UTC), timedelta(hours=1)
    state = ConnectionState(shared=True)
    log = await opened(Viewer(), state)
    log.add(record(1))  # nobody knows the difference yet; it is put right when the entry is delivered
    state.measured(now, now - hour, now)
    log.add(record(2))
    state.measured(now, now - hour * 2, now)
    log.add(record(3))
    third, second, first = sorted(await log.recent(3), key=lambda entry: entry.arrived - record(0).arrived)
    assert {entry.call for entry in (first, second, third)} == {"in-1", "in-2", "in-3"}
    by_call = {entry.call: entry for entry in (first, second, third)}
    assert by_call["in-2"].arrived == record(2).arrived - hour
    assert by_call["in-3"].ended == record(3).ended - hour * 2
    assert by_call["in-1"].arrived <= record(1).arrived


async def test_many_changes_are_told_a_few_times(opened: Opener) -> None:
    log, told = await opened(Viewer()), asyncio.Event()
    count = 0

    def heard() -> None:
        nonlocal count
        count += 1
        told.set()

    log.on_change(heard)
    for number in range(30):
        log.add(record(number))
        await log.flush()
    await asyncio.wait_for(told.wait(), 5)
    assert 0 < count < 30
