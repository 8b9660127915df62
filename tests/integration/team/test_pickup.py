"""Hold & Answer at one agent, Pick up at another: customers' sound, both agents' calls, the log at all three."""

from __future__ import annotations

import pytest

from tests.lab.team import (
    KINDS,
    Press,
    Team,
    hears_agent,
    hears_customer,
    states,
    wait_for,
)
from tests.lab.waiting import until


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
    team.two.ask("hangup")
    wait_for(team.two, lambda s: not s["calls"], "the end of the call")
    second.hang_up()
    assert_log_is_true(team, held["id"], "agent2")


def assert_log_is_true(team: Team, held: str, picker: str) -> None:
    """Everybody may see the call that was held for anyone, and the picker their own that followed."""
    for phone in team.office.phones:
        mine = phone.login == picker
        until(lambda phone=phone, lines=1 + mine: len(team.log_of(phone, held)) == lines, f"the log at {phone.login}")  # type: ignore[misc]
        given, *taken = team.log_of(phone, held)
        assert (given["agent"], given["outcome"], given["continued_by"]) == ("agent1", "picked-up", picker)
        assert given["held_for_anyone"]
        for line in taken:
            assert (line["agent"], line["outcome"], line["continues"]) == (picker, "answered", "agent1")
            assert line["tracking_number"] == given["tracking_number"] == "+15551230001"
            assert given["ended"] <= line["ended"]
