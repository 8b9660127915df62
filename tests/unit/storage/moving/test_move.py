"""The move between two databases of this machine: what is copied, left alone, overwritten, found out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from softphone.errors import UserFacingError
from softphone.model.database_move import MoveProgress, MoveStep, Tally
from softphone.storage import Database
from softphone.storage.call_log.entries import entry_of
from softphone.storage.call_log.outbox import Outbox
from softphone.storage.moving.call_copy import PAGE
from softphone.storage.moving.move import Move, entries_waiting
from tests.unit.storage.moving.busy_month import a_call, content, expected, put_calls
from tests.unit.storage.moving.conftest import CALLS, TEAM
from tests.unit.storage.samples import held_by_another, record


async def test_everything_arrives_as_it_was_and_in_order(filled: Database, there: Database) -> None:
    before = await content(filled)
    report = await Move(filled, there).run()
    assert report.users == Tally(copied=7, compared=7)
    assert report.numbers == Tally(copied=12, compared=12)
    assert report.calls == Tally(copied=CALLS, compared=CALLS)
    assert report.complete
    assert await content(there) == expected(TEAM, CALLS) == before
    assert await content(filled) == before


async def test_a_second_run_copies_nothing_and_doubles_nothing(filled: Database, there: Database) -> None:
    await Move(filled, there).run()
    await put_calls(filled, [a_call(CALLS)])
    report = await Move(filled, there).run()
    assert report.users == Tally(already_there=7, compared=7)
    assert report.calls == Tally(copied=1, already_there=CALLS, compared=CALLS + 1)
    assert await content(there) == expected(TEAM, CALLS + 1)


async def test_progress_comes_step_by_step_and_every_step_ends(filled: Database, there: Database) -> None:
    told: list[MoveProgress] = []
    await Move(filled, there).run(tell=told.append)
    assert [step.what for step in told] == sorted((step.what for step in told), key=list(MoveStep).index)
    last = {step.what: step for step in told}
    assert set(last) == set(MoveStep)
    assert all(step.done == step.total for step in last.values())
    copied = [step.done for step in told if step.what is MoveStep.CALLS]
    assert copied == [PAGE, 2 * PAGE, CALLS]


async def test_the_plan_counts_what_there_is_and_what_waits(filled: Database, there: Database, tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.jsonl")
    outbox.append(entry_of(record(1)))
    outbox.append(entry_of(record(2)))
    outbox.close()
    plan = await Move(filled, there, tmp_path / "outbox.jsonl").plan()
    assert (plan.users, plan.numbers, plan.calls, plan.waiting, plan.conflicts) == (7, 12, CALLS, 2, ())
    assert (await Move(filled, there, tmp_path / "outbox.jsonl").run()).waiting == 2


def test_no_outbox_means_nothing_waits(tmp_path: Path) -> None:
    assert entries_waiting(tmp_path / "none") == 0


async def test_a_destination_in_use_is_told_in_words_and_nothing_is_half_done(
    filled: Database, there: Database, there_path: Path
) -> None:
    with held_by_another(there_path), pytest.raises(UserFacingError, match="in use by another program"):
        await Move(filled, there).run()
    with closing(sqlite3.connect(there_path)) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)
    assert (await Move(filled, there).run()).complete


async def test_an_empty_database_is_moved_as_well(database: Database, there: Database) -> None:
    report = await Move(database, there).run()
    assert report.complete
    assert (report.users, report.calls) == (Tally(), Tally())
