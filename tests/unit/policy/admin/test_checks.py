"""Bad input, in the words a dialog shows and beside the field it shows them at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from softphone.model.profile import NoAnswer, Route, RouteKind, Team, TrackingNumber, UserProfile, UserQueue
from softphone.policy.admin.checks import check_number, check_user, suggestion

ONE = UserProfile("agent1", "Agent One", "sip:agent1@example.com")
TWO = UserProfile("agent2", "Agent Two", queue=UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1"))
LINE = TrackingNumber("+15551230001", "Spring", Route.parse("agent:agent1"))
TEAM = Team([ONE, TWO], [LINE])


def queue(no_answer: NoAnswer, target: str) -> UserProfile:
    return replace(ONE, queue=UserQueue(no_answer=no_answer, no_answer_target=target))


@pytest.mark.parametrize(
    "user",
    [
        ONE,
        replace(ONE, sip_uri="sips:one@example.com;transport=tls"),
        replace(ONE, queue=UserQueue(ring_seconds=5)),
        replace(ONE, queue=UserQueue(ring_seconds=3600)),
        queue(NoAnswer.VOICEMAIL, "sip:vm@example.com"),
    ],
)
def test_what_is_right_is_not_found_fault_with(user: UserProfile) -> None:
    assert check_user(user, TEAM, "agent1") == {}
    assert check_user(TWO, TEAM, "agent2") == {}
    assert check_user(UserProfile("agent3"), TEAM) == {}


@pytest.mark.parametrize(
    ("user", "field", "words"),
    [
        (replace(ONE, login=""), "login", "A login is missing."),
        (replace(ONE, login="a b"), "login", "“a b” contains a blank or a colon."),
        (replace(ONE, login="a\x07"), "login", "The text contains a line break or another control character."),
        (replace(ONE, login="one"), "login", "A login cannot be changed; duplicate the user under the new one."),
        (replace(ONE, name="a\r\nX: y"), "name", "The text contains a line break or another control character."),
        (replace(ONE, sip_uri="a@b"), "sip_uri", "“a@b” is not a SIP address such as sip:name@example.com."),
        (replace(ONE, sip_uri="tel:+1"), "sip_uri", "“tel:+1” is not a SIP address such as sip:name@example.com."),
        (
            replace(ONE, queue=UserQueue(ring_seconds=4)),
            "ring_seconds",
            "The ring time has to be 5 to 3600 seconds, not 4.",
        ),
        (
            replace(ONE, queue=UserQueue(ring_seconds=3601)),
            "ring_seconds",
            "The ring time has to be 5 to 3600 seconds, not 3601.",
        ),
        (queue(NoAnswer.AGENT, ""), "no_answer_target", "An agent to route to is missing."),
        (
            queue(NoAnswer.AGENT, "agent1"),
            "no_answer_target",
            "Callers cannot be routed back to the same agent; choose another one.",
        ),
        (
            queue(NoAnswer.AGENT, "agent22"),
            "no_answer_target",
            "There is no user “agent22”; did you mean “agent2”?",
        ),
        (
            queue(NoAnswer.AGENT, "agent2"),
            "no_answer_target",
            "Callers would go round in a circle: Agent One → Agent Two → Agent One; choose another agent.",
        ),
        (queue(NoAnswer.VOICEMAIL, ""), "no_answer_target", "The SIP address of a voicemail box is missing."),
        (
            queue(NoAnswer.VOICEMAIL, "mailbox"),
            "no_answer_target",
            "“mailbox” is not a SIP address such as sip:name@example.com.",
        ),
        (
            queue(NoAnswer.HANG_UP, "agent2"),
            "no_answer_target",
            "Callers who are hung up on need no target: leave it empty.",
        ),
    ],
)
def test_what_is_wrong_with_a_user(user: UserProfile, field: str, words: str) -> None:
    assert check_user(user, TEAM, "agent1") == {field: words}


def test_a_new_user_needs_a_login_of_their_own_however_it_is_spelled() -> None:
    assert check_user(UserProfile("AGENT1"), TEAM) == {"login": "There is a user “agent1” already."}


def test_a_circle_of_others_is_not_the_fault_of_who_leads_to_it() -> None:
    looping = TEAM.with_user(queue(NoAnswer.AGENT, "agent2"))
    three = UserProfile("agent3", queue=UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1"))
    assert check_user(three, looping) == {}


def test_every_mistake_of_a_user_is_told_at_once() -> None:
    wrong = UserProfile("a b", sip_uri="x", queue=UserQueue(ring_seconds=0, no_answer=NoAnswer.AGENT))
    assert list(check_user(wrong, TEAM)) == ["login", "sip_uri", "ring_seconds", "no_answer_target"]


@pytest.mark.parametrize(
    ("number", "field", "words"),
    [
        (replace(LINE, number=""), "number", "A number is missing."),
        (replace(LINE, number="555-PIZZA"), "number", "“555-PIZZA” is no phone number."),
        (replace(LINE, number="+0123456789"), "number", "“+0123456789” is no phone number."),
        (replace(LINE, label="a\nb"), "label", "The text contains a line break or another control character."),
        (replace(LINE, route=Route(RouteKind.OTHER, "")), "route", "A route is missing."),
        (replace(LINE, route=Route(RouteKind.QUEUE, "")), "route", "A route is missing."),
        (
            replace(LINE, route=Route(RouteKind.QUEUE, "a\nb")),
            "route",
            "The text contains a line break or another control character.",
        ),
        (
            replace(LINE, route=Route.parse("agent:agent11")),
            "route",
            "There is no user “agent11”; did you mean “agent1”?",
        ),
        (replace(LINE, route=Route.parse("agent1")), "route", "“agent1” is no route; did you mean “agent:agent1”?"),
        (replace(LINE, route=Route.parse("agnt:agent1")), "route", "“agnt:agent1” is no route; did you mean “agent:”?"),
    ],
)
def test_what_is_wrong_with_a_number(number: TrackingNumber, field: str, words: str) -> None:
    assert check_number(number, TEAM, LINE.number) == {field: words}


@pytest.mark.parametrize("route", ["agent:agent2", "queue:sales", "sip:desk@example.com", "desk"])
def test_routes_that_are_right(route: str) -> None:
    assert check_number(replace(LINE, route=Route.parse(route)), TEAM, LINE.number) == {}


def test_a_number_is_there_once() -> None:
    taken = {"number": "There is a tracking number +15551230001 already, “Spring”."}
    assert check_number(LINE, TEAM) == taken
    assert check_number(LINE, TEAM, "+15551230009") == taken
    assert check_number(replace(LINE, number="+15551230009"), TEAM, LINE.number) == {}


def test_a_suggestion_is_made_only_when_something_is_close() -> None:
    assert suggestion("upd", ("udp", "tcp")) == "; did you mean “udp”?"
    assert suggestion("carrier pigeon", ("udp", "tcp")) == ""


def test_nothing_is_looked_for_among_thousands() -> None:
    assert suggestion("agent", [f"agent{number}" for number in range(5000)]) == ""
