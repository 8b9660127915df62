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
from softphone.storage.call_log.viewer import Viewer
from softphone.storage.connection.state import ConnectionState
from tests.unit.storage.samples import entries_in, record

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


async def test_an_entry_no_database_takes_is_put_aside_and_holds_up_nobody(
    opened: Opener,
    any_database: Database,
    outbox: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with any_database.transaction() as connection:  # as a later schema might have it
        await connection.exec_driver_sql("CREATE UNIQUE INDEX no_two ON calls (sip_call_id)")
    log = await opened(Viewer())
    refused = replace(record(1), call="another", arrived=record(1).arrived + timedelta(hours=1))
    with caplog.at_level(logging.ERROR):
        for entry in (record(0), record(1), refused, record(2)):
            log.add(entry)
        assert await log.flush()
    assert await log.recent(10) == [record(2), record(1), record(0)]
    assert [entry.record for entry in entries_in(outbox.with_name(f"{outbox.name}.refused"))] == [refused]
    assert "refuses a call-log entry for ever" in caplog.text


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
