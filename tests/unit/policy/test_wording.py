from __future__ import annotations

import pytest

from softphone.model.profile import UserProfile
from softphone.policy.wording import minutes, name_of, sentence, suggestion


@pytest.mark.parametrize(
    ("text", "told"), [("a login is missing", "A login is missing."), ("what?", "What?"), ("Done.", "Done."), ("", "")]
)
def test_sentences_begin_and_end_as_sentences_do(text: str, told: str) -> None:
    assert sentence(text) == told


@pytest.mark.parametrize(("seconds", "clock"), [(0, "0:00"), (9.6, "0:10"), (60, "1:00"), (3600, "60:00")])
def test_a_length_of_time_reads_like_a_clock(seconds: float, clock: str) -> None:
    assert minutes(seconds) == clock


def test_people_without_a_name_are_called_by_their_login() -> None:
    assert [name_of(UserProfile("agent1", "Agent One")), name_of(UserProfile("agent1"))] == ["Agent One", "agent1"]


def test_a_suggestion_is_made_only_when_something_is_close() -> None:
    assert suggestion("upd", ("udp", "tcp")) == "; did you mean “udp”?"
    assert suggestion("carrier pigeon", ("udp", "tcp")) == ""


def test_nothing_is_looked_for_among_thousands() -> None:
    assert suggestion("agent", [f"agent{number}" for number in range(5000)]) == ""
