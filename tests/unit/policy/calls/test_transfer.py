"""REFER for a pickup, a transfer and a park orbit, read as calls."""

import pytest

from softphone.model.actions import (
    Choice,
    Choose,
    RequestHangUp,
    RequestHold,
    RequestHoldForAnyone,
    RequestResume,
    RequestTransfer,
)
from softphone.model.call import IllegalTransitionError, Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.ua_commands import CutSound, HangUp, Hold, OutliveApp, Refer
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CommandRefused,
    HoldConfirmed,
    ReferAccepted,
    ReferProgress,
    ReferRefused,
)
from softphone.policy.calls.events import (
    AskForBridge,
    Claimed,
    ClaimGone,
    Finish,
    HoldRules,
    ListHeld,
    PickedUp,
    RejectClaim,
    Tell,
    Timer,
    TimerFired,
    TimerKind,
)
from tests.playbook import Playbook

from .world import arrival

TARGET = "sip:agent2@example.com;pickup=t"
CLAIM = Claimed("c1", "agent2", "Agent Two", TARGET)


def talking(rules: HoldRules | None = None) -> Playbook:
    book = Playbook() >> (rules or HoldRules()) >> arrival("c1") >> Choose("c1", Choice.ANSWER)
    return book >> CallEstablished("c1", 0.0)


def held_for_anyone(rules: HoldRules | None = None) -> Playbook:
    return talking(rules) >> RequestHoldForAnyone("c1") >> HoldConfirmed("c1")


def test_hold_for_anyone_of_a_call_one_talks_on() -> None:
    book = talking() >> RequestHoldForAnyone("c1") << [CutSound("c1", True), Hold("c1")]
    book >> HoldConfirmed("c1") << [ListHeld("c1"), OutliveApp("c1", True)]
    assert book.call("c1").watched


def test_a_call_held_for_oneself_can_be_released_for_anyone() -> None:
    book = talking() >> RequestHold("c1") >> HoldConfirmed("c1") >> RequestHoldForAnyone("c1")
    assert book.call("c1").held_for_anyone
    with pytest.raises(IllegalTransitionError, match="held for anyone already"):
        book >> RequestHoldForAnyone("c1")


def test_a_claim_sends_the_caller_and_success_lets_go() -> None:
    book = held_for_anyone() >> CLAIM << [Refer("c1", TARGET)]
    book >> ReferAccepted("c1") << []
    book >> ReferProgress("c1", 180, False) << []
    book >> ReferProgress("c1", 200, True) << [HangUp("c1")]
    why = "Agent Two picked the caller up."
    finish = Finish("c1", Direction.INCOMING, Outcome.PICKED_UP, why, True, "agent2", by_agent=True, rule="free")
    book >> PickedUp("c1") << []
    book >> CallEnded("c1", 200, "", False, 0.0) << [finish]


def test_the_list_may_know_first() -> None:
    held_for_anyone() >> CLAIM >> PickedUp("c1") << [HangUp("c1")]


def test_refer_refused_asks_the_claimer_to_come() -> None:
    book = held_for_anyone() >> CLAIM >> ReferRefused("c1", 603) << [AskForBridge("c1")]
    assert book.call("c1").transfer is not None


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (ReferProgress("c1", 486, True), "Agent Two was not reached (486)"),
        (TimerFired(Timer(TimerKind.TRANSFER, "c1")), "nothing was heard from Agent Two in time"),
        (CommandRefused(Refer, "c1", "bad address"), "refuses to be transferred (not sent)"),
    ],
)
def test_a_pickup_that_fails_leaves_the_caller_and_everybody_knows(event: object, words: str) -> None:
    book = held_for_anyone() >> CLAIM >> event  # type: ignore[operator]
    assert book.call("c1").phase is Phase.HELD
    assert book.call("c1").transfer is None
    (reject,) = [command for command in book.commands if isinstance(command, RejectClaim)]
    (tell,) = [command for command in book.commands if isinstance(command, Tell)]
    assert words in reject.why
    assert words in tell.text


def test_a_claim_that_is_gone_leaves_the_caller_to_the_next() -> None:
    book = held_for_anyone() >> CLAIM >> ClaimGone("c1")
    book >> CLAIM << [Refer("c1", TARGET)]


def test_a_caller_being_taken_back_cannot_be_claimed() -> None:
    book = held_for_anyone() >> RequestResume("c1")
    book >> CLAIM << [RejectClaim("c1", "The caller was just taken back.")]


def test_a_late_success_after_the_claim_was_gone_means_the_caller_left_by_themselves() -> None:
    book = held_for_anyone() >> CLAIM >> ClaimGone("c1") >> ReferProgress("c1", 200, True) << []
    assert book.call("c1").phase is Phase.HELD


def test_the_caller_who_hangs_up_on_the_way_is_logged_as_talked_to() -> None:
    book = held_for_anyone() >> CLAIM >> ReferAccepted("c1") >> CallEnded("c1", 200, "", True, 0.0)
    (finish,) = [command for command in book.commands if isinstance(command, Finish)]
    assert finish.outcome is Outcome.ANSWERED
    assert not finish.by_agent


def test_a_transfer_keeps_the_call_until_it_has_worked() -> None:
    book = talking() >> RequestTransfer("c1", "sip:x@y") << [Refer("c1", "sip:x@y")]
    with pytest.raises(IllegalTransitionError, match="just being transferred"):
        book >> RequestTransfer("c1", "sip:z@y")
    (
        book
        >> ReferProgress("c1", 404, True)
        << [Tell("c1", "The call was not transferred and is still yours: sip:x@y was not reached (404).")]
    )
    book >> RequestTransfer("c1", "sip:z@y") >> ReferProgress("c1", 200, True) << [HangUp("c1")]


def test_hanging_up_ends_a_transfer_too() -> None:
    talking() >> RequestTransfer("c1", "sip:x@y") >> RequestHangUp("c1") << [HangUp("c1")]


def test_a_park_orbit_is_asked_once_for_each_hold() -> None:
    book = held_for_anyone(HoldRules(park_orbit="sip:701@pbx")) << [Refer("c1", "sip:701@pbx")]
    book >> ReferRefused("c1", 404)
    assert book.call("c1").watched
    assert not any(isinstance(command, Refer) for command in book.commands)


def test_parked_callers_leave_us() -> None:
    book = held_for_anyone(HoldRules(park_orbit="sip:701@pbx")) >> ReferProgress("c1", 200, True)
    book << [ListHeld("c1", "sip:701@pbx"), HangUp("c1")]
    book >> CallEnded("c1", 200, "", False, 0.0)
    (finish,) = [command for command in book.commands if isinstance(command, Finish)]
    assert finish.outcome is Outcome.TRANSFERRED


def test_a_refer_that_dies_with_its_call_asks_nobody_to_come() -> None:
    book = held_for_anyone() >> CLAIM >> ReferRefused("c1", 481) << []
    book >> CallEnded("c1", 200, "", True, 0.0)
    assert not book.state.calls
