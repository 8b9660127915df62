"""The move between two databases of this machine: what is copied, left alone, overwritten, found out."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from softphone.errors import UserFacingError
from softphone.model.database_move import MoveProgress, MoveStep, Tally
from softphone.model.profile import Route, Team, TrackingNumber, UserProfile
from softphone.storage import Database, DatabaseTeamStore, open_database
from softphone.storage.call_log.entries import entry_of
from softphone.storage.call_log.outbox import Outbox
from softphone.storage.moving.call_copy import PAGE, CallCopy
from softphone.storage.moving.move import Move, entries_waiting
from softphone.storage.schema import calls
from tests.unit.storage.moving.busy_month import a_call, a_team, content, expected, fill, put_calls
from tests.unit.storage.samples import held_by_another, record

TEAM = a_team(7, 12)
CALLS = PAGE * 2 + 17


@pytest.fixture
def there_path(tmp_path: Path) -> Path:
    return tmp_path / "there.sqlite3"


@pytest.fixture
async def there(there_path: Path) -> AsyncIterator[Database]:
    database = await open_database(there_path, busy_seconds=0.1)
    yield database
    await database.dispose()


@pytest.fixture
async def filled(database: Database) -> Database:
    await fill(database, TEAM, CALLS)
    return database


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


async def test_what_is_there_and_different_is_listed_and_left_alone(filled: Database, there: Database) -> None:
    store = await DatabaseTeamStore.open(there)
    theirs = replace(TEAM.users[1], name="Theirs", queue=replace(TEAM.users[1].queue, ring_seconds=77))
    number = replace(TEAM.tracking_numbers[2], label="Theirs", route=Route.parse("queue:theirs"))
    await store.put_team(Team([theirs, TEAM.users[4]], [number]))
    users, numbers, _ = await content(there)
    move = Move(filled, there)
    first, second = (await move.plan()).conflicts
    assert (first.mine, first.theirs, first.key) == (TEAM.users[1], theirs, "agent1")
    assert first.differs == (
        ("Name", TEAM.users[1].name, "Theirs"),
        ("Ring time", "20 s", "77 s"),
    )
    assert (second.key, second.differs[1]) == (number.number, ("Route", "agent:agent2", "queue:theirs"))
    report = await move.run()
    assert (report.users, report.numbers) == (
        Tally(copied=5, already_there=2, compared=7, differing=1, named=("agent1",)),
        Tally(copied=11, already_there=1, compared=12, differing=1, named=(number.number,)),
    )
    assert report.complete
    after = await content(there)
    assert all(user in after[0] for user in users)
    assert number in after[1] and numbers == [number]


async def test_only_what_was_chosen_is_overwritten_and_signed(filled: Database, there: Database) -> None:
    store = await DatabaseTeamStore.open(there)
    await store.put_team(Team([replace(user, name="Theirs") for user in TEAM.users[:2]]))
    move = Move(filled, there, editor="admin1")
    mine = [conflict for conflict in (await move.plan()).conflicts if conflict.key == "agent0"]
    report = await move.run(mine)
    assert report.users == Tally(copied=6, already_there=1, compared=7, differing=1, named=("agent1",))
    await store.reload()
    assert (store.team.user("agent0"), store.team.user("agent1").name) == (TEAM.users[0], "Theirs")
    assert store.user_revision("agent0") == 2
    async with there.transaction() as connection:
        signed = await connection.exec_driver_sql("SELECT changed_by FROM users WHERE login = 'agent0'")
        assert signed.scalar_one() == "admin1"


async def test_what_somebody_changed_after_the_choice_is_not_overwritten(filled: Database, there: Database) -> None:
    store = await DatabaseTeamStore.open(there)
    await store.put_user(replace(TEAM.users[0], name="Theirs"))
    move = Move(filled, there)
    chosen = (await move.plan()).conflicts
    await store.put_user(replace(TEAM.users[0], name="Newer"))
    report = await move.run(chosen)
    assert (report.users.copied, report.users.differing) == (6, 1)
    await store.reload()
    assert store.team.user("agent0").name == "Newer"


async def test_those_who_changed_a_record_last_are_still_named(filled: Database, there: Database) -> None:
    async with filled.transaction() as connection:
        mine = (await connection.exec_driver_sql("SELECT login, changed_by, changed_at FROM users ORDER BY 1")).all()
    await Move(filled, there).run()
    async with there.transaction() as connection:
        moved = (await connection.exec_driver_sql("SELECT login, changed_by, changed_at FROM users ORDER BY 1")).all()
    assert moved == mine
    assert all(row.changed_by and row.changed_at for row in mine)


async def test_a_store_that_has_the_destination_open_sees_the_newcomers(filled: Database, there: Database) -> None:
    store = await DatabaseTeamStore.open(there)
    await store.put_user(UserProfile("somebody"))
    await Move(filled, there).run()
    await store.reload()
    assert len(store.team.users) == 8
    assert store.team.tracking_numbers == TEAM.tracking_numbers


async def test_calls_lost_or_altered_at_the_destination_are_found(filled: Database, there: Database) -> None:
    await Move(filled, there).run()
    async with there.transaction() as connection:
        await connection.execute(update(calls).where(calls.c.call == "call-3").values(waited_seconds=9.0))
    report = await Move(filled, there).run()
    assert (report.calls.differing, report.calls.missing, report.complete) == (1, 0, False)
    assert report.calls.named == (f"{a_call(3).arrived:%Y-%m-%d %H:%M:%S} agent3 sip:+15550000003@example.com",)


async def test_a_call_that_goes_missing_behind_the_copy_is_found(filled: Database, there: Database) -> None:
    assert (await Move(filled, there).run()).complete
    async with there.transaction() as connection:
        await connection.execute(delete(calls).where(calls.c.call == "call-5"))
    tally = await CallCopy(filled, there).compared(Tally(copied=CALLS), lambda _: None)
    assert (tally.missing, tally.differing, tally.compared, len(tally.named)) == (1, 0, CALLS, 1)


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


async def test_a_number_of_somebody_who_is_only_there_is_moved(database: Database, there: Database) -> None:
    number = TrackingNumber("+15551239999", "", Route.parse("agent:agent1"))
    await (await DatabaseTeamStore.open(database)).put_team(Team([UserProfile("agent1")], [number]))
    await (await DatabaseTeamStore.open(there)).put_user(UserProfile("agent1", "Theirs"))
    assert (await Move(database, there).run()).numbers.copied == 1
