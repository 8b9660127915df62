"""Every refusal there is, word for word: what an agent reads who asks for something that cannot be done now."""

from __future__ import annotations

import pytest

from softphone.model.actions import (
    Action,
    Choice,
    Choose,
    DeclineTo,
    LeaveOnHold,
    MuteBeep,
    PressKeys,
    RequestDial,
    RequestHangUp,
    RequestHold,
    RequestHoldForAnyone,
    RequestResume,
    RequestTransfer,
    SetStatus,
)
from softphone.model.call import IllegalTransitionError
from softphone.model.profile import AgentStatus
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    EngineReady,
    HoldConfirmed,
    ReferRefused,
    SipLibrary,
)
from softphone.policy.calls.events import BridgeArrived, Claimed, HoldRules, Timer, TimerFired, TimerKind
from softphone.policy.calls.possible import possible
from tests.playbook import Playbook

from .world import arrival

ELSEWHERE = "sip:boss@example.com"
CLAIM = Claimed("c1", "agent2", "Agent Two", "sip:agent2@example.com;pickup=t")


def ringing() -> Playbook:
    return Playbook() >> arrival("c1")


def answering() -> Playbook:
    return ringing() >> Choose("c1", Choice.ANSWER)


def talking() -> Playbook:
    return answering() >> CallEstablished("c1", 0.0)


def dialling() -> Playbook:
    return Playbook() >> RequestDial("c1", "sip:x@example.com")


def ending() -> Playbook:
    return talking() >> RequestHangUp("c1")


def held() -> Playbook:
    return talking() >> RequestHold("c1") >> HoldConfirmed("c1")


def held_for_anyone() -> Playbook:
    return talking() >> RequestHoldForAnyone("c1") >> HoldConfirmed("c1")


def claimed() -> Playbook:
    return held_for_anyone() >> CLAIM


def bridged() -> Playbook:
    """Agent Two talks with c1 through this softphone, on the call b."""
    return claimed() >> ReferRefused("c1", 603) >> BridgeArrived("b", "c1") >> CallEstablished("b", 0.0)


def transferring() -> Playbook:
    return talking() >> RequestTransfer("c1", ELSEWHERE)


def parking() -> Playbook:
    rules = HoldRules(park_orbit="sip:701@example.com")
    return talking() >> rules >> RequestHoldForAnyone("c1") >> HoldConfirmed("c1")


def queued() -> Playbook:
    return talking() >> arrival("c2", call_waiting=False)


def waiting() -> Playbook:
    return talking() >> arrival("c2")


def changing_over() -> Playbook:
    """c1 is being put on hold for c2, c3 waits."""
    return waiting() >> arrival("c3") >> Choose("c2", Choice.HOLD_AND_ANSWER)


def one_held_and_changing_over() -> Playbook:
    """c1 is held, c2 is being put on hold for c3."""
    book = held() >> arrival("c2") >> Choose("c2", Choice.HOLD_AND_ANSWER) >> CallEstablished("c2", 0.0)
    return book >> arrival("c3") >> Choose("c3", Choice.HOLD_AND_ANSWER)


def held_and_dialling() -> Playbook:
    return held() >> RequestDial("c2", "sip:x@example.com")


def full() -> Playbook:
    """The engine carries one call, and that one is held."""
    return held() >> EngineReady(1, 1, "", (), False, SipLibrary("", 1))


def recalled() -> Playbook:
    book = Playbook() >> HoldRules(recall_seconds=180.0) >> arrival("c1") >> Choose("c1", Choice.ANSWER)
    book = book >> CallEstablished("c1", 0.0) >> RequestHoldForAnyone("c1") >> HoldConfirmed("c1")
    return book >> TimerFired(Timer(TimerKind.RECALL, "c1"))


def over() -> Playbook:
    return talking() >> CallEnded("c1", 200, "", True, 0.0)


QUEUED = "that caller waits silently and rings here as soon as you are free"
ANSWERED = "that caller is being answered already"
NOT_WAITING = "that caller is not waiting any more"
NOT_AS_THEY_ARE = "that is not possible with the calls as they are"
SWITCHING = "another call is just being put on hold"
NOT_TALKING = "only a call you are talking on can be put on hold"
NOT_UP = "the current call is not up yet and cannot be put on hold"
NOT_TO_SEND = "only a call you are talking on or holding can be transferred"
PICKING = "Agent Two is just picking this caller up"
TRANSFERRING = f"this call is just being transferred to {ELSEWHERE}"
PARKING = "this caller is just being parked at sip:701@example.com"
IN_THE_WAY = "put the current call on hold or hang it up first"
NO_BEEP = "there is no call-waiting beep at the moment"
NOT_ANSWERED = "that caller has not been answered; choose Ignore instead"
KEYS = "keys can be pressed only on a call you are talking on"
NOT_ASKED = "nobody asks about this caller any more"

