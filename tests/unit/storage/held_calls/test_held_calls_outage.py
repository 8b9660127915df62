"""What becomes of holds and claims when the team's server goes away at a bad moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import TakenError, UserFacingError
from softphone.model.colleague import Availability
from softphone.model.held_call import HeldEnd
from softphone.storage.connection.database import Database
from softphone.storage.connection.problems import UnreachableError
from softphone.storage.held_calls.sync import GracePeriod
from softphone.storage.team.roles import grant_roles
from tests.lab.postgres import PostgresDatabase
from tests.unit.storage.desks import Desk, Office, address_of, office_on_a_server, until

ADDRESS = "sip:agent2@192.0.2.8"


@pytest.fixture
async def office(postgres: PostgresDatabase) -> AsyncIterator[Office]:
    async with office_on_a_server(postgres) as office:
        yield office


def server_of(office: Office) -> PostgresDatabase:
    assert office.server
    return office.server


async def gone(*desks: Desk) -> None:
    await until(lambda: not any(desk.connection_state.health.online for desk in desks))


async def back(*desks: Desk) -> None:
    await until(lambda: all(desk.connection_state.health.online for desk in desks))


async def test_a_server_away_between_claim_and_end_loses_nothing(office: Office) -> None:
    """What was said meanwhile arrives in order; whoever saw the caller last is believed."""
    one, two = await office.desk("agent1", grace=GracePeriod()), await office.desk("agent2", grace=GracePeriod())
    one.holds("h1")
    one.holds("h2")
    await until(lambda: len(two.seen) == 2)
    await two.held_calls.claim("h1", ADDRESS)
    await until(lambda: one.claims)
    server_of(office).server.stop()
    await gone(one, two)
    two.held_calls.end("h1", HeldEnd.PICKED_UP, "agent2")
    assert "h1" not in two.seen
    one.held_calls.set_note("h2", "first")
    one.holds("h3")
    one.held_calls.set_note("h2", "second")
    one.held_calls.end("h3", HeldEnd.ABANDONED)
    assert one.seen["h2"].note == "second"
    server_of(office).server.start()
    picked_up = ("h1", HeldEnd.PICKED_UP, "agent2")
    await until(lambda: picked_up in one.ends and picked_up in two.ends and two.seen["h2"].note == "second")
    await until(lambda: not one.held_calls._sync.copy.unwritten)
    rows = await office.sql("SELECT id, how, ended_by, note FROM held_calls ORDER BY id")
    assert rows == [("h1", "picked-up", "agent2", ""), ("h2", None, "", "second"), ("h3", "abandoned", "", "")]
    assert one.claims == [one.claims[0]]


async def test_a_claim_while_the_server_is_away_says_so(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.holds("h1")
    await until(lambda: two.seen)
    server_of(office).server.stop()
    await gone(two)
    with pytest.raises(UserFacingError, match="The team's database does not answer: "):
        await two.held_calls.claim("h1", ADDRESS)
    assert two.seen["h1"].claimed_by == ""


async def test_a_server_that_stands_still_is_waited_for_five_seconds(office: Office) -> None:
    one, two, three = [await office.desk(login) for login in ("agent1", "agent2", "agent3")]
    one.holds("h1")
    await until(lambda: two.seen)
    server_of(office).server.freeze()
    try:
        began = asyncio.get_running_loop().time()
        with pytest.raises(UserFacingError, match="The team's database does not answer: "):
            await two.held_calls.claim("h1", ADDRESS)
        assert asyncio.get_running_loop().time() - began < 6.0
    finally:
        server_of(office).server.thaw()
    await back(one, two, three)
    await until(lambda: not two.held_calls._sync.copy.unwritten)
    await until(lambda: three.seen["h1"].claimed_by == "")
    assert (await three.held_calls.claim("h1", ADDRESS)).by == "agent3"


def break_commit(database: Database, monkeypatch: pytest.MonkeyPatch, *, for_good: bool) -> None:
    """The connection breaks while the commit of a claim is on its way: it happens, and nobody is told."""
    whole, broken = database.transaction, asyncio.Event()
    trouble = UnreachableError("The database cannot be reached: the connection broke.")

    @asynccontextmanager
    async def transaction() -> AsyncIterator[AsyncConnection]:
        if broken.is_set() and for_good:
            raise trouble
        async with whole() as connection:
            yield connection
            found = await connection.exec_driver_sql("SELECT count(*) FROM pickup_tokens WHERE claimer = 'agent2'")
            claimed = bool(found.scalar_one())
        if claimed and not broken.is_set():
            broken.set()
            raise trouble

    monkeypatch.setattr(database, "transaction", transaction)


async def test_a_claim_whose_commit_broke_is_found_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.holds("h1")
    await until(lambda: two.seen)
    assert two.database
    break_commit(two.database, monkeypatch, for_good=False)
    claim = await two.held_calls.claim("h1", ADDRESS)
    await until(lambda: one.claims)
    assert one.claims == [claim]
    assert await office.sql("SELECT claims FROM held_calls") == [(1,)]
    assert await office.sql("SELECT token FROM pickup_tokens") == [(claim.token,)]


async def test_a_claim_nobody_can_find_out_about_is_given_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent is told that the database does not answer; the caller is free for others as soon as it does."""
    one, two, three = [await office.desk(login) for login in ("agent1", "agent2", "agent3")]
    one.holds("h1")
    await until(lambda: two.seen)
    assert two.database
    break_commit(two.database, monkeypatch, for_good=True)
    with pytest.raises(UserFacingError, match="does not answer: The database cannot be reached"):
        await two.held_calls.claim("h1", ADDRESS)
    assert (await office.sql("SELECT claimed_by FROM held_calls"))[0] == ("agent2",)
    with pytest.raises(TakenError):
        await three.held_calls.claim("h1", ADDRESS)
    monkeypatch.undo()
    await until(lambda: one.gone)
    assert len(one.claims) == 1
    assert await office.sql("SELECT * FROM pickup_tokens") == []
    assert (await three.held_calls.claim("h1", ADDRESS)).by == "agent3"


