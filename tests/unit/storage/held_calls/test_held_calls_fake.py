"""The fake the session's tests use does as the database does, as far as those tests can tell."""

from __future__ import annotations

import pytest

from softphone.errors import GoneError, TakenError, UserFacingError
from softphone.model.colleague import Availability, TeamHealth
from softphone.model.held_call import TOKEN_SECONDS, HeldEnd
from tests.fakes.held_calls import NO_ANSWER, FakeTeam, FakeTeamLink
from tests.fakes.presence import FakePresence
from tests.unit.storage.desks import held_by

ADDRESS = "sip:agent2@192.0.2.8"


async def test_a_pickup_from_hold_to_end() -> None:
    team = FakeTeam()
    one, two, three = (team.softphone(login) for login in ("agent1", "agent2", "agent3"))
    told: list[object] = []
    one.on_claim(told.append)
    one.on_claim_gone(lambda *gone: told.append(gone))
    three.on_end(lambda held, *end: told.append((held.id, *end)))
    one.put(held_by("agent1", one.station, "h1", one.now()))
    first = await two.claim("h1", ADDRESS)
    with pytest.raises(TakenError, match="agent2 was faster"):
        await three.claim("h1", ADDRESS)
    two.withdraw("h1", "No.")
    again = await two.claim("h1", ADDRESS)
    two.end("h1", HeldEnd.PICKED_UP, "agent2")
    one.end("h1", HeldEnd.HUNG_UP)
    assert told == [first, ("h1", "No."), again, ("h1", HeldEnd.PICKED_UP, "agent2")]
    with pytest.raises(GoneError):
        await three.claim("h1", ADDRESS)


async def test_a_claim_that_is_too_old_is_void() -> None:
    team = FakeTeam()
    one, two, three = (team.softphone(login) for login in ("agent1", "agent2", "agent3"))
    one.put(held_by("agent1", one.station, "h1", one.now()))
    await two.claim("h1", ADDRESS)
    team.clock.turn(TOKEN_SECONDS + 1)
    assert (await three.claim("h1", ADDRESS)).by == "agent3"


async def test_while_it_is_away_what_is_said_waits_and_claims_are_refused() -> None:
    team = FakeTeam()
    one, link = team.softphone("agent1"), FakeTeamLink(team)
    told: list[TeamHealth] = []
    link.on_change(told.append)
    team.go_offline()
    one.put(held_by("agent1", one.station, "h1", one.now()))
    one.set_note("h1", "x")
    with pytest.raises(UserFacingError, match="does not answer"):
        await one.claim("h1", ADDRESS)
    listed_meanwhile = one.held
    team.come_back()
    assert listed_meanwhile == ()
    assert one.held[0].note == "x"
    assert [(health.problem, health.waiting) for health in told] == [
        (NO_ANSWER, 0),
        (NO_ANSWER, 1),
        (NO_ANSWER, 2),
        ("", 0),
    ]


def test_presence_leaves_oneself_out_and_a_lost_softphone_is_gone() -> None:
    team = FakeTeam()
    one, two = FakePresence("agent1", team), FakePresence("agent2", team)
    held_calls = team.softphone("agent1", one.station)
    held_calls.put(held_by("agent1", one.station, "h1", held_calls.now()))
    one.announce(Availability.FREE)
    assert one.colleagues == ()
    assert [(each.login, each.availability) for each in two.colleagues] == [("agent1", Availability.FREE)]
    team.lose(one.station)
    assert two.colleagues == ()
    assert held_calls.held[0].holder_gone
