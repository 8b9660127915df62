"""The caller's side refuses REFER: the claimer calls this softphone, which joins the two."""

from __future__ import annotations

import pytest

from softphone.model.actions import Choice, Choose, RequestHangUp, RequestHoldForAnyone
from softphone.model.call import Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.ua_commands import Bridge, HangUp, OutliveApp, Respond, Resume
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CommandRefused,
    HoldConfirmed,
    ReferProgress,
    ReferRefused,
    ResumeConfirmed,
    ResumeRefused,
)
from softphone.policy.calls.events import (
    AskForBridge,
    BridgeArrived,
    Claimed,
    ClaimGone,
    Finish,
    RejectClaim,
    StartTimer,
    StopTimer,
    Tell,
    Timer,
    TimerFired,
    TimerKind,
)
from tests.playbook import Playbook

from .world import arrival

RETRY, TRANSFER = Timer(TimerKind.RETRY, "c1"), Timer(TimerKind.TRANSFER, "c1")
CLAIM = Claimed("c1", "agent2", "Agent Two", "sip:agent2@example.com;pickup=t")
NOT_HEARD_OF = "nothing was heard from Agent Two in time."


def held() -> Playbook:
    book = Playbook() >> arrival("c1") >> Choose("c1", Choice.ANSWER) >> CallEstablished("c1", 0.0)
    return book >> RequestHoldForAnyone("c1") >> HoldConfirmed("c1")


def asked() -> Playbook:
    return held() >> CLAIM >> ReferRefused("c1", 603) << [AskForBridge("c1")]


def answered() -> Playbook:
    return asked() >> BridgeArrived("b", "c1") << [Respond("b", 200)]


def joined() -> Playbook:
    """Agent Two, on the call b, talks with the caller, c1."""
    return answered() >> CallEstablished("b", 0.0)


def ended(call: str, *, by_remote: bool = True) -> CallEnded:
    return CallEnded(call, 200, "", by_remote, 0.0)


def of_the_caller(outcome: Outcome, why: str, *, by_agent: bool = False) -> Finish:
    return Finish("c1", Direction.INCOMING, outcome, why, True, "agent2", by_agent=by_agent, rule="free")


def test_the_two_are_joined_once_the_claimer_is_on_the_line() -> None:
    book = joined() << [Resume("c1"), Bridge("c1", "b")]
    assert StopTimer(TRANSFER) in book.timers
    assert (book.call("c1").phase, book.call("b").phase) == (Phase.BRIDGED, Phase.BRIDGED)
    book >> ResumeConfirmed("c1") << []


def test_a_refused_end_of_the_hold_is_tried_five_times() -> None:
    book = joined()
    for _ in range(4):
        book >> ResumeRefused("c1", 491) << []
        assert book.timers == [StartTimer(RETRY, 0.2, 1.0)]
        book >> ResumeRefused("c1", 491) << []
        assert book.timers == []
        book >> TimerFired(RETRY) << [Resume("c1")]
    rejected = RejectClaim("c1", "The caller's side could not be taken off hold.")
    book >> ResumeRefused("c1", 491) << [rejected, HangUp("b"), OutliveApp("c1", True)]
    caller = book.call("c1")
    assert (caller.phase, caller.transfer, caller.attempts, caller.continued_by) == (Phase.HELD, None, 0, "")


def test_the_claimer_ends_it() -> None:
    book = joined() >> ended("b")
    claimer, *others = book.commands[-2:]
    assert isinstance(claimer, Finish) and claimer.bridge
    assert others == [HangUp("c1")]
    book >> ended("c1", by_remote=False)
    book << [of_the_caller(Outcome.PICKED_UP, "Agent Two picked the caller up.", by_agent=True)]


def test_the_claimer_ends_it_while_a_retry_is_due() -> None:
    book = joined() >> ResumeRefused("c1", 491) >> ended("b")
    assert StopTimer(RETRY) in book.timers
    assert HangUp("c1") in book.commands
    assert not book.call("c1").retry_due


def test_the_caller_ends_it() -> None:
    joined() >> ended("c1") << [of_the_caller(Outcome.ANSWERED, "The other side hung up."), HangUp("b")]


@pytest.mark.parametrize("call", ["c1", "b"])
def test_the_agent_ends_it_for_both(call: str) -> None:
    book = joined() >> RequestHangUp(call) << [HangUp("c1"), HangUp("b")]
    book >> ended("c1", by_remote=False)
    book << [of_the_caller(Outcome.PICKED_UP, "The agent hung up for both.", by_agent=True)]
    (
        book
        >> ended("b", by_remote=False)
        << [Finish("b", Direction.INCOMING, Outcome.ANSWERED, "", False, by_agent=True, bridge=True)]
    )


@pytest.mark.parametrize("command", [Respond, Bridge])
def test_what_the_user_agent_cannot_join_ends(command: type) -> None:
    joined() >> CommandRefused(command, "b", "no") << [HangUp("c1"), HangUp("b")]


@pytest.mark.parametrize(
    "book",
    [
        Playbook,
        held,
        lambda: held() >> CLAIM >> ended("c1"),
        lambda: asked() >> ClaimGone("c1"),
        lambda: asked() >> BridgeArrived("earlier", "c1"),
        joined,
    ],
    ids=["no caller", "nobody claimed", "the caller is gone", "the claim is gone", "called before", "joined already"],
)
def test_a_claimer_who_calls_in_vain_gets_480(book) -> None:
    there = book() >> BridgeArrived("late", "c1")
    there << [Respond("late", 480)]
    there >> ended("late", by_remote=False)
    why = Finish("late", Direction.INCOMING, Outcome.UNAVAILABLE, "", False, by_agent=True, bridge=True)
    there << [why]


def test_a_480_that_cannot_be_sent_is_not_tried_again() -> None:
    Playbook() >> BridgeArrived("late", "") >> CommandRefused(Respond, "late", "no") << []


def test_the_claimer_gives_up_before_the_line_is_up() -> None:
    book = answered() >> ended("b")
    assert StopTimer(TRANSFER) in book.timers
    assert (book.call("c1").phase, book.call("c1").transfer) == (Phase.HELD, None)


def test_the_caller_gives_up_before_the_line_is_up() -> None:
    book = answered() >> ended("c1")
    assert HangUp("b") in book.commands
    book >> CallEstablished("b", 0.0) << []


def test_the_claimer_is_not_up_in_time() -> None:
    rejected = RejectClaim("c1", f"The caller could not be picked up: {NOT_HEARD_OF}")
    told = Tell("c1", f"The caller was not picked up and is still on hold here: {NOT_HEARD_OF}")
    book = answered() >> TimerFired(TRANSFER) << [rejected, told, HangUp("b"), OutliveApp("c1", True)]
    assert book.call("c1").transfer is None


def test_once_the_claimer_is_on_the_way_nothing_else_counts() -> None:
    book = answered()
    for late in (
        ClaimGone("c1"),
        ReferRefused("c1", 603),
        ReferProgress("c1", 200, True),
        ReferProgress("c1", 486, True),
    ):
        book >> late << []
    assert book.call("c1").transfer is not None
