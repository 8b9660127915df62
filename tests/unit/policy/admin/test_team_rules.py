from __future__ import annotations

import pytest

from softphone.model.profile import NoAnswer, Role, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.policy.admin.team_rules import newcomer, no_answer_loop, uses_of

TO_ONE = UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1")
TEAM = Team(
    [
        UserProfile("agent1"),
        UserProfile("agent2", "Agent Two", queue=TO_ONE),
        UserProfile("agent3", queue=UserQueue(no_answer=NoAnswer.VOICEMAIL, no_answer_target="agent1")),
    ],
    [
        TrackingNumber("+15551230001", "Spring", Route.parse("agent:agent1")),
        TrackingNumber("+15551230002", "", Route.parse("agent:agent1")),
        TrackingNumber("+15551230003", "Queue", Route.parse("queue:agent1")),
    ],
)


def test_numbers_and_routes_that_lead_to_an_agent() -> None:
    assert uses_of("agent1", TEAM) == (
        "the tracking number +15551230001 (Spring)",
        "the tracking number +15551230002",
        "the no-answer route of Agent Two",
    )


def test_nothing_leads_to_others() -> None:
    assert [uses_of(login, TEAM) for login in ("agent2", "agent3", "nobody")] == [(), (), ()]


def team(**routes: str) -> Team:
    """Agents by login, each with the agent their callers go to; “-” to nobody, “vm” to a voicemail box."""
    return Team(UserProfile(login, queue=queue(target)) for login, target in routes.items())


def queue(target: str) -> UserQueue:
    if target == "vm":
        return UserQueue(no_answer=NoAnswer.VOICEMAIL, no_answer_target="sip:vm@example.com")
    return UserQueue() if target == "-" else UserQueue(no_answer=NoAnswer.AGENT, no_answer_target=target)


@pytest.mark.parametrize(
    ("routes", "loop"),
    [
        ({"a": "-"}, ()),
        ({"a": "vm"}, ()),
        ({"a": "b", "b": "c", "c": "-"}, ()),
        ({"a": "b", "b": "vm"}, ()),
        ({"a": "nobody"}, ()),
        ({"a": "a"}, ("a",)),
        ({"a": "b", "b": "a"}, ("a", "b")),
        ({"a": "b", "b": "c", "c": "a"}, ("a", "b", "c")),
        ({"a": "b", "b": "c", "c": "b"}, ("b", "c")),
        ({"a": "b", "b": "b"}, ("b",)),
    ],
)
def test_which_circle(routes: dict[str, str], loop: tuple[str, ...]) -> None:
    assert no_answer_loop("a", team(**routes)) == loop


def test_an_edited_user_counts_as_they_would_be_saved() -> None:
    saved = team(a="-", b="a")
    assert no_answer_loop("a", saved) == ()
    assert no_answer_loop("a", saved.with_user(UserProfile("a", queue=queue("b")))) == ("a", "b")


def test_a_long_chain_is_followed_to_its_end() -> None:
    chain = {f"a{number}": f"a{number + 1}" for number in range(500)}
    assert no_answer_loop("a0", team(**chain, a500="a498")) == ("a498", "a499", "a500")


def test_the_first_user_of_all_is_an_admin_and_later_ones_are_agents() -> None:
    first = newcomer("kim", "Kim", "sip:kim@example.com", Team())
    assert first == UserProfile("kim", "Kim", "sip:kim@example.com", Role.ADMIN)
    assert newcomer("lee", "", "", Team([first])).role is Role.AGENT
