"""Callers held for anyone: listed, reminded of, recalled, and never forgotten."""

from __future__ import annotations

import pytest

from softphone.model.actions import Choice, Choose, LeaveOnHold, RequestHold, RequestHoldForAnyone, RequestResume
from softphone.model.ua_commands import CutSound, OutliveApp, Refer, Resume
from softphone.model.ua_events import CallEstablished, HoldConfirmed, ReferRefused, ResumeConfirmed
from softphone.policy.calls.events import (
    Claimed,
    ClaimGone,
    HoldRules,
    ListHeld,
    ListingLost,
    StartTimer,
    StopTimer,
    Tell,
    Timer,
    TimerFired,
    TimerKind,
    UnlistHeld,
)
from tests.playbook import Playbook

from .world import arrival

REMINDER, RECALL = Timer(TimerKind.REMINDER, "c1"), Timer(TimerKind.RECALL, "c1")
CLAIM = Claimed("c1", "agent2", "Agent Two", "sip:agent2@example.com;pickup=t")
ORBIT = "sip:701@example.com"
NO_ORBIT = "the other side refuses to be transferred (404)."


def talking(rules: HoldRules) -> Playbook:
    return Playbook() >> rules >> arrival("c1") >> Choose("c1", Choice.ANSWER) >> CallEstablished("c1", 0.0)


def held(rules: HoldRules | None = None) -> Playbook:
    return talking(rules or HoldRules()) >> RequestHoldForAnyone("c1") >> HoldConfirmed("c1")


@pytest.mark.parametrize(
    ("rules", "timers"),
    [
        (HoldRules(60.0, 180.0), [StartTimer(REMINDER, 60.0), StartTimer(RECALL, 180.0)]),
        (HoldRules(60.0, 0.0), [StartTimer(REMINDER, 60.0)]),
        (HoldRules(0.0, 180.0), [StartTimer(RECALL, 180.0)]),
        (HoldRules(), []),
    ],
)
def test_reminder_and_recall_begin_with_the_hold(rules: HoldRules, timers: list[StartTimer]) -> None:
    assert held(rules).timers == timers


def test_a_call_held_for_oneself_is_neither_listed_nor_outlives_the_app() -> None:
    book = talking(HoldRules(60.0, 180.0)) >> RequestHold("c1") >> HoldConfirmed("c1") << []
    assert book.timers == []
    book >> RequestHoldForAnyone("c1") << [ListHeld("c1"), OutliveApp("c1", True)]


def test_the_reminder_is_told_while_the_caller_waits() -> None:
    told = Tell("c1", "still on hold for anyone; nobody has picked the caller up yet.")
    book = held(HoldRules(60.0, 180.0)) >> TimerFired(REMINDER) << [told]
    book >> RequestResume("c1") >> TimerFired(REMINDER) << []


def test_taking_the_caller_back_ends_everything() -> None:
    book = held(HoldRules(60.0, 180.0)) >> TimerFired(RECALL) >> RequestResume("c1")
    book << [OutliveApp("c1", False), UnlistHeld("c1"), CutSound("c1", False), Resume("c1")]
    assert book.timers == [StopTimer(REMINDER), StopTimer(RECALL)]
    assert book.state.recalls == ()
    book >> TimerFired(RECALL) << []
    assert book.state.recalls == ()


def test_leaving_the_caller_on_hold_starts_the_recall_anew() -> None:
    book = held(HoldRules(0.0, 180.0)) >> TimerFired(RECALL)
    assert book.state.recalls == ("c1",)
    book >> LeaveOnHold("c1") << []
    assert book.timers == [StartTimer(RECALL, 180.0)]
    assert not book.state.recalls


def test_a_recall_that_was_switched_off_meanwhile_does_not_start_anew() -> None:
    book = held(HoldRules(0.0, 180.0)) >> TimerFired(RECALL) >> HoldRules() >> LeaveOnHold("c1") << []
    assert book.timers == []


def test_who_is_on_the_way_to_another_agent_is_not_reminded_of_and_again_when_nobody_comes() -> None:
    book = held(HoldRules(60.0, 180.0)) >> CLAIM
    assert [timer for timer in book.timers if isinstance(timer, StopTimer)] == [StopTimer(REMINDER), StopTimer(RECALL)]
    book >> ClaimGone("c1") << [OutliveApp("c1", True)]
    assert [timer for timer in book.timers if isinstance(timer, StartTimer)] == [
        StartTimer(REMINDER, 60.0),
        StartTimer(RECALL, 180.0),
    ]


def test_a_row_that_was_lost_is_written_anew_and_nothing_else() -> None:
    book = held(HoldRules(60.0, 180.0)) >> ListingLost("c1") << [ListHeld("c1")]
    assert book.timers == []


class TestParkOrbit:
    def test_it_is_asked_first_and_the_caller_listed_when_it_refuses(self) -> None:
        book = held(HoldRules(park_orbit=ORBIT)) << [Refer("c1", ORBIT)]
        told = Tell("c1", f"The park orbit did not take the caller, who is on hold here: {NO_ORBIT}")
        book >> ReferRefused("c1", 404) << [told, ListHeld("c1"), OutliveApp("c1", True)]

    def test_it_is_asked_again_at_the_next_hold(self) -> None:
        book = held(HoldRules(park_orbit=ORBIT)) >> ReferRefused("c1", 404)
        book = book >> RequestResume("c1") >> ResumeConfirmed("c1") >> RequestHoldForAnyone("c1")
        book >> HoldConfirmed("c1") << [Refer("c1", ORBIT)]

    def test_it_is_not_asked_again_for_a_claim_that_came_to_nothing(self) -> None:
        book = held(HoldRules(park_orbit=ORBIT)) >> ReferRefused("c1", 404) >> CLAIM
        book >> ClaimGone("c1") << [OutliveApp("c1", True)]

    def test_one_that_is_set_later_does_not_take_who_is_listed(self) -> None:
        held() >> HoldRules(park_orbit=ORBIT) << []
