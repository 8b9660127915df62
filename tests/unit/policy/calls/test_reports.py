"""What the other side and the user agent tell of a call, and what the call log says of its end."""

from __future__ import annotations

import pytest

from softphone.model.actions import Choice, Choose, RequestDial, RequestHangUp, RequestHold, RequestResume
from softphone.model.call import Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.ua_commands import CutSound, HangUp, Hold, Respond, Resume
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CallProgress,
    CommandRefused,
    EngineLost,
    HoldConfirmed,
    HoldRefused,
    RemoteHold,
    ResumeConfirmed,
    ResumeRefused,
)
from softphone.policy.calls.events import Finish, Tell, Timer, TimerFired, TimerKind
from tests.playbook import Playbook

from .world import arrival

RETRY = TimerFired(Timer(TimerKind.RETRY, "c1"))


def ringing() -> Playbook:
    return Playbook() >> arrival("c1")


def answering() -> Playbook:
    return ringing() >> Choose("c1", Choice.ANSWER)


def talking() -> Playbook:
    return answering() >> CallEstablished("c1", 0.0)


def dialling() -> Playbook:
    return Playbook() >> RequestDial("c1", "sip:x@example.com")


def ended(code: int, reason: str = "", *, by_remote: bool) -> CallEnded:
    return CallEnded("c1", code, reason, by_remote, 0.0)


@pytest.mark.parametrize(
    ("book", "event", "outcome", "why"),
    [
        (ringing, ended(487, by_remote=True), Outcome.ABANDONED, "The agent was free. The caller gave up."),
        (ringing, ended(487, by_remote=False), Outcome.FAILED, "The agent was free. The answer failed (487)."),
        # RFC 3261 section 8.1.3.1: no answer counts as 408, an error of the transport as 503
        (answering, ended(408, by_remote=True), Outcome.FAILED, "The agent was free. The answer failed (408)."),
        (answering, ended(503, by_remote=True), Outcome.FAILED, "The agent was free. The answer failed (503)."),
        (answering, ended(487, by_remote=True), Outcome.ABANDONED, "The agent was free. The caller gave up."),
        (talking, ended(200, by_remote=True), Outcome.ANSWERED, "The other side hung up."),
        (
            talking,
            ended(408, "Request Timeout", by_remote=False),
            Outcome.ANSWERED,
            "The call broke off (408 Request Timeout).",
        ),
        (dialling, ended(486, "Busy Here", by_remote=True), Outcome.FAILED, "The other side answered 486 Busy Here."),
    ],
)
def test_how_a_call_ends_that_others_end(book, event: CallEnded, outcome: Outcome, why: str) -> None:
    there = book()
    call = there.call("c1")
    there >> event << [Finish("c1", call.direction, outcome, why, False, rule=call.rule)]


@pytest.mark.parametrize(("book", "outcome"), [(talking, Outcome.ANSWERED), (dialling, Outcome.FAILED)])
def test_how_a_call_ends_that_the_agent_ends(book, outcome: Outcome) -> None:
    there = book() >> RequestHangUp("c1") << [HangUp("c1")]
    there >> ended(487, by_remote=False)
    (finish,) = [command for command in there.commands if isinstance(command, Finish)]
    assert (finish.outcome, finish.why, finish.by_agent) == (outcome, "The agent hung up.", True)


def test_what_is_logged_of_a_call_that_goes_with_the_user_agent() -> None:
    book = talking() >> EngineLost(-9, 0.0)
    assert (
        Finish("c1", Direction.INCOMING, Outcome.LOST, "The user agent stopped.", False, rule="free") in book.commands
    )
    book = talking() >> RequestHangUp("c1") >> EngineLost(-9, 0.0)
    (finish,) = [command for command in book.commands if isinstance(command, Finish)]
    assert (finish.outcome, finish.why) == (Outcome.ANSWERED, "The agent hung up.")


@pytest.mark.parametrize(("codes", "rings"), [([183], False), ([180], True), ([180, 183], True), ([181], False)])
def test_the_other_side_rings_once_it_has_said_180(codes: list[int], rings: bool) -> None:
    book = dialling()
    for code in codes:
        book >> CallProgress("c1", code, "")
    assert book.call("c1").remote_ringing is rings


def test_the_other_side_holds_and_takes_back() -> None:
    book = talking() >> RemoteHold("c1", True)
    assert book.call("c1").remote_held
    book >> RemoteHold("c1", False)
    assert not book.call("c1").remote_held


class TestWhatTheUserAgentCannotDo:
    def test_a_hold_it_cannot_ask_for_is_like_one_refused(self) -> None:
        book = talking() >> RequestHold("c1")
        for _ in range(2):
            book >> CommandRefused(Hold, "c1", "no") >> RETRY << [Hold("c1")]
        book >> CommandRefused(Hold, "c1", "no")
        book << [CutSound("c1", False), Tell("c1", "The call could not be put on hold (0). It is still up.")]
        assert book.call("c1").phase is Phase.ACTIVE

    def test_a_resume_it_cannot_ask_for_is_like_one_refused(self) -> None:
        book = talking() >> RequestHold("c1") >> HoldConfirmed("c1") >> RequestResume("c1")
        for _ in range(2):
            book >> CommandRefused(Resume, "c1", "no") >> RETRY << [Resume("c1")]
        book >> CommandRefused(Resume, "c1", "no")
        book << [CutSound("c1", True), Tell("c1", "The call could not be taken off hold (0).")]
        assert book.call("c1").phase is Phase.HELD

    def test_an_answer_it_cannot_send_ends_the_call(self) -> None:
        answering() >> CommandRefused(Respond, "c1", "no media") << [HangUp("c1")]

    def test_a_final_answer_it_cannot_send_is_told_in_the_log(self) -> None:
        book = ringing() >> Choose("c1", Choice.IGNORE) >> CommandRefused(Respond, "c1", "bad header")
        book << [Respond("c1", 480)]
        book >> ended(480, by_remote=False)
        (finish,) = [command for command in book.commands if isinstance(command, Finish)]
        assert finish.why.endswith(" That failed: bad header")

    def test_a_provisional_answer_it_cannot_send_does_no_harm(self) -> None:
        book = ringing() >> CommandRefused(Respond, "c1", "no") << []
        assert book.call("c1").phase is Phase.RINGING


def test_what_comes_too_late_changes_nothing() -> None:
    book = talking()
    before = book.state
    for event in (HoldConfirmed("c1"), HoldRefused("c1", 491), ResumeConfirmed("c1"), ResumeRefused("c1", 491), RETRY):
        book >> event << []
    assert book.state == before
