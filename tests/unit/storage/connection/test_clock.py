from __future__ import annotations

from datetime import UTC, datetime, timedelta

from softphone.storage.connection.clock import TeamClock, corrected

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def measured(ahead: float, took: float = 0.0) -> TeamClock:
    """The time of a database whose clock is behind this machine's by so many seconds."""
    clock = TeamClock(None, lambda: NOW)
    clock.measured(NOW, NOW + timedelta(seconds=took / 2 - ahead), NOW + timedelta(seconds=took))
    return clock


def test_the_teams_time_is_the_databases() -> None:
    assert measured(90, took=1.0).now() == NOW - timedelta(seconds=90)


def test_neither_jitter_nor_a_late_answer_moves_the_clock() -> None:
    clock = measured(90)
    clock.measured(NOW, NOW - timedelta(seconds=90.01), NOW)
    clock.measured(NOW, NOW - timedelta(seconds=80), NOW + timedelta(seconds=20))
    assert clock.offset == timedelta(seconds=-90)
    clock.measured(NOW, NOW - timedelta(seconds=80), NOW)
    assert clock.offset == timedelta(seconds=-80)


def test_times_are_put_right_from_two_seconds_on() -> None:
    assert corrected(NOW, None) == corrected(NOW, timedelta(seconds=-2)) == NOW
    assert corrected(NOW, timedelta(seconds=-2.5)) == NOW - timedelta(seconds=2.5)
