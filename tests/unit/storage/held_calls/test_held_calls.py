"""The team's list on a real PostgreSQL and on a real file: the same tests."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from softphone.errors import GoneError, TakenError
from softphone.model.colleague import Availability
from softphone.model.held_call import Claim, HeldEnd
from softphone.storage.held_calls.rows import TOO_LATE
from tests.lab.postgres import PostgresDatabase
from tests.unit.storage.desks import Desk, Office, office_in_a_file, office_on_a_server, until

ADDRESS = "sip:agent2@192.0.2.8"


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.programs)])
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    if request.param == "file":
        async with office_in_a_file(tmp_path / "team.sqlite3") as office:
            yield office
    else:
        postgres: PostgresDatabase = request.getfixturevalue("postgres")
        async with office_on_a_server(postgres) as office:
            yield office


async def test_the_others_see_a_caller_as_the_holder_put_it(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    held = one.holds("h1", note="wants a refund", orbit="sip:orbit@192.0.2.1")
    assert one.held_calls.held == (held,)
    await until(lambda: two.held_calls.held == (held,))
    assert two.changes == 1


async def test_while_nothing_changes_each_reading_is_the_one_before(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.holds("h1", note="wants a refund")
    one.holds("h2")
    one.presence.announce(Availability.ON_A_CALL)
    await until(lambda: len(two.seen) == 2 and two.presence.colleagues)
    before = two.held_calls.held, two.presence.colleagues
    told: list[str] = []
    two.held_calls.on_change(lambda: told.append("held calls"))
    two.presence.on_change(lambda: told.append("presence"))
    for _ in range(5):
        ((renewed,),) = await office.sql("SELECT seen FROM presence WHERE station = 'agent1-1'")
        await one.presence.catch_up()
        await office.sql("UPDATE presence SET seen = ago(1)")
        assert await office.sql("SELECT seen FROM presence WHERE station = 'agent1-1'") != [(renewed,)]
        await two.held_calls.catch_up()
        await two.presence.catch_up()
        assert (two.held_calls.held, two.presence.colleagues) == before
        assert hash(before) == hash((two.held_calls.held, two.presence.colleagues))
    assert told == []
    assert {moment.utcoffset() for held in before[0] for moment in (held.arrived, held.held_since)} == {timedelta()}


async def test_the_longest_held_comes_first(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    first, second = one.holds("b"), one.holds("a")
    await until(lambda: len(two.seen) == 2)
    assert two.held_calls.held == (first, second)


async def test_note_and_wish_for_a_bridge_reach_the_others(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    held = one.holds("h1")
    one.held_calls.set_note("h1", "half \ud800 a surrogate and \0")
    one.held_calls.ask_for_bridge("h1")
    wanted = replace(held, note="half ? a surrogate and ?", wants_bridge=True)
    await until(lambda: two.held_calls.held == (wanted,))


async def test_a_claim_reaches_the_holder_once_with_its_token(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.holds("h1")
    await until(lambda: two.seen)
    claim = await two.held_calls.claim("h1", ADDRESS)
    assert (claim.by, claim.station, claim.address) == ("agent2", "agent2-1", ADDRESS)
    assert len(claim.token) > 20
    await until(lambda: one.claims)
    one.change_feed.tell_everything()
    await one.held_calls.catch_up()
    assert one.claims == [claim]
    assert two.claims == []
    assert two.seen["h1"].claimed_by == "agent2"
    assert two.seen["h1"].claimed_station == "agent2-1"


async def test_whoever_is_later_hears_who_was_faster(office: Office) -> None:
    one, two, three = [await office.desk(login) for login in ("agent1", "agent2", "agent3")]
    one.holds("h1")
    await until(lambda: two.seen)
    await two.held_calls.claim("h1", ADDRESS)
    with pytest.raises(TakenError, match="agent2 was faster") as refused:
        await three.held_calls.claim("h1", "sip:agent3@192.0.2.9")
    assert refused.value.by == "agent2"
    await until(lambda: three.seen["h1"].claimed_by == "agent2" if "h1" in three.seen else False)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (HeldEnd.RESUMED, "agent1 has taken this caller back."),
        (HeldEnd.PICKED_UP, "agent3 was faster."),
        (HeldEnd.HUNG_UP, "agent1 has hung up on this caller."),
        (HeldEnd.ABANDONED, "This caller has hung up."),
        (HeldEnd.LOST, "This caller was lost when the softphone that held them went away."),
    ],
)
async def test_a_caller_who_is_not_held_any_more_cannot_be_claimed(office: Office, how: HeldEnd, words: str) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.holds("h1")
    await until(lambda: two.seen)
    one.held_calls.end("h1", how, "agent3" if how is HeldEnd.PICKED_UP else "")
    assert one.held_calls.held == ()
    await until(lambda: two.ends)
    with pytest.raises(TakenError if how is HeldEnd.PICKED_UP else GoneError) as gone:
        await two.held_calls.claim("h1", ADDRESS)
    assert str(gone.value) == words
    assert two.held_calls.held == ()
    with pytest.raises(GoneError, match="not held any more"):
        await two.held_calls.claim("never", ADDRESS)


async def test_everybody_hears_of_the_end_once(office: Office) -> None:
    desks = [await office.desk(login) for login in ("agent1", "agent2", "agent3")]
    desks[0].holds("h1")
    await until(lambda: all(desk.seen for desk in desks))
    await desks[1].held_calls.claim("h1", ADDRESS)
    desks[1].held_calls.end("h1", HeldEnd.PICKED_UP, "agent2")
    await until(lambda: desks[1].ends)
    desks[0].held_calls.end("h1", HeldEnd.HUNG_UP)
    await until(lambda: all(desk.ends for desk in desks))
    await asyncio.gather(*(desk.held_calls.catch_up() for desk in desks))
    assert [desk.ends for desk in desks] == [[("h1", HeldEnd.PICKED_UP, "agent2")]] * 3
    assert await office.sql("SELECT how, ended_by FROM held_calls") == [("picked-up", "agent2")]
    assert await office.sql("SELECT * FROM pickup_tokens") == []


@pytest.mark.parametrize("who", ["holder", "claimer"])
async def test_a_claim_can_be_withdrawn_by_both(office: Office, who: str) -> None:
    one, two, three = [await office.desk(login) for login in ("agent1", "agent2", "agent3")]
    one.holds("h1")
    await until(lambda: two.seen)
    await two.held_calls.claim("h1", ADDRESS)
    await until(lambda: one.claims)
    (one if who == "holder" else two).held_calls.withdraw("h1", "It did not work.")
    await until(lambda: one.gone and two.gone)
    assert one.gone == two.gone == [("h1", "It did not work.")]
    again = await three.held_calls.claim("h1", "sip:agent3@192.0.2.9")
    await until(lambda: len(one.claims) == 2)
    assert one.claims[1] == again
    assert three.gone == []


async def test_withdrawing_means_the_claim_known_and_none_made_since(office: Office) -> None:
    one, two, three = [await office.desk(login) for login in ("agent1", "agent2", "agent3")]
    one.holds("h1")
    await until(lambda: two.seen and three.seen)
    await two.held_calls.claim("h1", ADDRESS)
    await until(lambda: one.claims and three.seen["h1"].claimed_by)
    async with one.held_calls._sync.turn:  # the holder's word is on its way while all this happens
        one.held_calls.withdraw("h1", "The customer's phone refuses.")
        two.held_calls.withdraw("h1", "I changed my mind.")
        await until(lambda: not three.seen["h1"].claimed_by)
        claim = await three.held_calls.claim("h1", ADDRESS)
    await one.held_calls.catch_up()
    assert one.claims[-1] == claim
    assert one.seen["h1"].claimed_by == "agent3"


async def test_a_claim_that_came_and_went_between_two_looks_is_told_as_gone(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.holds("h1")
    await until(lambda: two.seen)
    first = await two.held_calls.claim("h1", ADDRESS)
    await until(lambda: one.claims)
    async with one.held_calls._sync.turn:
        two.held_calls.withdraw("h1", "First.")
        await until(lambda: not two.seen["h1"].claimed_by and two.gone)
        second = await two.held_calls.claim("h1", ADDRESS)
    await until(lambda: len(one.claims) == 2)
    assert one.claims == [first, second]
    assert one.gone == [("h1", "First.")]


@pytest.mark.timeout(300)
async def test_three_claim_in_the_same_moment_200_times(office: Office) -> None:
    """Exactly one wins, and the other two are told who."""
    holder = await office.desk("agent1")
    desks = [await office.desk(login) for login in ("agent2", "agent3", "agent4")]
    winners = Counter[str]()
    for batch in range(10):
        names = {f"h{batch}-{number}" for number in range(20)}
        for name in names:
            holder.holds(name)
        await until(lambda: all(names <= desk.seen.keys() for desk in desks))  # noqa: B023 - awaited at once
        for name in names:
            winners[await one_of_three(desks, name)] += 1
    await until(lambda: len(holder.ends) == 200)
    assert Counter(by for _, _, by in holder.ends) == winners
    assert len({claim.token for claim in holder.claims}) == len(holder.claims)
    assert await office.sql("SELECT count(*), sum(claims) FROM held_calls WHERE how = 'picked-up'") == [(200, 200)]


async def one_of_three(desks: list[Desk], name: str) -> str:
    """All press at once; the winner picks the caller up."""
    barrier = asyncio.Barrier(len(desks))

    async def press(desk: Desk) -> Claim:
        await barrier.wait()
        return await desk.held_calls.claim(name, ADDRESS)

    results = await asyncio.gather(*(press(desk) for desk in desks), return_exceptions=True)
    (winner,) = [result for result in results if isinstance(result, Claim)]
    losers = [result for result in results if isinstance(result, TakenError)]
    assert [loser.by for loser in losers] == [winner.by] * 2
    (desk,) = [desk for desk in desks if desk.login == winner.by]
    desk.held_calls.end(name, HeldEnd.PICKED_UP, winner.by)
    return winner.by


async def test_claim_and_resume_in_the_same_moment_have_one_outcome(office: Office) -> None:
    """Either nobody gets the caller but the holder, or the claimer hears at once that the holder has."""
    one, two = await office.desk("agent1"), await office.desk("agent2")
    claimed = 0
    for number in range(30):
        name = f"h{number}"
        one.holds(name)
        await until(lambda: name in two.seen)  # noqa: B023 - awaited at once
        claim = asyncio.create_task(two.held_calls.claim(name, ADDRESS))
        await asyncio.sleep(number / 10000)
        one.held_calls.end(name, HeldEnd.RESUMED)
        try:
            claimed += bool(await claim)
        except GoneError as error:
            assert str(error) == "agent1 has taken this caller back."
        await until(lambda: any(end[0] == name for end in two.ends))  # noqa: B023
    assert [how for _, how, _ in two.ends] == [HeldEnd.RESUMED] * 30
    assert await office.sql("SELECT * FROM pickup_tokens") == []


async def test_a_claim_older_than_its_token_is_void(office: Office) -> None:
    one, two, three = [await office.desk(login) for login in ("agent1", "agent2", "agent3")]
    one.holds("h1")
    await until(lambda: two.seen)
    await two.held_calls.claim("h1", ADDRESS)
    await until(lambda: one.claims)
    await office.sql("UPDATE held_calls SET claimed_at = ago(29)")
    with pytest.raises(TakenError):
        await three.held_calls.claim("h1", ADDRESS)
    await office.sql("UPDATE held_calls SET claimed_at = ago(31)")
    await until(lambda: one.gone and two.gone)
    assert one.gone == two.gone == [("h1", TOO_LATE)]
    assert await office.sql("SELECT claimed_by FROM held_calls") == [(None,)]
    assert await office.sql("SELECT * FROM pickup_tokens") == []


async def test_claiming_sweeps_first(office: Office) -> None:
    one, two, three = [await office.desk(login) for login in ("agent1", "agent2", "agent3")]
    one.holds("h1")
    await until(lambda: three.seen)
    await two.held_calls.claim("h1", ADDRESS)
    await office.sql("UPDATE held_calls SET claimed_at = ago(31)")
    assert (await three.held_calls.claim("h1", ADDRESS)).by == "agent3"


async def test_a_holder_not_seen_is_gone_and_then_lost(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    for name, orbit in (("h1", ""), ("h2", ""), ("h3", "sip:orbit@192.0.2.1")):
        one.holds(name, orbit=orbit)
    await until(lambda: len(two.seen) == 3)
    await two.held_calls.claim("h2", ADDRESS)
    await one.held_calls.close()
    await office.sql("UPDATE held_calls SET entered_at = ago(16)")
    await until(lambda: all(held.holder_gone for held in two.held_calls.held))
    await office.sql("UPDATE held_calls SET entered_at = ago(91)")
    await until(lambda: two.ends)
    assert two.ends == [("h1", HeldEnd.LOST, "")], "one is being picked up, one is in a server's orbit"
    two.held_calls.withdraw("h2", "There is no such call.")
    await until(lambda: len(two.ends) == 2)
    assert set(two.seen) == {"h3"}
