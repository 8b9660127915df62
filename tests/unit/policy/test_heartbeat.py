"""A user agent is asked every moment; one that does not answer for too long hangs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from softphone.policy.heartbeat import Heartbeat, Next, Rhythm

RHYTHM = Rhythm(interval=2.0, patience=10.0)


def looks(*times: float, beat: Heartbeat) -> list[Next]:
    found = []
    for now in times:
        beat, todo = beat.look(now, RHYTHM)
        found.append(todo)
    return found


def test_the_first_look_asks_and_those_after_it_wait_for_the_answer() -> None:
    assert looks(2, 4, 6, 8, 10, beat=Heartbeat(0.0)) == [Next.ASK, Next.WAIT, Next.WAIT, Next.WAIT, Next.WAIT]


def test_ten_seconds_without_an_answer_are_the_end() -> None:
    assert looks(2, 4, 6, 8, 10, 12, beat=Heartbeat(0.0))[-1] is Next.END


def test_an_answer_is_followed_by_the_next_question() -> None:
    beat, _ = Heartbeat(0.0).look(2.0, RHYTHM)
    beat, todo = beat.answered().look(4.0, RHYTHM)
    assert (beat.asked, todo) == (4.0, Next.ASK)


def test_who_was_away_begins_to_wait_anew() -> None:
    """The machine slept, or our own thread was busy: the answer may be here, unread."""
    beat, _ = Heartbeat(0.0).look(2.0, RHYTHM)
    beat, todo = beat.look(600.0, RHYTHM)
    assert todo is Next.WAIT
    assert looks(602, 604, 606, 608, beat=beat) == [Next.WAIT] * 4
    assert looks(602, 604, 606, 608, 610, beat=beat)[-1] is Next.END


@given(st.lists(st.floats(0.1, 30.0), max_size=40))
def test_one_that_always_answers_is_never_ended(pauses: list[float]) -> None:
    beat, now = Heartbeat(0.0), 0.0
    for pause in pauses:
        now += pause
        beat, todo = beat.look(now, RHYTHM)
        assert todo is not Next.END
        beat = beat.answered()
