"""The same by hand: real windows on an X screen, a mouse and a keyboard; registered over TLS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.desk import Desk, open_desk
from tests.lab.kamailio import PASSWORD, running_kamailio
from tests.lab.ports import free_port
from tests.lab.provisioning import Provisioning
from tests.lab.sip_message import asked, assert_order, got, said, was_asked
from tests.lab.waiting import holds_for
from tests.lab.xvfb import Screen, running_screen

LEFT, MIDDLE, RIGHT = 0.18, 0.5, 0.83  # the prompt's three buttons, as fractions of its width
BUTTONS = 0.72  # and of its height
KEYS_DEAD = 0.6  # seconds after which a new prompt surely takes keys


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with running_screen() as screen:
        yield screen


@pytest.fixture(scope="module")
def module_desk(screen: Screen) -> Iterator[Desk]:
    with running_kamailio() as kamailio:
        account = Provisioning(
            free_port(),
            registrar=kamailio.registrar("tls"),
            transport="tls",
            password=PASSWORD,
            ca_file=str(kamailio.ca),
            accept_from_anywhere=True,  # a phone that dials others past its registrar
        )
        with open_desk(account, screen.environment, kamailio.address) as desk:
            yield desk


@pytest.fixture
def typing(screen: Screen, desk: Desk) -> None:
    """The agent works in the main window; without a window manager nobody else gives it the keyboard."""
    screen.focus(screen.window("^Softphone$"))


def click(screen: Screen, title: str, button: float) -> None:
    screen.click(screen.window(title), button, BUTTONS)


def test_answer_and_hold_and_answer_by_mouse(desk: Desk, screen: Screen) -> None:
    first = desk.customer(hold_delay=200)
    first.wait_for(got(180))
    click(screen, "^Incoming call", LEFT)
    first.wait_for(asked("ACK"))
    second = desk.waiting_call()
    click(screen, "^Call waiting", LEFT)
    second.wait_for(asked("ACK"))
    assert_order((first.wire, was_asked("INVITE", "sendonly")), (first.wire, said(200)), (second.wire, got(200)))
    desk.app.wait_for(lambda s: sorted(c["state"] for c in s["calls"]) == ["active", "held"], "one up, one held")
    assert not screen.has_window("^Call waiting")


def test_hangup_and_answer_by_mouse(desk: Desk, screen: Screen) -> None:
    first = desk.first_call()
    second = desk.waiting_call()
    click(screen, "^Call waiting", MIDDLE)
    second.wait_for(asked("ACK"))
    first.wait_for_end()


def test_ignore_by_mouse(desk: Desk, screen: Screen) -> None:
    desk.first_call()
    second = desk.waiting_call()
    click(screen, "^Call waiting", RIGHT)
    desk.refusal_of(second, 480)
    desk.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "the first call goes on")


@pytest.mark.usefixtures("typing")
@pytest.mark.parametrize(
    ("keys", "title"), [("ctrl+1", "hold-answer"), ("ctrl+2", "hangup-answer"), ("ctrl+3", "ignore")]
)
def test_the_three_actions_by_keyboard(desk: Desk, screen: Screen, keys: str, title: str) -> None:
    first = desk.first_call()
    second = desk.waiting_call()
    screen.window("^Call waiting")
    holds_for(lambda: desk.app.status()["prompt"]["visible"], KEYS_DEAD, "nobody has pressed anything yet")
    screen.press(keys)
    if title == "ignore":
        desk.refusal_of(second, 480)
        assert desk.call_of(first)["state"] == "active"
    else:
        second.wait_for(asked("ACK"))
        assert first.count(was_asked("BYE")) == (title == "hangup-answer")


@pytest.mark.usefixtures("typing")
def test_the_prompt_leaves_the_keyboard_to_whoever_is_typing(desk: Desk, screen: Screen) -> None:
    """The address is typed half before and half after the prompt comes, and all of it is dialled in the end."""
    person = desk.answerer(user="bob")
    half = len(person.address) // 2
    first = desk.first_call()
    screen.press("ctrl+d")
    screen.type(person.address[:half])
    second = desk.waiting_call()
    screen.window("^Call waiting")
    screen.type(person.address[half:])
    desk.app.ctl("ignore")
    desk.refusal_of(second, 480)
    desk.app.ctl("hangup")
    first.wait_for_end()
    desk.app.wait_until_free()
    screen.press("Return")
    person.wait_for(was_asked("ACK"))
