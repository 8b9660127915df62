"""A held caller picked up by mouse: agent2's windows are on an X screen, and somebody clicks what they can read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.hand import Hand
from tests.lab.on_screen import at_screen
from tests.lab.team import Team, hears_agent, hears_customer, states, wait_for
from tests.lab.xvfb import Screen, running_screen


@pytest.fixture
def screen() -> Iterator[Screen]:
    with running_screen() as screen:
        yield screen


def test_the_held_caller_is_clicked_and_talks_to_who_clicked(team: Team, screen: Screen) -> None:
    with at_screen(team, team.two, screen) as window:
        hand = Hand(screen, window)
        customer = team.customer("baresip 1.0")
        team.answered(team.one)
        team.held_for_anyone()
        screen.focus(screen.window("^Softphone$"))
        screen.press("ctrl+l")
        hand.click("Pick up", "button")
        wait_for(team.two, lambda s: states(s) == ["active"], "the caller is on the line")
        hears_customer(team.two)
        hears_agent(customer, team.two)
        wait_for(team.one, lambda s: not s["calls"], "agent1 is rid of the caller")
        customer.hang_up()
        team.dismiss()
