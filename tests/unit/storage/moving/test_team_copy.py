"""Users and numbers that both databases have: what is listed, left alone, overwritten."""

from __future__ import annotations

from dataclasses import replace

from softphone.model.database_move import Tally
from softphone.model.profile import Route, Team, TrackingNumber, UserProfile
from softphone.storage import Database, DatabaseTeamStore
from softphone.storage.moving.move import Move
from tests.unit.storage.moving.busy_month import content
from tests.unit.storage.moving.conftest import TEAM


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
    kept = replace(TEAM.users[1], name="Theirs")
    assert [store.team.user(login) for login in ("agent0", "agent1")] == [TEAM.users[0], kept]
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
    assert store.team.user("agent0") == replace(TEAM.users[0], name="Newer")


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


async def test_a_number_of_somebody_who_is_only_there_is_moved(database: Database, there: Database) -> None:
    number = TrackingNumber("+15551239999", "", Route.parse("agent:agent1"))
    await (await DatabaseTeamStore.open(database)).put_team(Team([UserProfile("agent1")], [number]))
    await (await DatabaseTeamStore.open(there)).put_user(UserProfile("agent1", "Theirs"))
    assert (await Move(database, there).run()).numbers.copied == 1
