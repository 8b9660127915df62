"""Hold, resume and change-over where the other side says no, and what the agent reads then."""

from __future__ import annotations

from softphone.model.actions import (
    Choice,
    Choose,
    RequestDial,
    RequestHangUp,
    RequestHold,
    RequestHoldForAnyone,
    RequestResume,
)
from softphone.model.call import Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.ua_commands import CutSound, Dial, Hold, OutliveApp, Respond, Resume
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    HoldConfirmed,
    HoldRefused,
    ResumeConfirmed,
    ResumeRefused,
)
from softphone.policy.calls.events import (
    Claimed,
    Finish,
    ListHeld,
    StartTimer,
    StopTimer,
    TakeOver,
    Tell,
    Timer,
    TimerFired,
    TimerKind,
)
from tests.playbook import Playbook

from .world import arrival

STILL_UP = "The call could not be put on hold (488). It is still up."


def retry(call: str) -> Timer:
    return Timer(TimerKind.RETRY, call)


def switch(call: str) -> Timer:
    return Timer(TimerKind.SWITCH, call)


def talking() -> Playbook:
    return Playbook() >> arrival("c1") >> Choose("c1", Choice.ANSWER) >> CallEstablished("c1", 0.0)


def one_held_and_talking() -> Playbook:
    """c1 is on hold, the agent talks with c2."""
    book = talking() >> RequestHold("c1") >> HoldConfirmed("c1") >> arrival("c2")
    return book >> Choose("c2", Choice.HOLD_AND_ANSWER) >> CallEstablished("c2", 0.0)


def changing_over() -> Playbook:
    return talking() >> arrival("c2") >> Choose("c2", Choice.HOLD_AND_ANSWER)


def stays_refused(book: Playbook, refusal: HoldRefused | ResumeRefused) -> Playbook:
    """Three times, as RFC 3261 section 14.1 lets it be tried again."""
    for _ in range(2):
        book = book >> refusal >> TimerFired(retry(refusal.call))
    return book >> refusal


def test_hold_and_resume() -> None:
    book = talking() >> RequestHold("c1") << [CutSound("c1", True), Hold("c1")]
    book >> HoldConfirmed("c1") << []
    assert (book.call("c1").phase, book.call("c1").attempts) == (Phase.HELD, 0)
    book >> RequestResume("c1") << [CutSound("c1", False), Resume("c1")]
    book >> ResumeConfirmed("c1") << []
    assert (book.call("c1").phase, book.call("c1").attempts) == (Phase.ACTIVE, 0)


def test_a_hold_that_stays_refused_leaves_the_call_up_and_nobody_elses() -> None:
    book = stays_refused(talking() >> RequestHoldForAnyone("c1"), HoldRefused("c1", 488))
    book << [CutSound("c1", False), Tell("c1", STILL_UP)]
    call = book.call("c1")
    assert (call.phase, call.held_for_anyone, call.attempts, call.retry_due) == (Phase.ACTIVE, False, 0, False)


def test_a_resume_that_stays_refused_leaves_the_caller_on_hold() -> None:
    held = talking() >> RequestHold("c1") >> HoldConfirmed("c1")
    book = stays_refused(held >> RequestResume("c1"), ResumeRefused("c1", 491))
    book << [CutSound("c1", True), Tell("c1", "The call could not be taken off hold (491).")]
    assert (book.call("c1").phase, book.call("c1").attempts) == (Phase.HELD, 0)


def test_each_hold_has_its_three_tries() -> None:
    book = talking() >> RequestHold("c1") >> HoldRefused("c1", 491) >> TimerFired(retry("c1"))
    book = book >> HoldRefused("c1", 491) >> TimerFired(retry("c1")) >> HoldConfirmed("c1") >> RequestResume("c1")
    book >> ResumeRefused("c1", 491) >> TimerFired(retry("c1")) << [Resume("c1")]


def test_a_second_refusal_of_the_same_try_is_not_counted() -> None:
    book = talking() >> RequestHold("c1") >> HoldRefused("c1", 491)
    book >> HoldRefused("c1", 491) << []
    assert book.timers == []
    book >> TimerFired(retry("c1")) << [Hold("c1")]
    assert book.timers == []  # nobody waits for this hold


