"""A clock that stands still until it is turned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(eq=False)
class FakeTimer:
    when: float
    callback: Callable[[], None]
    timers: list[FakeTimer] = field(repr=False)

    def cancel(self) -> None:
        if self in self.timers:
            self.timers.remove(self)


class FakeClock:
    """ports.Clock under the test's hand."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.timers: list[FakeTimer] = []

    def monotonic(self) -> float:
        return self.time

    def now(self) -> datetime:
        return START + timedelta(seconds=self.time - 1000.0)

    def call_at(self, when: float, callback: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(when, callback, self.timers)
        self.timers.append(timer)
        return timer

    def turn(self, seconds: float) -> None:
        """Let time pass; everything that is due happens at its own moment, in order."""
        end = self.time + seconds
        while due := [timer for timer in self.timers if timer.when <= end]:
            timer = min(due, key=lambda timer: timer.when)
            self.timers.remove(timer)
            self.time = max(self.time, timer.when)
            timer.callback()
        self.time = end
