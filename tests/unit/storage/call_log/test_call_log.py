from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from softphone.errors import UserFacingError
from softphone.storage import Database, DatabaseCallLog
from softphone.storage.call_log.entries import LogEntry
from softphone.storage.connection.problems import RefusedDataError
from tests.unit.storage.samples import entries_in, held_by_another, logged_calls, record

QUICK = (0.02,)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "outbox.jsonl"


@pytest.fixture
async def log(database: Database, outbox: Path) -> AsyncIterator[DatabaseCallLog]:
    log = await DatabaseCallLog.open(database, outbox, retry_seconds=QUICK)
    yield log
    await log.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for is on the disk
            await asyncio.sleep(0.01)


def is_empty(file: Path) -> bool:
    return file.stat().st_size == 0


def ids(*numbers: int) -> list[str]:
    return [f"in-{number}" for number in numbers]


async def test_entries_reach_the_database_without_being_asked(log: DatabaseCallLog, path: Path, outbox: Path) -> None:
    for number in range(250):
        log.add(record(number))
    await until(lambda: is_empty(outbox))
    assert logged_calls(path) == ids(*range(250))


async def test_recent_is_what_was_added_newest_first(log: DatabaseCallLog) -> None:
    for number in (1, 3, 2):
        log.add(record(number))
    assert await log.recent(2) == [record(3), record(2)]
    assert await log.recent(10) == [record(3), record(2), record(1)]


async def test_the_same_entry_is_kept_once(log: DatabaseCallLog, path: Path) -> None:
    log.add(record(1))
    log.add(record(1))
    assert await log.flush()
    log.add(record(1))
    assert await log.flush()
    assert logged_calls(path) == ids(1)


async def test_a_held_database_delays_entries_and_loses_none(
    log: DatabaseCallLog, path: Path, outbox: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with held_by_another(path), caplog.at_level(logging.WARNING):
        for number in range(3):
            log.add(record(number))
        assert not await log.flush()
        assert [entry.record for entry in entries_in(outbox)] == [record(0), record(1), record(2)]
        assert await log.recent(2) == [record(2), record(1)]
    assert "3 call-log entries wait in the outbox" in caplog.text
    await until(lambda: is_empty(outbox))
    assert logged_calls(path) == ids(0, 1, 2)


async def test_what_could_not_be_delivered_is_delivered_by_the_next_run(
    database: Database, path: Path, outbox: Path
) -> None:
    first = await DatabaseCallLog.open(database, outbox, retry_seconds=QUICK)
    first.add(record(1))
    assert await first.flush()
    with held_by_another(path):
        first.add(record(2))
        first.add(record(3))
        await first.close()
    assert logged_calls(path) == ids(1)
    second = await DatabaseCallLog.open(database, outbox)
    second.add(record(4))
    await second.close()
    assert logged_calls(path) == ids(1, 2, 3, 4)
    assert is_empty(outbox)


def kept(file: Path) -> Callable[[], int]:
    return partial(file.write_bytes, file.read_bytes())


async def test_an_entry_delivered_before_the_crash_is_not_doubled_after_it(
    database: Database, path: Path, outbox: Path
) -> None:
    first = await DatabaseCallLog.open(database, outbox)
    first.add(record(1))
    first.add(record(2))
    put_back = kept(outbox)
    await first.close()
    put_back()  # the crash came after the commit and before the outbox was emptied
    second = await DatabaseCallLog.open(database, outbox)
    second.add(record(3))
    await second.close()
    assert logged_calls(path) == ids(1, 2, 3)


async def test_closing_delivers_what_was_added_last(database: Database, path: Path, outbox: Path) -> None:
    log = await DatabaseCallLog.open(database, outbox)
    await log.flush()
    log.add(record(1))
    await log.close()
    await log.close()
    assert logged_calls(path) == ids(1)


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def long_outbox(outbox: Path) -> Path:
    outbox.write_bytes(b"\n" * 1_000_000)
    return outbox


async def test_an_outbox_that_cannot_grow_does_not_reach_the_caller(
    database: Database, path: Path, long_outbox: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = await DatabaseCallLog.open(database, long_outbox, retry_seconds=QUICK)
    with caplog.at_level(logging.WARNING), no_file_grows_beyond(1_000_000):
        log.add(record(1))
        await until(lambda: logged_calls(path) == ids(1))
    await log.close()
    assert "in memory only until the database has it: [Errno 27] File too large" in caplog.text


async def test_text_from_the_network_cannot_stop_the_log(log: DatabaseCallLog, path: Path) -> None:
    log.add(replace(record(1), remote_name="\ud83d", remote_uri="sip:\0'; DROP TABLE calls"))
    log.add(record(2))
    assert await log.flush()
    assert logged_calls(path) == ids(1, 2)


async def test_a_log_that_cannot_be_read_says_so(log: DatabaseCallLog, database: Database) -> None:
    async with database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE calls RENAME TO elsewhere")
    with pytest.raises(UserFacingError, match="no such table"):
        await log.recent(1)


CRASHING = """
import asyncio, sys
from pathlib import Path
from softphone.storage import Database, DatabaseCallLog, open_database
from tests.unit.storage.samples import record

async def main(path, outbox):
    database = await open_database(path, busy_seconds=0.05)
    print("open", flush=True)
    sys.stdin.readline()
    log = await DatabaseCallLog.open(database, outbox, retry_seconds=(0.01,))
    for number in range(1_000_000):
        log.add(record(number))
        print(number, flush=True)
        await asyncio.sleep(0)

asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""


@pytest.mark.programs
@pytest.mark.parametrize("reachable", [True, False], ids=["database reachable", "database held"])
async def test_kill_9_in_the_middle_loses_nothing_and_doubles_nothing(
    database: Database, path: Path, outbox: Path, reachable: bool
) -> None:
    holder = nullcontext() if reachable else held_by_another(path)
    last = await asyncio.to_thread(_killed_after, 300, path, outbox, holder)
    if not reachable:
        assert logged_calls(path) == []
    log = await DatabaseCallLog.open(database, outbox)
    await log.close()
    logged = logged_calls(path)
    assert logged == ids(*range(len(logged)))  # each one once, in order, without a gap
    assert len(logged) > last >= 299
    assert is_empty(outbox)


def _killed_after(count: int, path: Path, outbox: Path, holder: AbstractContextManager[None]) -> int:
    """Runs the child until it has said *count* numbers, kills it and returns the last one it said."""
    command = [sys.executable, "-c", CRASHING, str(path), str(outbox)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[4])}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        with holder:
            child.stdin.write("go\n")
            child.stdin.flush()
            said = [int(child.stdout.readline()) for _ in range(count)]
            child.send_signal(signal.SIGKILL)
            said += [int(line) for line in child.stdout.read().split("\n")[:-1]]
            child.wait()
    return said[-1]


async def test_none_overtakes_another_while_the_refused_one_is_looked_for(
    log: DatabaseCallLog, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert, errors = (
        log._delivery._insert,
        iter([RefusedDataError("one of them"), UserFacingError("away for a moment")]),
    )

    async def failing(batch: list[LogEntry]) -> None:
        if error := next(errors, None):
            raise error
        await insert(batch)

    monkeypatch.setattr(log._delivery, "_insert", failing)
    for number in range(3):
        log.add(record(number))
    assert not await log.flush()
    assert await log.flush()
    assert database.address.file
    assert logged_calls(database.address.file) == ["in-0", "in-1", "in-2"]
