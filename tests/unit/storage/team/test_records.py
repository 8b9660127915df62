"""Two admins, two machines, two processes on one database: nobody overwrites anybody without a word."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from softphone.errors import ChangedMeanwhileError, GoneError, StillUsedError, UserFacingError
from softphone.model.profile import NoAnswer, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.storage import Database, DatabaseTeamStore, open_database
from softphone.storage.schema import tracking_numbers, users
from softphone.storage.team.records import number_of, number_values, user_of, user_values
from tests.unit.storage.samples import held_by_another, kept

ONE = UserProfile("agent1", "Agent One", queue=UserQueue(ring_seconds=5))
TWO = UserProfile("agent2", queue=UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1"))
LINE = TrackingNumber("+15551230001", "Spring", Route.parse("agent:agent1"))
TIMES = 20

COUNT_UP = f"""
import asyncio, pathlib, sys
from dataclasses import replace
from softphone.errors import ChangedMeanwhileError
from softphone.storage import Database, DatabaseTeamStore, open_database

async def main(path, name):
    database = await open_database(pathlib.Path(path), busy_seconds=30)
    store = await DatabaseTeamStore.open(database, lambda: name)
    print("ready", flush=True)
    sys.stdin.readline()
    saved = conflicts = 0
    while saved < {TIMES}:
        user, revision = store.team.user("agent1"), store.user_revision("agent1")
        longer = replace(user, queue=replace(user.queue, ring_seconds=user.queue.ring_seconds + 1))
        try:
            await store.put_user(longer, based_on=revision)
            saved += 1
        except ChangedMeanwhileError:
            conflicts += 1
    await database.dispose()
    print(conflicts)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def here(database: Database) -> DatabaseTeamStore:
    store = await DatabaseTeamStore.open(database, lambda: "agent8")
    await store.put_team(Team([ONE, TWO], [LINE]))
    return store


@pytest.fixture
async def there(path: Path, here: DatabaseTeamStore) -> AsyncIterator[DatabaseTeamStore]:
    """Another machine's view of the same file, as it was when *here* had saved."""
    database = await open_database(path, busy_seconds=5)
    yield await DatabaseTeamStore.open(database, lambda: "agent9")
    await database.dispose()


async def test_whoever_is_slower_is_told_by_whom_and_sees_what_was_saved(
    here: DatabaseTeamStore, there: DatabaseTeamStore
) -> None:
    heard: list[Team] = []
    here.on_change(heard.append)
    read = here.user_revision("agent1")
    theirs = replace(ONE, name="Renamed there")
    await there.put_user(theirs, based_on=there.user_revision("agent1"))
    with pytest.raises(ChangedMeanwhileError, match="“agent1” was changed meanwhile by agent9") as caught:
        await here.put_user(replace(ONE, call_waiting=True), based_on=read)
    assert caught.value.changed_by == "agent9"
    assert here.team.user("agent1") == theirs == heard[-1].user("agent1")
    await here.put_user(replace(theirs, call_waiting=True), based_on=here.user_revision("agent1"))
    await there.reload()
    assert there.team.user("agent1") == replace(theirs, call_waiting=True)


async def test_only_one_of_two_at_the_same_moment_is_saved(here: DatabaseTeamStore, there: DatabaseTeamStore) -> None:
    wishes = [
        store.put_user(replace(ONE, name=name), based_on=store.user_revision("agent1"))
        for store, name in ((here, "here"), (there, "there"))
    ]
    done = await asyncio.gather(*wishes, return_exceptions=True)
    assert [type(result) for result in done if result] == [ChangedMeanwhileError]
    await here.reload()
    winner = here.team.user("agent1")
    assert winner is not None
    assert winner.name == ("here", "there")[done.index(None)]


async def test_numbers_are_guarded_too(here: DatabaseTeamStore, there: DatabaseTeamStore) -> None:
    read = here.number_revision(LINE.number)
    await there.put_tracking_number(replace(LINE, label="Summer"))
    with pytest.raises(ChangedMeanwhileError, match=r"number \+15551230001 was changed meanwhile by agent9"):
        await here.put_tracking_number(replace(LINE, label="Autumn"), based_on=read)
    with pytest.raises(ChangedMeanwhileError):
        await here.delete_tracking_number(LINE.number, based_on=read)
    await here.delete_tracking_number(LINE.number, based_on=here.number_revision(LINE.number))
    assert here.team.tracking_numbers == ()


async def test_a_new_record_does_not_replace_one_of_the_same_name(
    here: DatabaseTeamStore, there: DatabaseTeamStore
) -> None:
    await there.put_user(UserProfile("agent3", "Three"))
    assert here.user_revision("agent3") == 0
    with pytest.raises(ChangedMeanwhileError):
        await here.put_user(UserProfile("agent3", "Another Three"), based_on=0)
    assert here.team.user("agent3") == UserProfile("agent3", "Three")


async def test_what_is_gone_is_not_brought_back(here: DatabaseTeamStore, there: DatabaseTeamStore) -> None:
    await there.delete_user("agent2")
    await there.delete_tracking_number(LINE.number)
    with pytest.raises(GoneError, match="“agent2” was deleted meanwhile"):
        await here.put_user(replace(TWO, name="Two"), based_on=here.user_revision("agent2"))
    with pytest.raises(GoneError):
        await here.delete_tracking_number(LINE.number)
    assert here.team.users == (ONE,)