def test_the_prompt_says_what_became_of_the_hold_until_the_agent_chooses_again() -> None:
    book = stays_refused(changing_over(), HoldRefused("c1", 488)) << [CutSound("c1", False)]
    assert book.timers[-1] == StopTimer(switch("c1"))
    assert book.state.problem == STILL_UP
    book >> Choose("c2", Choice.HOLD_AND_ANSWER)
    assert book.state.problem == ""


def test_a_caller_who_was_answered_before_the_hold_failed_stays_answered() -> None:
    book = changing_over() >> TimerFired(switch("c1")) << [Respond("c2", 200)]
    book = stays_refused(book, HoldRefused("c1", 488))
    told = Tell("c1", "The other side did not accept the hold (488); it cannot hear you.")
    book << [told, ListHeld("c1"), OutliveApp("c1", True)]
    assert (book.call("c1").phase, book.call("c1").attempts) == (Phase.HELD, 0)


def test_a_held_call_is_not_taken_back_when_the_other_one_cannot_be_held() -> None:
    book = one_held_and_talking() >> RequestResume("c1") << [CutSound("c2", True), Hold("c2")]
    stays_refused(book, HoldRefused("c2", 488)) << [CutSound("c2", False), Tell("c2", STILL_UP)]
    assert (book.call("c1").phase, book.call("c2").phase) == (Phase.HELD, Phase.ACTIVE)


def test_nobody_is_called_when_the_line_cannot_be_freed() -> None:
    take_over = TakeOver(Dial("n", "sip:customer@example.com"), Choice.HOLD_AND_ANSWER)
    book = stays_refused(talking() >> take_over, HoldRefused("c1", 488))
    failed = Finish("n", Direction.OUTGOING, Outcome.FAILED, STILL_UP, False)
    book << [CutSound("c1", False), Tell("c1", STILL_UP), failed]


def test_hold_and_answer_during_a_hold_of_ones_own_makes_it_one_for_anyone() -> None:
    book = talking() >> RequestHold("c1") >> arrival("c2") >> Choose("c2", Choice.HOLD_AND_ANSWER) << []
    assert book.call("c1").held_for_anyone
    assert book.timers == [StartTimer(switch("c1"), 2.0)]


def test_a_call_that_is_being_taken_back_can_be_held_again_for_the_next() -> None:
    book = talking() >> RequestHold("c1") >> HoldConfirmed("c1") >> RequestResume("c1") >> arrival("c2")
    book >> Choose("c2", Choice.HOLD_AND_ANSWER) << [CutSound("c1", True), Hold("c1")]


def test_a_retry_that_is_due_is_not_waited_for_by_a_new_hold() -> None:
    book = talking() >> RequestHold("c1") >> HoldConfirmed("c1") >> RequestResume("c1") >> ResumeRefused("c1", 491)
    book >> arrival("c2") >> Choose("c2", Choice.HOLD_AND_ANSWER) << [CutSound("c1", True), Hold("c1")]
    assert StopTimer(retry("c1")) in book.timers
    assert not book.call("c1").retry_due


def test_hanging_up_on_who_is_being_put_on_hold_answers_at_once() -> None:
    book = changing_over() >> RequestHangUp("c1")
    assert Respond("c2", 200) in book.commands
    assert StopTimer(switch("c1")) in book.timers
    assert book.call("c2").instead_of == ""


def test_who_was_put_on_hold_comes_back_when_the_answer_comes_to_nothing() -> None:
    book = changing_over() >> HoldConfirmed("c1")
    assert book.call("c2").instead_of == "c1"
    book >> CallEnded("c2", 408, "", True, 0.0)
    assert Resume("c1") in book.commands


def test_who_is_on_the_way_to_another_agent_is_not_taken_back() -> None:
    book = changing_over() >> HoldConfirmed("c1") >> Claimed("c1", "agent2", "Agent Two", "sip:agent2@example.com")
    book >> CallEnded("c2", 408, "", True, 0.0)
    assert Resume("c1") not in book.commands


def test_a_call_dialled_beside_a_held_one_leaves_it_on_hold_when_it_fails() -> None:
    book = talking() >> RequestHold("c1") >> HoldConfirmed("c1") >> RequestDial("c2", "sip:x@example.com")
    book >> CallEnded("c2", 486, "", True, 0.0)
    assert book.call("c1").phase is Phase.HELD
