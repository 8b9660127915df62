"""Whatever goes wrong with a pickup, the caller talks to somebody, is held by somebody, or is told that it is over.

Each test has its outcome in its name. What holds for all of them is ``settled``.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from softphone.demo.team.phone import Phone
from tests.lab.scripted_customer import ScriptedCustomer
from tests.lab.sip_message import listing, was_asked
from tests.lab.team import (
    Held,
    Press,
    Team,
    hears_agent,
    hears_customer,
    states,
    wait_for,
)
from tests.lab.waiting import until


def held_caller(team: Team, **habits: object) -> tuple[ScriptedCustomer, Held]:
    """A caller agent1 has put on hold for anyone."""
    customer = team.scripted(**habits)
    team.answered(team.one)
    return customer, team.held_for_anyone()


def settled(team: Team, customer: ScriptedCustomer, *, by: Phone | None, held_by: Phone | None = None) -> None:
    """The caller talks to *by*, or is on hold at *held_by*, or their call is over; no claim is left; nobody rings."""
    for phone in team.office.phones:
        if phone is not by and phone is not held_by and phone.runs:
            wait_for(phone, lambda s: not s["calls"], "no call")
    until(lambda: team.sql("SELECT count(*) FROM held_calls WHERE ended_at IS NULL AND claimed_by IS NOT NULL") == "0",
          "no row is left claimed")  # fmt: skip
    open_rows = "SELECT count(*) FROM held_calls WHERE ended_at IS NULL"
    until(lambda: int(team.sql(open_rows)) == (held_by is not None), "a row for a caller on hold, and none else")
    until(lambda: len(customer.live) == (by is not None or held_by is not None), lambda: listing(customer.wire))
    if by is not None:
        wait_for(by, lambda s: states(s) == ["active"], "the caller is on the line")
        hears_customer(by)
        hears_agent(customer, by)
    for phone in team.office.phones:
        assert not phone.runs or not phone.status["prompt"]["visible"], f"{phone.login} rings"


def goes_on_at_agent1(team: Team, customer: ScriptedCustomer) -> None:
    """The caller is still on hold there, can be resumed, and is."""
    settled(team, customer, by=None, held_by=team.one)
    team.one.ask("resume")
    settled(team, customer, by=team.one)


# --- the caller's side does not play along ---


def test_a_refused_refer_is_bridged_through_the_holder(team: Team) -> None:
    customer, held = held_caller(team, refer=603)
    picked = Press(team.two, held=held["id"]).done()
    assert picked.call, picked.refusal
    hears_customer(team.two)
    hears_agent(customer, team.two)
    wait_for(team.one, lambda s: "bridged" in states(s), "agent1's softphone joins the two")
    assert len(customer.live) == 1
    team.nobody_rings()
    customer.hang_up()
    settled(team, customer, by=None)


def test_a_referred_call_that_fails_leaves_the_caller_on_hold(team: Team) -> None:
    customer, held = held_caller(team, follow=False, replaces=False)
    picking = Press(team.two, held=held["id"])
    customer.wait_for(was_asked("REFER"))
    customer.tell(486)
    assert picking.done().refusal
    goes_on_at_agent1(team, customer)


def test_a_caller_who_promises_to_move_and_does_not_is_taken_over(team: Team) -> None:
    customer, held = held_caller(team, follow=False)
    picked = Press(team.two, held=held["id"]).done()
    assert picked.call, picked.refusal
    assert any("Replaces" in dict(seen.message.headers) for seen in customer.wire if was_asked("INVITE")(seen))
    settled(team, customer, by=team.two)


# --- somebody's softphone dies ---


def test_the_picking_softphone_dies_and_the_caller_stays_on_hold(team: Team) -> None:
    customer, held = held_caller(team)
    customer.at["referred"] = lambda: team.kill(team.two)
    Press(team.two, held=held["id"]).done()
    until(lambda: not team.sees_held(team.three)["claimed_by"], "the claim is over", 35)
    goes_on_at_agent1(team, customer)


def test_the_holders_softphone_dies_and_the_caller_is_taken_over(team: Team) -> None:
    customer, held = held_caller(team)
    team.kill(team.one)
    picked = Press(team.two, held=held["id"]).done()
    assert picked.call, picked.refusal
    settled(team, customer, by=team.two)


def test_a_dead_holders_caller_who_cannot_be_taken_over_is_told_so(team: Team) -> None:
    """And the row ends as lost, with time: the database's clock is helped along."""
    customer, held = held_caller(team, replaces=False)
    team.kill(team.one)
    age_stations(team)
    team.sees_held(team.two, lambda seen: seen["holder_gone"])
    picked = Press(team.two, held=held["id"]).done()
    assert "does not allow the call to be taken over" in picked.refusal
    customer.hang_up()
    age_stations(team)
    team.sql("SELECT softphone_sweep(true, true)")  # what every softphone does again and again
    settled(team, customer, by=None)
    assert team.sql(f"SELECT how FROM held_calls WHERE id = '{held['id']}'") == "lost"  # noqa: S608


