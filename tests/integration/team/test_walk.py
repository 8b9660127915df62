"""The way from a click on *Pick up* to the one UPDATE that decides, file by file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import walk
from tests.lab.hand import Hand
from tests.lab.on_screen import at_screen
from tests.lab.team import Team, states, wait_for
from tests.lab.xvfb import Screen, running_screen

ROWS = "softphone/storage/held_calls/rows.py"
PICK_UP_TO_UPDATE = walk.documented("From Pick up to the UPDATE")


@pytest.fixture
def screen() -> Iterator[Screen]:
    with running_screen() as screen:
        yield screen


def test_from_pick_up_to_the_update(team: Team, screen: Screen, tmp_path: Path) -> None:
    file = tmp_path / "steps"
    with at_screen(team, team.two, screen, walk.environment(file)) as window:
        hand = Hand(screen, window)
        customer = team.customer("baresip 1.0")
        team.answered(team.one)
        team.held_for_anyone()
        held = team.two.status["held_calls"][0]["id"]
        screen.focus(screen.window("^Softphone$"))
        screen.press("ctrl+l")
        hand.wait_for(lambda seen: any(entry["text"] == "Pick up" for entry in seen), "Pick up")
        clicked = time.monotonic()
        hand.click("Pick up", "button")
        wait_for(team.two, lambda s: states(s) == ["active"], "the caller is on the line")
        customer.hang_up()
        team.dismiss()
    assert walk.way_to(ROWS, walk.steps(file, {held}, clicked)) == PICK_UP_TO_UPDATE
