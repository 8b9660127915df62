from __future__ import annotations

import pytest

from softphone.config.provisioning import read_provisioning
from softphone.model.profile import Team, UserProfile
from tests.unit.config.provisioning_files import mistakes


@pytest.mark.parametrize(
    ("queue", "mistake"),
    [
        ("no_answer = 'agent'", "line 3: users[0].queue.no_answer_target: an agent to route to is missing"),
        (
            "no_answer = 'voicemail'",
            "line 3: users[0].queue.no_answer_target: the SIP address of a voicemail box is missing",
        ),
        (
            "no_answer_target = 'b'",
            "line 4: users[0].queue.no_answer_target: callers who are hung up on need no target: leave it empty",
        ),
        ("no_answer = 'agnet'\nno_answer_target = 'b'", "line 4: users[0].queue.no_answer: “agnet” is not one of"),
        (
            "no_answer = 'agent'\nno_answer_target = 'a'",
            "line 5: users[0].queue.no_answer_target: callers cannot be routed back to the same agent",
        ),
        ("no_answer = 'agent'\nno_answer_target = 'c'", "line 5: users[0].queue.no_answer_target: there is no user"),
        (
            "no_answer = 'voicemail'\nno_answer_target = 'b'",
            "line 5: users[0].queue.no_answer_target: “b” is not a SIP",
        ),
        ("ring_seconds = 30.0", "line 4: users[0].queue.ring_seconds: is not a whole number"),
    ],
)
def test_mistakes_in_a_queue(queue: str, mistake: str) -> None:
    (line,) = mistakes(f"[[users]]\nlogin = 'a'\n[users.queue]\n{queue}\n[[users]]\nlogin = 'b'")
    assert line.startswith(mistake)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("(555) 123-0001", "“(555) 123-0001” is no E.164 number; did you mean “+15551230001”?"),
        ("15551230001", "“15551230001” is no E.164 number; did you mean “+15551230001”?"),
        ("+1 555 123 0001", "“+1 555 123 0001” is no E.164 number; did you mean “+15551230001”?"),
        ("+0123456789", "“+0123456789” is no E.164 number"),
        ("+1555123000112345", "“+1555123000112345” is no E.164 number"),
        ("agent1", "“agent1” is no E.164 number"),
    ],
)
def test_a_tracking_number_is_e164(number: str, words: str) -> None:
    assert mistakes(f"[[tracking_numbers]]\nnumber = '{number}'\nroute = 'queue:q'") == [
        f"line 2: tracking_numbers[0].number: {words}"
    ]


def test_the_number_meant_is_guessed_by_the_region_of_the_file() -> None:
    text = "[numbers]\ndefault_region = 'DE'\n[[tracking_numbers]]\nnumber = '030 123456'\nroute = 'queue:q'"
    assert mistakes(text) == [
        "line 4: tracking_numbers[0].number: “030 123456” is no E.164 number; did you mean “+4930123456”?"
    ]


@pytest.mark.parametrize(
    ("route", "words"),
    [
        ("'agent:b'", "there is no user “b”"),
        ("'agent:'", "“agent:” names no agent"),
        ("'agnt:agent1'", "“agnt:agent1” is no route; did you mean “agent:”?"),
        ("'agent1'", "“agent1” is no route; did you mean “agent:agent1”?"),
        ("''", "the route is empty"),
        ("1", "is not a line of text"),
        ('"queue:a\\nb"', "is not a line of text"),
    ],
)
def test_mistakes_in_a_route(route: str, words: str) -> None:
    text = f"[[tracking_numbers]]\nnumber = '+15551230001'\nroute = {route}"
    assert mistakes(text, Team([UserProfile("agent1")])) == [f"line 3: tracking_numbers[0].route: {words}"]


def test_users_who_are_there_already_can_be_referred_to() -> None:
    text = (
        "[agent]\nlogin = 'agent1'\n[[users]]\nlogin = 'new'\n"
        "queue = { no_answer = 'agent', no_answer_target = 'agent1' }\n"
        "[[tracking_numbers]]\nnumber = '+15551230001'\nroute = 'agent:agent1'"
    )
    asked = read_provisioning(text, Team([UserProfile("agent1")]))
    assert [user.login for user in asked.users] == ["new"]
    assert len(mistakes(text)) == 3
