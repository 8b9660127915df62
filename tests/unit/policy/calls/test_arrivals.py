"""What the call log says of callers nobody answered, and what they get."""

from __future__ import annotations

from dataclasses import replace

import pytest

from softphone.model.actions import Choice, Choose, DeclineTo, SetStatus
from softphone.model.call import NoAnswerPlan, Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.profile import AgentStatus, NoAnswer
from softphone.model.sip import Header
from softphone.model.ua_commands import Respond
from softphone.model.ua_events import CallEnded, CallEstablished, HoldRefused
from softphone.policy.calls.events import (
    Arrived,
    Event,
    Finish,
    Leaving,
    StartTimer,
    StopTimer,
    Timer,
    TimerFired,
    TimerKind,
)
from tests.playbook import Playbook

from .world import arrival

RING = Timer(TimerKind.RING_TIME, "c2")
BUSY = "The agent was on a call"
WAITS = f"{BUSY}, the number is their direct line and call waiting is on."
BYPASSED = f"{BUSY} and the user queue is bypassed while no agent is available."
NOT_DIRECT = f"{BUSY} and the dialled number is not their direct line."
CALL_WAITING = "busy-call-waiting"
VOICEMAIL = "The caller was sent to the voicemail box sip:vm@example.com."


def talking() -> Playbook:
    return Playbook() >> arrival("c1") >> Choose("c1", Choice.ANSWER) >> CallEstablished("c1", 0.0)


def finish_of(book: Playbook) -> Finish:
    (finish,) = [command for command in book.commands if isinstance(command, Finish)]
    return finish


@pytest.mark.parametrize(
    ("event", "outcome", "why", "rule"),
    [
        (
            Choose("c2", Choice.IGNORE),
            Outcome.IGNORED,
            f"{WAITS} The agent chose Ignore. {VOICEMAIL}",
            CALL_WAITING,
        ),
        (TimerFired(RING), Outcome.NO_ANSWER, f"{WAITS} The ring time was over. {VOICEMAIL}", CALL_WAITING),
        (
            DeclineTo("c2", "sip:boss@example.com"),
            Outcome.DECLINED,
            f"{WAITS} The agent sent the caller to sip:boss@example.com.",
            CALL_WAITING,
        ),
        (Leaving(), Outcome.UNAVAILABLE, f"The agent closed the softphone. {VOICEMAIL}", CALL_WAITING),
    ],
)
def test_why_a_caller_who_waited_was_not_answered(event: Event, outcome: Outcome, why: str, rule: str) -> None:
    book = talking() >> arrival("c2") >> event
    assert book.timers == [StopTimer(RING)]
    book >> CallEnded("c2", 0, "", False, 0.0)
    assert finish_of(book) == Finish("c2", Direction.INCOMING, outcome, why, False, by_agent=True, rule=rule)


@pytest.mark.parametrize(
    ("arrived", "outcome", "why", "rule"),
    [
        (arrival("c2", bypass=True), Outcome.BYPASSED, f"{BYPASSED} {VOICEMAIL}", "busy-bypass"),
        (arrival("c2", direct=False), Outcome.BUSY, NOT_DIRECT, "busy-not-direct"),
    ],
)
def test_why_a_caller_was_turned_away(arrived: Arrived, outcome: Outcome, why: str, rule: str) -> None:
    book = talking() >> arrived >> CallEnded("c2", 0, "", False, 0.0)
    finish = Finish("c2", Direction.INCOMING, outcome, why, False, by_agent=True, rule=rule, unseen=True)
    assert finish_of(book) == finish


def test_an_agent_who_is_away_is_not_available() -> None:
    book = Playbook() >> SetStatus(AgentStatus.OFFLINE) >> arrival("c2", direct=False) << [Respond("c2", 480)]
    book >> CallEnded("c2", 0, "", False, 0.0)
    why = "The agent was not available and the dialled number is not their direct line."
    finish = Finish("c2", Direction.INCOMING, Outcome.UNAVAILABLE, why, False, by_agent=True, rule="away-not-direct")
    assert finish_of(book) == replace(finish, unseen=True)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (NoAnswerPlan(NoAnswer.HANG_UP, "", "sip:a@b"), "The caller was hung up on."),
        (NoAnswerPlan(NoAnswer.AGENT, "sip:two@b", "sip:a@b"), "The caller was sent to sip:two@b."),
        (NoAnswerPlan(NoAnswer.VOICEMAIL, "sip:vm@b", "sip:a@b"), "The caller was sent to the voicemail box sip:vm@b."),
        (NoAnswerPlan(NoAnswer.HANG_UP, "", "sip:a@b", (), "It leads nowhere."), "It leads nowhere."),
    ],
)
def test_where_the_caller_went_is_told_at_the_end(plan: NoAnswerPlan, words: str) -> None:
    book = talking() >> replace(arrival("c2"), plan=plan) >> Choose("c2", Choice.IGNORE)
    assert book.call("c2").why == f"{WAITS} The agent chose Ignore. {words}"


def test_a_ring_time_that_is_over_already_ends_at_once() -> None:
    assert (Playbook() >> replace(arrival("c2"), waited=100.0)).timers == [StartTimer(RING, 0.0)]


def test_the_rule_that_decides_again_is_the_one_that_is_told() -> None:
    book = talking() >> arrival("c2")
    assert (book.call("c2").why, book.call("c2").rule) == (WAITS, CALL_WAITING)
    book >> CallEnded("c1", 200, "", True, 0.0)
    assert (book.call("c2").why, book.call("c2").rule) == ("The agent was free.", "free")


def test_a_caller_turned_away_later_is_told_the_later_rule() -> None:
    book = Playbook() >> arrival("c1") >> arrival("c2", direct=False) >> Choose("c1", Choice.ANSWER)
    assert (book.call("c2").phase, book.call("c2").rule, book.call("c2").why) == (
        Phase.ENDING,
        "busy-not-direct",
        NOT_DIRECT,
    )


def test_the_beep_says_call_waiting_as_rfc_7462_section_5_1_names_it() -> None:
    alert = Header("Alert-Info", "<urn:alert:service:call-waiting>")
    talking() >> arrival("c2") << [Respond("c2", 180, headers=(alert,))]


def test_a_caller_whose_answer_failed_waits_on_for_the_rest_of_the_ring_time() -> None:
    book = talking() >> arrival("c2") >> Choose("c2", Choice.HOLD_AND_ANSWER)
    for _ in range(2):
        book = book >> HoldRefused("c1", 488) >> TimerFired(Timer(TimerKind.RETRY, "c1"))
    book = book >> HoldRefused("c1", 488)
    assert book.call("c2").phase is Phase.WAITING
    assert StopTimer(RING) not in book.timers


def test_a_ring_timer_that_comes_late_does_not_end_a_talk() -> None:
    book = talking() >> TimerFired(Timer(TimerKind.RING_TIME, "c1")) << []
    assert book.call("c1").phase is Phase.ACTIVE
