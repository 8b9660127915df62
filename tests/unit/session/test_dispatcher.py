"""One event, one picture: with callers held, colleagues online, and clocks that move at every look at them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from softphone.model.actions import Choice, Choose, RequestHold, RequestHoldForAnyone, RequestResume
from softphone.model.call import CallStatus
from softphone.model.profile import Team
from softphone.model.ua_events import DtmfReceived
from tests.fakes.clock import FakeClock

from .agent import DIRECT, NUMBERS, Agent
from .office import COLLEAGUES, Desk, office


def keep_moving(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on no two looks at the clock are the same, and wall clock and monotonic clock drift apart."""
    looks, monotonic, now = count(), clock.monotonic, clock.now
    monkeypatch.setattr(clock, "monotonic", lambda: monotonic() + next(looks) * 1e-6)
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(microseconds=3 * next(looks)))


@pytest.fixture
async def desks(monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, Desk]:
    """agent2 holds a caller for anyone; agent1 sees them, and agent2 as a colleague who is there."""
    one, two = await office("agent1", "agent2")
    two.holding_for_anyone()
    keep_moving(one.clock, monkeypatch)
    assert one.held
    assert one.session.view.colleagues
    return one, two


@contextmanager
def pictures(agent: Agent, expected: int) -> Iterator[None]:
    before = len(agent.views)
    yield
    assert len(agent.views) - before == expected


async def test_an_event_that_changes_nothing_to_see_publishes_nothing(desks: tuple[Desk, Desk]) -> None:
    one, _ = desks
    call = one.talking()
    with pictures(one, 0):
        one.user_agent.say(DtmfReceived(call, "5"))


async def test_each_event_of_a_call_waiting_publishes_once(desks: tuple[Desk, Desk]) -> None:
    one, _ = desks
    first = one.talking()
    with pictures(one, 1):
        second = one.called(DIRECT)
    with pictures(one, 1):
        one.session.act(Choose(second, Choice.HOLD_AND_ANSWER))
    with pictures(one, 1):
        one.user_agent.accept_reinvite(first)
    with pictures(one, 1):
        one.user_agent.acknowledge(second)
    with pictures(one, 1):
        one.user_agent.end(second)


async def test_what_a_colleague_does_is_one_picture_here(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = await office("agent1", "agent2")
    call = two.talking()
    two.session.act(RequestHoldForAnyone(call))
    keep_moving(one.clock, monkeypatch)
    with pictures(one, 1):
        two.user_agent.accept_reinvite(call)
    assert one.held


async def test_the_same_picture_drawn_twice_is_equal(desks: tuple[Desk, Desk]) -> None:
    one, _ = desks
    one.session.mute(True)
    with pictures(one, 0):
        one.session.mute(True)


async def test_a_changed_directory_is_seen_at_once(desks: tuple[Desk, Desk]) -> None:
    one, _ = desks
    renamed = (COLLEAGUES[0], replace(COLLEAGUES[1], name="Agent Two of Sales"), COLLEAGUES[2])
    with pictures(one, 1):
        one.directory.team = Team(renamed, NUMBERS)
    assert [colleague.name for colleague in one.session.view.colleagues] == ["Agent Two of Sales", "Agent Three"]
    assert one.held[0].holder_name == "Agent Two of Sales"


async def test_a_hold_is_not_called_held_before_it_is_and_offers_no_pick_up(desks: tuple[Desk, Desk]) -> None:
    one, _ = desks
    call = one.talking()
    one.session.act(RequestHold(call))
    shown = one.session.view.calls[0]
    assert (shown.status, shown.held, shown.held_for_anyone) == (CallStatus.HOLDING, False, False)
    assert Choice.ANSWER not in one.held[0].pick_up
    assert not one.session.view.can(RequestResume(call))
    for _ in range(3):
        one.user_agent.refuse_reinvite(call, 407)
        one.clock.turn(5)
    assert one.session.view.calls[0].status is CallStatus.ACTIVE


async def test_watchers_who_ask_for_something_are_told_of_that_too(desks: tuple[Desk, Desk]) -> None:
    one, _ = desks
    one.session.on_view(lambda view: None if view.muted else one.session.mute(True))
    one.called(DIRECT)
    assert one.session.view.muted
    assert one.views[-1] == one.session.view