async def test_a_cancelled_claim_is_given_back(office: Office) -> None:
    """The app is about to close while its claim is on the way."""
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.holds("h1")
    await until(lambda: two.seen)
    for number in range(20):
        claim = asyncio.create_task(two.held_calls.claim("h1", ADDRESS))
        await asyncio.sleep(number / 2000)
        claim.cancel()
        results = await asyncio.gather(claim, return_exceptions=True)
        if not isinstance(results[0], asyncio.CancelledError):
            two.held_calls.withdraw("h1", "It had been made already.")
        await two.held_calls.catch_up()
        assert await office.sql("SELECT claimed_by FROM held_calls") == [(None,)]


async def test_claims_are_not_swept_away_right_after_an_outage(office: Office) -> None:
    """Whoever talks to the caller by now could not say so."""
    one, two, three = [await office.desk(login, grace=GracePeriod()) for login in ("agent1", "agent2", "agent3")]
    one.holds("h1")
    await until(lambda: two.seen)
    await two.held_calls.claim("h1", ADDRESS)
    await office.sql("UPDATE held_calls SET claimed_at = ago(120), entered_at = ago(200)")
    await asyncio.gather(*(desk.held_calls.catch_up() for desk in (one, two, three) for _ in range(4)))
    with pytest.raises(TakenError):
        await three.held_calls.claim("h1", ADDRESS)
    assert one.gone == []
    assert one.ends == []


async def test_whoever_talks_to_the_caller_may_say_so_late(office: Office) -> None:
    """The claim was swept away meanwhile; nobody else has claimed the caller since."""
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.holds("h1")
    await until(lambda: two.seen)
    await two.held_calls.claim("h1", ADDRESS)
    await office.sql("UPDATE held_calls SET claimed_at = ago(31)")
    await until(lambda: two.gone)
    two.held_calls.end("h1", HeldEnd.PICKED_UP, "agent2")
    await until(lambda: one.ends)
    assert one.ends == [("h1", HeldEnd.PICKED_UP, "agent2")]


def sees(desk: Desk, others: int) -> bool:
    return len(desk.presence.colleagues) == others


