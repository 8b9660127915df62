"""The way through the house, file by file, is the one ``docs/architecture.md`` tells."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import walk
from tests.lab.app import App
from tests.lab.desk import Desk
from tests.lab.hand import READABLE, Hand
from tests.lab.ports import free_port
from tests.lab.provisioning import Provisioning
from tests.lab.sip_message import asked
from tests.lab.waiting import until
from tests.lab.xvfb import Screen, running_screen

HOLD_AND_ANSWER = 0.18, 0.72  # where that button of the prompt is, as fractions of its size
PROMPT = "ui/prompts/call_waiting_prompt.py"
COMMANDS = "softphone/engine/commands.py"

INVITE_TO_PROMPT = walk.documented("From the INVITE to the prompt")
CLICK_TO_HOLD = walk.documented("From the click to the hold on its way")
HELD_TO_ANSWER = walk.documented("From the confirmed hold to the 200")
SAVE_TO_LIVE_RULE = walk.documented("From Save Changes to the live rule")
LIVE = "softphone/session/dispatcher.py"  # from here on every look at the directory finds the new profile


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with running_screen() as screen:
        yield screen


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "steps"


def test_from_the_invite_to_the_prompt_and_from_the_click_to_the_answer(screen: Screen, file: Path) -> None:
    environment = screen.environment | walk.environment(file)
    with App(Provisioning(free_port()), environment, command=READABLE) as app, Desk(app) as desk:
        desk.first_call()
        called = time.monotonic()
        second = desk.waiting_call()
        until(lambda: PROMPT in walk.stations(walk.steps(file, {"SessionView"}, called)), "the prompt has its caller")
        clicked = time.monotonic()
        screen.click(screen.window("^Call waiting"), *HOLD_AND_ANSWER)
        second.wait_for(asked("ACK"))
        app.ctl("hangup")
        app.ctl("hangup")
    invite = walk.steps(file, {"OnIncomingCallParam", "IncomingCall", "Arrived", "SessionView"}, called, clicked)
    assert walk.way_to(PROMPT, invite) == INVITE_TO_PROMPT
    assert walk.way_to(COMMANDS, walk.steps(file, {"Choose", "Hold"}, clicked)) == CLICK_TO_HOLD
    assert walk.way_to(COMMANDS, walk.steps(file, {"HoldConfirmed", "Respond"}, clicked)) == HELD_TO_ANSWER


def test_from_a_toggle_in_a_dialog_to_the_live_rule(screen: Screen, file: Path) -> None:
    environment = screen.environment | walk.environment(file)
    with App(Provisioning(free_port(), call_waiting=False), environment, command=READABLE) as app:
        hand = Hand(screen, app)
        for text in ("Settings", "Manage Users", "Agent One", "Edit", "Agent Contact"):
            hand.click(text)
        hand.click("Call Waiting", "button")
        saved = time.monotonic()
        hand.click("Save Changes")
        hand.wait_until_gone("Save Changes")
        until(lambda: LIVE in walk.stations(walk.steps(file, {"Team"}, saved)), "the session is told")
    entered = walk.stations(walk.steps(file, {"UserProfile", "Team"}, saved))
    assert entered[entered.index(SAVE_TO_LIVE_RULE[0]) : entered.index(LIVE) + 1] == SAVE_TO_LIVE_RULE