async def test_a_record_made_anew_is_not_the_one_that_was_read(
    here: DatabaseTeamStore, there: DatabaseTeamStore
) -> None:
    read = here.user_revision("agent2")
    await there.delete_user("agent2")
    await there.put_user(UserProfile("agent2", "Somebody else"))
    with pytest.raises(ChangedMeanwhileError):
        await here.put_user(replace(TWO, name="Two"), based_on=read)


async def test_whatever_others_did_is_seen(here: DatabaseTeamStore, there: DatabaseTeamStore) -> None:
    """As many records as before, and yet not the same ones."""
    added = [UserProfile("agent0", "Nought"), UserProfile("agent3", "Three")]
    await there.delete_tracking_number(LINE.number)
    await there.delete_user("agent2")
    await there.put_team(Team(added, [replace(LINE, number="+15551230007")]))
    await there.put_user(replace(ONE, name="Renamed there"))
    await there.delete_user("agent3")
    await here.reload()
    assert here.team.users == (added[0], replace(ONE, name="Renamed there")) == there.team.users
    assert here.team.tracking_numbers == (replace(LINE, number="+15551230007"),) == there.team.tracking_numbers
    assert [here.user_revision(f"agent{number}") > 0 for number in range(4)] == [True, True, False, False]


async def test_a_team_of_thousands_comes_back_whole(here: DatabaseTeamStore, there: DatabaseTeamStore) -> None:
    many = [UserProfile(f"many{number:04}", f"Number {number}") for number in range(1203)]
    await here.put_team(Team(many))
    await there.reload()
    assert here.team.users == there.team.users == (ONE, TWO, *many)


async def test_saving_one_leaves_the_revision_of_others(here: DatabaseTeamStore) -> None:
    before = here.user_revision("agent2")
    await here.put_user(replace(ONE, name="One"))
    assert here.user_revision("agent2") == before
    assert here.user_revision("agent1") > before


async def test_a_user_to_whom_something_leads_stays(here: DatabaseTeamStore, there: DatabaseTeamStore) -> None:
    await there.put_tracking_number(TrackingNumber("+15551230002", "", Route.parse("agent:agent1")))
    with pytest.raises(StillUsedError) as caught:
        await here.delete_user("agent1", based_on=here.user_revision("agent1"))
    assert caught.value.uses == (
        "the tracking number +15551230001 (Spring)",
        "the tracking number +15551230002",
        "the no-answer route of agent2",
    )
    assert here.team.users == (ONE, TWO)


async def test_a_user_to_whom_nothing_leads_goes(here: DatabaseTeamStore) -> None:
    await here.delete_user("agent2", based_on=here.user_revision("agent2"))
    await here.delete_tracking_number(LINE.number)
    await here.delete_user("agent1")
    assert (here.team.users, here.user_revision("agent1")) == ((), 0)
    with pytest.raises(GoneError):
        await here.delete_user("agent1")


async def test_a_locked_database_changes_nothing(here: DatabaseTeamStore, path: Path) -> None:
    revision = here.user_revision("agent2")
    with held_by_another(path), pytest.raises(UserFacingError, match="in use by another program"):
        await here.delete_user("agent2", based_on=revision)
    assert here.team.users == (ONE, TWO)
    await here.delete_user("agent2", based_on=revision)


def counting_up(path: Path, name: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", COUNT_UP, str(path), name]
    return subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe)


@pytest.mark.programs
async def test_two_processes_lose_no_change(here: DatabaseTeamStore, path: Path) -> None:
    """Each lengthens the ring time by one second so many times; every conflict is seen and tried again."""
    processes = [counting_up(path, name) for name in ("agent8", "agent9")]
    for process in processes:  # each has read the team before either changes it
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "ready\n"
    told = await asyncio.gather(*(asyncio.to_thread(process.communicate, "go\n", 60) for process in processes))
    assert [error for _, error in told] == ["", ""]
    assert sum(int(conflicts) for conflicts, _ in told) > 0
    await here.reload()
    user = here.team.user("agent1")
    assert user is not None
    assert user.queue.ring_seconds == 5 + 2 * TIMES


@pytest.mark.parametrize(
    "queue",
    [
        UserQueue(),
        UserQueue(False, 5, NoAnswer.AGENT, "agent2"),
        UserQueue(True, 3600, NoAnswer.VOICEMAIL, "sip:vm@example.com"),
    ],
)
def test_a_user_comes_back_as_they_went(engine: Engine, queue: UserQueue) -> None:
    user = UserProfile("agent1", "Zoë", "sip:agent1@example.com", call_waiting=True, queue=queue)
    assert user_of(kept(engine, users, user_values(user) | {"version": 1})) == user


@pytest.mark.parametrize("route", ["agent:agent1", "queue:sales", "sip:desk@example.com"])
def test_a_number_comes_back_as_it_went(engine: Engine, route: str) -> None:
    number = TrackingNumber("+15551230001", "Spring", Route.parse(route))
    assert number_of(kept(engine, tracking_numbers, number_values(number) | {"version": 1})) == number