async def test_the_clock_of_a_machine_does_not_count(office: Office) -> None:
    """One machine is an hour ahead, one an hour behind: nothing is void, gone or lost for that."""
    hour = timedelta(hours=1)
    one, two = await office.desk("agent1", offset=hour), await office.desk("agent2", offset=-hour)
    three = await office.desk("agent3")
    one.presence.announce(Availability.FREE)
    two.presence.announce(Availability.FREE)
    held = one.holds("h1")
    assert abs(held.held_since - datetime.now(UTC)) < timedelta(seconds=5)
    assert abs(two.held_calls.now() - three.held_calls.now()) < timedelta(seconds=1)
    await until(lambda: len(three.presence.colleagues) == 2 and three.seen)
    claim = await two.held_calls.claim("h1", ADDRESS)
    await until(lambda: one.claims == [claim])
    for desk in (one, two, three):
        for _ in range(3):
            await desk.held_calls.catch_up()
        assert (desk.gone, desk.ends) == ([], [])
        assert desk.seen["h1"].claimed_by == "agent2"
        assert not desk.seen["h1"].holder_gone
        others = 2 if desk is three else 1
        await until(partial(sees, desk, others))
    assert abs(three.presence.colleagues[0].since - datetime.now(UTC)) < timedelta(seconds=5)


async def test_it_all_works_with_the_rights_of_agents(postgres: PostgresDatabase) -> None:
    """Hold, note, claim, bridge, withdraw, claim again, pick up, sweep and presence, each login in its own name."""
    async with office_on_a_server(postgres) as office:
        await grant_roles(office.address)
        desks = []
        for login in ("agent1", "agent2", "agent3"):
            postgres.server.create_login(login)
            postgres.sql(f"GRANT softphone_agent TO {login}")
            desks.append(await office.desk(login, address=address_of(postgres, login)))
        one, two, three = desks
        for desk in desks:
            desk.presence.announce(Availability.FREE)
        one.holds("h1")
        one.held_calls.set_note("h1", "wants a refund")
        await until(lambda: all("h1" in desk.seen and desk.seen["h1"].note for desk in desks))
        first = await two.held_calls.claim("h1", ADDRESS)
        await until(lambda: one.claims == [first])
        with pytest.raises(TakenError, match="agent2 was faster"):
            await three.held_calls.claim("h1", ADDRESS)
        one.held_calls.ask_for_bridge("h1")
        await until(lambda: two.seen["h1"].wants_bridge)
        one.held_calls.withdraw("h1", "The caller's phone refuses.")
        await until(lambda: two.gone == one.gone == [("h1", "The caller's phone refuses.")])
        await three.held_calls.claim("h1", ADDRESS)
        await office.sql("UPDATE held_calls SET claimed_at = ago(31)")
        await until(lambda: three.gone)
        third = await three.held_calls.claim("h1", ADDRESS)
        await until(lambda: one.claims[-1] == third)
        three.held_calls.end("h1", HeldEnd.PICKED_UP, "agent3")
        await until(lambda: all(desk.ends == [("h1", HeldEnd.PICKED_UP, "agent3")] for desk in desks))
        await until(lambda: all(len(desk.presence.colleagues) == 2 for desk in desks))
        assert await office.sql("SELECT * FROM pickup_tokens") == []


async def test_what_the_database_refuses_does_not_hold_up_the_rest(postgres: PostgresDatabase) -> None:
    async with office_on_a_server(postgres) as office:
        await grant_roles(office.address)
        postgres.server.create_login("agent1")
        postgres.sql("GRANT softphone_agent TO agent1")
        one = await office.desk("somebody", address=address_of(postgres, "agent1"))
        one.holds("in somebody else's name")
        one.login = "agent1"
        one.holds("h2")
        await until(lambda: not one.held_calls._sync.copy.unwritten)
        assert set(one.seen) == {"h2"}


async def test_a_row_somebody_keeps_locked_holds_up_no_other(postgres: PostgresDatabase) -> None:
    async with office_on_a_server(postgres) as office:
        one, two = await office.desk("agent1"), await office.desk("agent2")
        one.holds("h1")
        one.holds("h2")
        await until(lambda: {"h1", "h2"} <= set(two.seen))
        database = Database(office.address)
        try:
            async with database.transaction() as other:
                await other.exec_driver_sql("SELECT * FROM held_calls WHERE id = 'h1' FOR UPDATE")
                one.held_calls.end("h1", HeldEnd.RESUMED)
                one.held_calls.end("h2", HeldEnd.RESUMED)
                await until(lambda: [name for name, *_ in two.ends] == ["h2"])
                await one.held_calls.catch_up()  # one locked row does not mean that the database is away
                assert "h1" in two.seen
                assert "h1" not in one.seen
            await until(lambda: [name for name, *_ in two.ends] == ["h2", "h1"])
        finally:
            await database.dispose()