REFUSALS = [
    (over, RequestHold("c1"), "that call is over"),
    (over, Choose("c1", Choice.IGNORE), "that call is over"),
    # the prompt
    (queued, Choose("c2", Choice.ANSWER), QUEUED),
    (changing_over, Choose("c2", Choice.IGNORE), ANSWERED),
    (answering, Choose("c1", Choice.IGNORE), ANSWERED),
    (talking, Choose("c1", Choice.ANSWER), NOT_WAITING),
    (ending, Choose("c1", Choice.IGNORE), NOT_WAITING),
    (changing_over, Choose("c3", Choice.HOLD_AND_ANSWER), SWITCHING),
    (changing_over, Choose("c3", Choice.HANGUP_AND_ANSWER), SWITCHING),
    (ringing, Choose("c1", Choice.HOLD_AND_ANSWER), NOT_AS_THEY_ARE),
    (ringing, Choose("c1", Choice.HANGUP_AND_ANSWER), NOT_AS_THEY_ARE),
    (waiting, Choose("c2", Choice.ANSWER), NOT_AS_THEY_ARE),
    (lambda: dialling() >> arrival("c2"), Choose("c2", Choice.HOLD_AND_ANSWER), NOT_AS_THEY_ARE),
    (lambda: held() >> arrival("c2"), Choose("c2", Choice.HANGUP_AND_ANSWER), NOT_AS_THEY_ARE),
    (answering, DeclineTo("c1", ELSEWHERE), ANSWERED),
    (changing_over, DeclineTo("c2", ELSEWHERE), ANSWERED),
    (talking, DeclineTo("c1", ELSEWHERE), NOT_WAITING),
    # holding
    (held, RequestHold("c1"), NOT_TALKING),
    (dialling, RequestHold("c1"), NOT_TALKING),
    (answering, RequestHoldForAnyone("c1"), NOT_TALKING),
    (held_for_anyone, RequestHoldForAnyone("c1"), "this caller is held for anyone already"),
    (transferring, RequestHoldForAnyone("c1"), TRANSFERRING),
    (talking, RequestResume("c1"), "only a held call can be resumed"),
    (claimed, RequestResume("c1"), PICKING),
    (parking, RequestResume("c1"), PARKING),
    (one_held_and_changing_over, RequestResume("c1"), SWITCHING),
    (held_and_dialling, RequestResume("c1"), NOT_UP),
    (held_for_anyone, LeaveOnHold("c1"), NOT_ASKED),
    # sending on, ending, keys
    (ringing, RequestTransfer("c1", ELSEWHERE), NOT_TO_SEND),
    (dialling, RequestTransfer("c1", ELSEWHERE), NOT_TO_SEND),
    (one_held_and_changing_over, RequestTransfer("c1", ELSEWHERE), SWITCHING),
    (claimed, RequestTransfer("c1", ELSEWHERE), PICKING),
    (transferring, RequestTransfer("c1", ELSEWHERE), TRANSFERRING),
    (parking, RequestTransfer("c1", ELSEWHERE), PARKING),
    (ringing, RequestHangUp("c1"), NOT_ANSWERED),
    (queued, RequestHangUp("c2"), NOT_ANSWERED),
    (changing_over, RequestHangUp("c2"), NOT_ANSWERED),
    (ending, RequestHangUp("c1"), "that call is ending already"),
    (claimed, RequestHangUp("c1"), PICKING),
    (held, PressKeys("c1", "5"), KEYS),
    (dialling, PressKeys("c1", "5"), KEYS),
    # the line as a whole
    (talking, RequestDial("c2", "sip:x@example.com"), IN_THE_WAY),
    (changing_over, RequestDial("c4", "sip:x@example.com"), IN_THE_WAY),
    (full, RequestDial("c2", "sip:x@example.com"), "1 calls at once are the limit"),
    (ringing, MuteBeep(True), NO_BEEP),
    (talking, MuteBeep(True), NO_BEEP),
]


@pytest.mark.parametrize(
    ("book", "action", "words"),
    REFUSALS,
    ids=[f"{type(action).__name__}: {words}" for _, action, words in REFUSALS],
)
def test_what_cannot_be_done_now_is_refused_in_these_words(book, action: Action, words: str) -> None:
    there = book()
    before = there.state
    with pytest.raises(IllegalTransitionError) as caught:
        there >> action
    assert str(caught.value) == words
    assert there.state == before


@pytest.mark.parametrize(
    ("book", "actions"),
    [
        (ringing, {Choose("c1", Choice.ANSWER), Choose("c1", Choice.IGNORE), DeclineTo("c1"), RequestDial("", "")}),
        (answering, {RequestHangUp("c1")}),
        (
            talking,
            {
                RequestHold("c1"),
                RequestHoldForAnyone("c1"),
                RequestTransfer("c1"),
                RequestHangUp("c1"),
                PressKeys("c1"),
            },
        ),
        (dialling, {RequestHangUp("c1")}),
        (ending, {RequestDial("", "")}),
        (
            held,
            {
                RequestResume("c1"),
                RequestHoldForAnyone("c1"),
                RequestTransfer("c1"),
                RequestHangUp("c1"),
                RequestDial("", ""),
            },
        ),
        (held_for_anyone, {RequestResume("c1"), RequestTransfer("c1"), RequestHangUp("c1"), RequestDial("", "")}),
        (claimed, {RequestDial("", "")}),
        (bridged, {RequestHangUp("c1"), RequestHangUp("b"), RequestDial("", "")}),
        (transferring, {RequestHold("c1"), RequestHangUp("c1"), PressKeys("c1")}),
        (parking, {RequestHangUp("c1"), RequestDial("", "")}),
        (
            recalled,
            {
                LeaveOnHold("c1"),
                RequestResume("c1"),
                RequestTransfer("c1"),
                RequestHangUp("c1"),
                RequestDial("", ""),
            },
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_this_and_nothing_else_can_be_done(book, actions: set[Action]) -> None:
    whatever_happens = {SetStatus(status) for status in AgentStatus}
    assert possible(book().state) == actions | whatever_happens


def test_a_caller_who_waits_can_be_answered_in_two_ways_and_silenced() -> None:
    about_c2 = {action for action in possible(waiting().state) if getattr(action, "call", "") == "c2"}
    assert about_c2 == {
        Choose("c2", Choice.HOLD_AND_ANSWER),
        Choose("c2", Choice.HANGUP_AND_ANSWER),
        Choose("c2", Choice.IGNORE),
        DeclineTo("c2"),
    }
    assert possible(waiting().state) >= {MuteBeep(True), MuteBeep(False)}
