from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from softphone.errors import UserFacingError
from softphone.model.profile import NoAnswer, Role, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.storage import Database, DatabaseTeamStore
from tests.unit.storage.samples import held_by_another

ONE = UserProfile(
    "agent1",
    "Agent One",
    "sip:agent1@example.com",
    Role.ADMIN,
    call_waiting=True,
    queue=UserQueue(False, 20, NoAnswer.VOICEMAIL, "sip:vm-agent1@example.com"),
)
TWO = UserProfile("agent2", "Zweite", queue=UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1"))
DIRECT = TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1"))
QUEUE = TrackingNumber("+15551230002", "", Route.parse("queue:sales"))
OTHER = TrackingNumber("+15551230003", "Desk", Route.parse("sip:desk@example.com"))
EVERYTHING = Team([TWO, ONE], [OTHER, DIRECT, QUEUE])  # TWO refers to ONE, who comes later


def versions(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT login, version FROM users"))


@pytest.fixture
async def store(database: Database) -> DatabaseTeamStore:
    return await DatabaseTeamStore.open(database)


async def test_an_empty_database_is_an_empty_team(store: DatabaseTeamStore) -> None:
    assert (store.team.users, store.team.tracking_numbers) == ((), ())


async def test_what_is_saved_is_at_hand_and_is_read_again(any_database: Database) -> None:
    store = await DatabaseTeamStore.open(any_database)
    await store.put_team(EVERYTHING)
    for read in (store, await DatabaseTeamStore.open(any_database)):
        assert read.team.users == (ONE, TWO)
        assert read.team.tracking_numbers == (DIRECT, QUEUE, OTHER)


async def test_a_change_replaces_one_and_raises_its_version(store: DatabaseTeamStore, path: Path) -> None:
    await store.put_team(EVERYTHING)
    quiet = replace(ONE, call_waiting=False, queue=UserQueue())
    await store.put_user(quiet)
    await store.put_tracking_number(replace(DIRECT, route=Route.parse("agent:agent2")))
    assert store.team.users == (quiet, TWO)
    assert store.team.tracking_number("+15551230001") == replace(DIRECT, route=Route.parse("agent:agent2"))
    assert versions(path) == {"agent1": 2, "agent2": 1}


async def test_listeners_hear_of_each_change(store: DatabaseTeamStore) -> None:
    heard: list[Team] = []
    store.on_change(heard.append)
    await store.put_user(ONE)
    await store.put_tracking_number(DIRECT)
    assert [len(team.tracking_numbers) for team in heard] == [0, 1]
    assert heard[-1] is store.team


@pytest.mark.parametrize(
    ("team", "words"),
    [
        (Team([TWO]), "refers to a user who does not exist"),
        (Team([ONE], [QUEUE, replace(DIRECT, route=Route.parse("agent:agent9"))]), "refers to a user who does not"),
        (Team([ONE, replace(TWO, queue=UserQueue(ring_seconds=4))]), "ring time is out of its range"),
        (Team([replace(ONE, queue=UserQueue(no_answer=NoAnswer.AGENT))]), "refers to a user who does not exist"),
        (Team([replace(ONE, queue=UserQueue(no_answer=NoAnswer.VOICEMAIL))]), "no-answer route needs a target"),
        (Team([replace(ONE, queue=UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1"))]), "another one"),
        (Team([replace(ONE, login="")]), "needs a login"),
        (Team([ONE], [replace(QUEUE, number="5551230002")]), "begins with a plus sign"),
    ],
)
async def test_a_team_that_does_not_hold_together_changes_nothing(
    any_database: Database, team: Team, words: str
) -> None:
    store = await DatabaseTeamStore.open(any_database)
    heard: list[Team] = []
    store.on_change(heard.append)
    with pytest.raises(UserFacingError, match=words):
        await store.put_team(team)
    assert (store.team.users, heard) == ((), [])
    assert (await DatabaseTeamStore.open(any_database)).team.users == ()


async def test_a_target_without_a_meaning_is_not_kept(store: DatabaseTeamStore) -> None:
    await store.put_user(replace(ONE, queue=UserQueue(no_answer_target="sip:left-over@example.com")))
    assert store.team.users[0].queue == UserQueue()


async def test_the_team_stays_at_hand_while_the_database_is_held(store: DatabaseTeamStore, path: Path) -> None:
    await store.put_user(ONE)
    with held_by_another(path), pytest.raises(UserFacingError, match="in use by another program"):
        await store.put_user(replace(ONE, name="Renamed"))
    assert store.team.users == (ONE,)


async def test_reload_sees_what_others_have_changed(store: DatabaseTeamStore, database: Database) -> None:
    heard: list[Team] = []
    store.on_change(heard.append)
    await (await DatabaseTeamStore.open(database)).put_user(ONE)
    before = store.team.users
    await store.reload()
    assert (before, store.team.users) == ((), (ONE,))
    assert heard == [store.team]


async def test_reading_everything_anew_tells_only_of_changes(any_database: Database) -> None:
    store, other = await DatabaseTeamStore.open(any_database), await DatabaseTeamStore.open(any_database)
    heard: list[Team] = []
    store.on_change(heard.append)
    await store.read_anew()
    assert heard == []
    await other.put_user(ONE)
    await store.read_anew()
    await store.read_anew()
    assert [team.users for team in heard] == [(ONE,)]


async def test_the_team_of_an_older_copy_put_back_is_taken_over(database: Database) -> None:
    """Somebody has put a backup copy of the database in its place: fewer changes were made to it."""
    store = await DatabaseTeamStore.open(database)
    await store.put_user(ONE)
    await store.put_user(TWO)
    async with database.transaction() as connection:
        await connection.exec_driver_sql("DELETE FROM users WHERE login = 'agent2'")
        await connection.exec_driver_sql("UPDATE team_changes SET count = 1")
    heard: list[Team] = []
    store.on_change(heard.append)
    await store.read_anew()
    assert [team.users for team in heard] == [(ONE,)]
