"""What every TeamStore does, the one in the database and the one the windows are tested with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from softphone.errors import ChangedMeanwhileError, GoneError, StillUsedError
from softphone.model.profile import Route, Team, TrackingNumber, UserProfile
from softphone.ports import TeamStore
from softphone.storage import Database, DatabaseTeamStore
from tests.fakes.team_store import FakeTeamStore

pytestmark = pytest.mark.programs

ONE = UserProfile("agent1", "Agent One")
TWO = UserProfile("agent2")
LINE = TrackingNumber("+15551230001", "Spring", Route.parse("agent:agent1"))


@pytest.fixture(params=["database", "server_database", "memory"])
def kept_in(request: pytest.FixtureRequest) -> Database | None:
    return None if request.param == "memory" else request.getfixturevalue(request.param)


@pytest.fixture
async def store(kept_in: Database | None) -> TeamStore:
    store: TeamStore = await DatabaseTeamStore.open(kept_in) if kept_in else FakeTeamStore()
    await store.put_team(Team([ONE, TWO], [LINE]))
    return store


async def test_revisions_grow_with_each_save(store: TeamStore) -> None:
    user, number = store.user_revision("agent1"), store.number_revision(LINE.number)
    assert min(user, number) > 0
    await store.put_user(replace(ONE, name="One"), based_on=user)
    assert store.user_revision("agent1") > user
    assert store.number_revision(LINE.number) == number
    assert (store.user_revision("agent9"), store.number_revision("+1")) == (0, 0)


async def test_an_old_revision_saves_nothing(store: TeamStore) -> None:
    read = store.user_revision("agent1")
    await store.put_user(replace(ONE, name="First"))
    for change in (store.put_user(replace(ONE, name="Second"), based_on=read), store.delete_user("agent1", based_on=0)):
        with pytest.raises(ChangedMeanwhileError):
            await change
    assert store.team.user("agent1") == replace(ONE, name="First")


async def test_what_is_gone_stays_gone(store: TeamStore) -> None:
    read = store.user_revision("agent2")
    await store.delete_user("agent2", based_on=read)
    for change in (store.put_user(TWO, based_on=read), store.delete_user("agent2")):
        with pytest.raises(GoneError):
            await change
    assert store.team.users == (ONE,)


async def test_a_record_made_anew_has_a_revision_of_its_own(store: TeamStore) -> None:
    read = store.user_revision("agent2")
    await store.delete_user("agent2")
    await store.put_user(TWO, based_on=0)
    with pytest.raises(ChangedMeanwhileError):
        await store.put_user(TWO, based_on=read)


async def test_users_leave_after_what_leads_to_them(store: TeamStore) -> None:
    with pytest.raises(StillUsedError) as caught:
        await store.delete_user("agent1")
    assert caught.value.uses == ("the tracking number +15551230001 (Spring)",)
    await store.delete_tracking_number(LINE.number)
    await store.delete_user("agent1")
    assert (store.team.users, store.team.tracking_numbers) == ((TWO,), ())


async def test_listeners_hear_of_deletes(store: TeamStore) -> None:
    heard: list[Team] = []
    store.on_change(heard.append)
    await store.delete_tracking_number(LINE.number)
    assert [team.tracking_numbers for team in heard] == [()]
