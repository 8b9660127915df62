"""Circles of one, two and three agents, a circle further on, and none."""

from __future__ import annotations

import pytest

from softphone.model.profile import NoAnswer, Team, UserProfile, UserQueue
from softphone.policy.loops import no_answer_loop


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
