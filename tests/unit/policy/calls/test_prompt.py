"""Whom the agent is asked about when nobody picks a held caller up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from softphone.model.actions import Choice, Choose, LeaveOnHold, RequestDial, RequestHoldForAnyone, RequestResume
from softphone.model.tone import ToneKind
from softphone.model.ua_events import CallEnded, CallEstablished, HoldConfirmed
from softphone.policy.calls.events import Claimed, Event, HoldRules, Timer, TimerFired, TimerKind
from softphone.policy.calls.prompt import recalled, tone_of
from softphone.policy.calls.state import Switch
from tests.playbook import Playbook

from .world import arrival


def held(*calls: str) -> Playbook:
    """Callers held for anyone, one after the other."""
    book = Playbook() >> HoldRules(recall_seconds=180.0)
    for call in calls:
        book = book >> arrival(call)
        choice = Choice.HOLD_AND_ANSWER if len(book.state.calls) > 1 else Choice.ANSWER
        book = book >> Choose(call, choice) >> CallEstablished(call, 0.0)
        book = book >> RequestHoldForAnyone(call) >> HoldConfirmed(call)
    return book


def recall(call: str) -> TimerFired:
    return TimerFired(Timer(TimerKind.RECALL, call))


def test_nobody_has_picked_up_in_time() -> None:
    book = held("c1")
    assert recalled(book.state) is None
    book >> recall("c1")
    assert recalled(book.state) == book.call("c1")
    assert tone_of(book.state) is ToneKind.RING


@pytest.mark.parametrize(
    "event",
    [
        Claimed("c1", "agent2", "Agent Two", "sip:agent2@example.com;pickup=t"),
        RequestResume("c1"),
        LeaveOnHold("c1"),
        CallEnded("c1", 200, "", True, 0.0),
        arrival("c2"),
        RequestDial("c2", "sip:x@example.com"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_nobody_is_asked_who_is_talking_or_asked_about_another_caller_or_when_it_is_settled(event: Event) -> None:
    book = held("c1") >> recall("c1") >> event
    assert recalled(book.state) is None


def test_nobody_is_asked_about_in_the_middle_of_a_change_of_callers() -> None:
    book = held("c1", "c2") >> recall("c1")
    assert recalled(book.state) == book.call("c1")
    assert recalled(replace(book.state, switch=Switch("c1", "c2"))) is None


def test_the_one_whose_time_ran_out_first_comes_first() -> None:
    book = held("c1", "c2") >> recall("c2") >> recall("c1")
    assert recalled(book.state) == book.call("c2")
    book >> LeaveOnHold("c2")
    assert recalled(book.state) == book.call("c1")
