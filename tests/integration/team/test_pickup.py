"""Hold & Answer at one agent, Pick up at another: customers' sound, both agents' calls, the log at all three."""

from __future__ import annotations

import pytest

from tests.integration.lab.team import (
    KINDS,
    Press,
    Team,
    hears_agent,
    hears_customer,
    states,
    wait_for,
)


@pytest.mark.parametrize("kind", KINDS)
def test_hold_and_answer_then_another_agent_goes_on_with_the_caller(team: Team, kind: str) -> None:
    customer = team.customer(kind)
    team.answered(team.one)
    hears_customer(team.one)
    second = team.scripted()
    wait_for(team.one, lambda s: s["prompt"]["kind"] == "call-waiting", "the second caller waits")
    team.one.ask("hold-answer")
    wait_for(team.one, lambda s: states(s) == ["active", "held"], "one is up, one is held")
    held = team.sees_held(team.two)
    assert (held["holder"], held["label"], held["pick_up"]) == ("agent1", "Spring campaign", True)
    team.sees_held(team.three, lambda seen: seen["id"] == held["id"])
    picked = Press(team.two, held=held["id"]).done()
    assert picked.call, picked.refusal
    hears_customer(team.two)
    hears_agent(customer, team.two)
    wait_for(team.one, lambda s: states(s) == ["active"], "agent1 is rid of the caller")
    (call,) = team.two.status["calls"]
    assert (call["id"], call["state"], call["continues"]) == (picked.call, "active", "Agent One")
    assert call["tracking_number"] == held["tracking_number"]
    team.nobody_rings()
    customer.hang_up()
    wait_for(team.two, lambda s: not s["calls"], "the end of the call")
    second.hang_up()
    assert_log_is_true(team, held["id"], "agent2")


def assert_log_is_true(team: Team, held: str, picker: str) -> None:
    """At the two agents concerned, and at the third, who may see calls that were held for anyone."""
    for phone in team.office.phones:
        wait_for(phone, lambda _, phone=phone: len(team.log_of(phone, held)) == 2, "two lines of the log")
        given, taken = team.log_of(phone, held)
        assert (given["agent"], given["outcome"], given["continued_by"]) == ("agent1", "picked-up", picker)
        assert (taken["agent"], taken["outcome"], taken["continues"]) == (picker, "answered", "agent1")
        assert given["held_for_anyone"]
        assert {given["tracking_number"], taken["tracking_number"]} == {"+15551230001"}
        assert given["ended"] <= taken["ended"]
