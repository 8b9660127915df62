"""Every piece of advice: when it is given, when it is not, and at which control."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from softphone.model.profile import NoAnswer, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.policy.admin.advice import BYPASSED, BYPASSES, NO_DIRECT_LINE, Advice, advice_for_user

GOOD_QUEUE = UserQueue(False, 60, NoAnswer.VOICEMAIL, "sip:vm@example.com")
ONE = UserProfile("agent1", "Agent One", "sip:agent1@example.com", call_waiting=True, queue=GOOD_QUEUE)
BACK = UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1")
TWO = UserProfile("agent2", "Agent Two", "sip:agent2@example.com", queue=BACK)
THREE = UserProfile("agent3", sip_uri="sip:agent3@example.com")
DESK = UserProfile("desk")
TEAM = Team([ONE, TWO, THREE, DESK], [TrackingNumber("+15551230001", "", Route.parse("agent:agent1"))])


def with_queue(**changes: Any) -> UserProfile:
    return replace(ONE, queue=replace(GOOD_QUEUE, **changes))


def to(no_answer: NoAnswer, target: str) -> UserProfile:
    return with_queue(no_answer=no_answer, no_answer_target=target)


@pytest.mark.parametrize(
    "user",
    [
        ONE,
        replace(ONE, call_waiting=False, queue=UserQueue()),
        with_queue(ring_seconds=299, no_answer=NoAnswer.HANG_UP, no_answer_target=""),
        with_queue(ring_seconds=3600),
        to(NoAnswer.AGENT, "agent3"),
        to(NoAnswer.AGENT, ""),
        to(NoAnswer.VOICEMAIL, ""),
        UserProfile("agent9"),
    ],
)
def test_nothing_is_said_where_there_is_nothing_to_say(user: UserProfile) -> None:
    assert advice_for_user(user, TEAM) == ()


def test_call_waiting_on_while_the_queue_is_bypassed() -> None:
    assert advice_for_user(with_queue(bypass_if_no_agents=True), TEAM) == (
        Advice("call_waiting", BYPASSED),
        Advice("bypass_if_no_agents", BYPASSES),
    )
    sentence = "New calls will not ring through while this agent is on a call"
    assert BYPASSED.startswith(sentence)
    assert BYPASSES.startswith(sentence)


def test_call_waiting_on_without_a_direct_line() -> None:
    assert advice_for_user(replace(ONE, login="new"), TEAM) == (Advice("call_waiting", NO_DIRECT_LINE),)


@pytest.mark.parametrize(("seconds", "clock"), [(300, "5:00"), (3600, "60:00")])
def test_call_waiting_on_with_a_long_wait_that_ends_in_nothing(seconds: int, clock: str) -> None:
    user = with_queue(ring_seconds=seconds, no_answer=NoAnswer.HANG_UP, no_answer_target="")
    told = f"Unanswered callers are hung up on after {clock}"
    assert advice_for_user(user, TEAM) == (
        Advice("call_waiting", f"{told} (User Queue → No Answer)."),
        Advice("ring_seconds", f"{told}. A shorter ring time and a voicemail box lose fewer callers."),
    )


def test_a_route_to_an_agent_who_routes_back() -> None:
    assert advice_for_user(to(NoAnswer.AGENT, "agent2"), TEAM) == (
        Advice(
            "no_answer_target",
            "Unanswered callers come back here: Agent One → Agent Two → Agent One."
            " Callers nobody answers there are hung up on.",
        ),
    )


def test_a_route_into_a_circle_of_others() -> None:
    looping = TEAM.with_user(to(NoAnswer.AGENT, "agent2"))
    user = replace(THREE, queue=UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent2"))
    (advice,) = advice_for_user(user, looping)
    assert advice.text.startswith("Unanswered callers are routed in a circle: Agent Two → Agent One → Agent Two.")


@pytest.mark.parametrize(
    ("user", "words"),
    [
        (to(NoAnswer.VOICEMAIL, "mailbox 1"), "“mailbox 1” is no SIP address: callers would be hung up on."),
        (to(NoAnswer.VOICEMAIL, "tel:+1"), "“tel:+1” is no SIP address: callers would be hung up on."),
        (
            to(NoAnswer.VOICEMAIL, "sip:agent1@example.com"),
            "sip:agent1@example.com had this call before: sending it there again would be a loop."
            " Callers would be hung up on.",
        ),
        (to(NoAnswer.AGENT, "ghost"), "The no-answer route to “ghost” leads nowhere. Callers would be hung up on."),
        (to(NoAnswer.AGENT, "desk"), "The no-answer route to “desk” leads nowhere. Callers would be hung up on."),
    ],
)
def test_a_route_that_leads_nowhere(user: UserProfile, words: str) -> None:
    assert advice_for_user(user, TEAM) == (Advice("no_answer_target", words),)


def test_several_pieces_at_once() -> None:
    told = [advice.field for advice in advice_for_user(UserProfile("new", call_waiting=True), TEAM)]
    assert told == ["call_waiting", "bypass_if_no_agents", "call_waiting", "call_waiting", "ring_seconds"]
