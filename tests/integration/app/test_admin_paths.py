"""The two paths of an admin, clicked by their visible texts: they change the next call, and survive a restart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.app import App
from tests.lab.desk import CALL_WAITING, Desk
from tests.lab.hand import READABLE, Hand
from tests.lab.ports import free_port
from tests.lab.provisioning import Provisioning
from tests.lab.sip_message import asked, got
from tests.lab.xvfb import Screen, running_screen

VOICEMAIL = "sip:voicemail@127.0.0.1:9"
ANSWER = 0.18, 0.72  # where the first button of the prompt is, as fractions of its size


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with running_screen() as screen:
        yield screen


def test_call_waiting_switched_on_rings_through_during_a_call(screen: Screen) -> None:
    with App(Provisioning(free_port(), call_waiting=False), screen.environment, command=READABLE) as app:
        hand = Hand(screen, app)
        hand.click("Settings")
        hand.click("Manage Users")
        hand.click("Agent One")
        hand.click("Edit")
        hand.click("Agent Contact")
        hand.click("Call Waiting", "button")
        hand.click("Save Changes")
        hand.wait_until_gone("Save Changes")
        for restart in (False, True):
            if restart:
                app.restart()
            with Desk(app) as desk:
                desk.first_call()
                assert desk.waiting_call().wait_for(got(180)).header("Alert-Info") == CALL_WAITING
                app.ctl("ignore")
                app.ctl("hangup")


def test_the_user_queue_sends_callers_to_voicemail_after_its_ring_time(screen: Screen) -> None:
    with App(Provisioning(free_port(), bypass=True), screen.environment, command=READABLE) as app:
        hand = Hand(screen, app)
        hand.click("Settings")
        hand.click("Manage Users")
        hand.click("User Queue", "item")
        hand.click("No Answer")
        hand.click("Bypass queue if no agents available")
        hand.retype("Ring time", "5", "^User Queue")
        hand.click("Route to voicemail box")
        hand.retype("Address of the voicemail box", VOICEMAIL, "^User Queue")
        hand.click("Save Changes")
        hand.wait_until_gone("Save Changes")
        for restart in (False, True):
            if restart:
                app.restart()
            with Desk(app) as desk:
                desk.first_call()
                second = desk.waiting_call()
                assert 3 < app.status()["waiting"][0]["seconds_left"] <= 5
                assert desk.refusal_of(second, 302).header("Contact") == f"<{VOICEMAIL}>"
                app.ctl("hangup")


def test_a_caller_is_answered_while_a_dialog_is_open_and_what_was_typed_stays(screen: Screen) -> None:
    with App(Provisioning(free_port()), screen.environment, command=READABLE) as app, Desk(app) as desk:
        hand = Hand(screen, app)
        hand.click("Settings")
        hand.click("Manage Users")
        hand.click("Agent One")
        hand.click("Edit")
        hand.retype("Name", "Agent Un", "^Edit")
        customer = desk.customer()
        customer.wait_for(got(180))
        screen.click(screen.window("^Incoming call"), *ANSWER)
        customer.wait_for(asked("ACK"))
        hand.click("Save Changes")
        hand.wait_until_gone("Save Changes")
        hand.wait_for(lambda seen: any(entry["text"] == "Agent Un" for entry in seen), "the new name")