def age_stations(team: Team) -> None:
    """Whoever has not been seen for a moment has not been seen for two minutes."""
    team.sql("UPDATE presence SET seen = seen - interval '2 minutes' WHERE login = 'agent1'")


# --- the caller hangs up ---


def freeze(phone: Phone, number: int) -> None:
    os.kill(phone.pid, number)


def test_a_caller_who_hangs_up_on_hold_is_gone_everywhere(team: Team) -> None:
    customer, held = held_caller(team)
    customer.hang_up()
    settled(team, customer, by=None)
    for phone in (team.two, team.three):
        wait_for(phone, lambda s: not s["held_calls"], "the row is gone")
    assert Press(team.two, held=held["id"]).done().refusal


def test_a_caller_who_hangs_up_when_claimed_is_gone_and_the_picker_is_told(team: Team) -> None:
    """The holder's app stands still between the claim and the REFER."""
    customer, held = held_caller(team)
    freeze(team.one, signal.SIGSTOP)
    picking = Press(team.two, held=held["id"])
    until(lambda: team.sql("SELECT count(*) FROM held_calls WHERE claimed_by = 'agent2' AND ended_at IS NULL") == "1",
          "the claim")  # fmt: skip
    customer.hang_up()
    freeze(team.one, signal.SIGCONT)
    assert picking.done().refusal
    settled(team, customer, by=None)


@pytest.mark.parametrize("moment", ["referred", "calling", "answered"])
def test_a_caller_who_hangs_up_during_the_pickup_is_gone(team: Team, moment: str) -> None:
    """When the REFER arrives; when the call to the picker is on its way; when the picker has answered."""
    customer, held = held_caller(team)
    customer.at[moment] = customer.hang_up
    Press(team.two, held=held["id"]).done()
    settled(team, customer, by=None)


# --- the database goes away ---

LOSSES: dict[str, Callable[[Team], None]] = {"frozen": Team.freeze_database, "killed": Team.kill_database}


@pytest.fixture(params=LOSSES)
def lose(request: pytest.FixtureRequest) -> Callable[[Team], None]:
    return LOSSES[request.param]


def test_without_the_database_a_held_caller_stays_and_pickup_says_why(team: Team, lose: Callable[[Team], None]) -> None:
    customer, held = held_caller(team)
    lose(team)
    refusal = Press(team.two, held=held["id"]).done().refusal
    assert "database" in refusal, refusal
    assert len(customer.live) == 1
    team.database_is_back()
    goes_on_at_agent1(team, customer)


def test_without_the_database_after_the_claim_the_caller_arrives_all_the_same(
    team: Team, lose: Callable[[Team], None]
) -> None:
    customer, held = held_caller(team)
    customer.at["referred"] = lambda: lose(team)
    picked = Press(team.two, held=held["id"]).done()
    assert picked.call, picked.refusal
    hears_customer(team.two)
    wait_for(team.one, lambda s: not s["calls"], "agent1 is rid of the caller")
    team.database_is_back()
    settled(team, customer, by=team.two)


def test_without_the_database_after_the_answer_the_log_is_right_in_the_end(
    team: Team, lose: Callable[[Team], None]
) -> None:
    customer, held = held_caller(team)
    customer.at["answered"] = lambda: lose(team)
    picked = Press(team.two, held=held["id"]).done()
    assert picked.call, picked.refusal
    hears_customer(team.two)
    customer.hang_up()
    team.database_is_back()
    settled(team, customer, by=None)
    until(lambda: len(team.log_of(team.two, held["id"])) == 2, "two lines of the log")
    assert [line["outcome"] for line in team.log_of(team.two, held["id"])] == ["picked-up", "answered"]
