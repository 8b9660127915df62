"""Deadlines on a clock that the test turns."""

import math

from softphone.engine.timer_queue import TimerQueue


def test_in_order_and_never_early() -> None:
    now, seen = [10.0], []
    timers = TimerQueue(lambda: now[0])
    timers.after(2.0, lambda: seen.append("late"))
    timers.after(1.0, lambda: seen.append("first"))
    timers.after(1.0, lambda: seen.append("second"))
    now[0] = 10.999
    timers.run_due()
    assert seen == []
    now[0] = 12.5
    timers.run_due()
    assert seen == ["first", "second", "late"]
    timers.run_due()
    assert len(seen) == 3


def test_what_a_timer_adds_for_now_runs_next_time() -> None:
    seen = []
    timers = TimerQueue(lambda: 0.0)
    timers.after(0.0, lambda: timers.after(0.0, lambda: seen.append(1)))
    timers.run_due()
    assert seen == []
    timers.run_due()
    assert seen == [1]


def fail() -> None:
    raise ValueError("broken")


def test_one_that_raises_stops_none_of_the_others() -> None:
    seen: list[int] = []
    timers = TimerQueue(lambda: 0.0)
    timers.after(0.0, fail)
    timers.after(0.0, lambda: seen.append(1))
    timers.run_due()
    assert seen == [1]


def test_how_long_the_first_is_waited_for() -> None:
    now = [10.0]
    timers = TimerQueue(lambda: now[0])
    assert timers.wait() == math.inf
    timers.after(2.0, lambda: None)
    timers.after(0.5, lambda: None)
    assert timers.wait() == 0.5
    now[0] = 11.0
    assert timers.wait() <= 0.0
    timers.run_due()
    assert timers.wait() == 1.0
