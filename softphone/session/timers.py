"""The policy's named timers on a real clock."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from softphone.policy.calls.events import StartTimer, Timer
from softphone.ports import Clock, TimerHandle


class Timers:
    """At most one running timer of each name; *fire* gets the name when one is due."""

    def __init__(self, clock: Clock, random: Random, fire: Callable[[Timer], None]) -> None:
        self._clock = clock
        self._random = random
        self._fire = fire
        self._running: dict[Timer, TimerHandle] = {}

    def start(self, command: StartTimer) -> None:
        """Start it, or start it anew."""
        self.stop(command.timer)
        seconds = command.seconds + self._random.uniform(0.0, command.jitter_seconds)
        when = self._clock.monotonic() + seconds
        self._running[command.timer] = self._clock.call_at(when, lambda: self._due(command.timer))

    def stop(self, timer: Timer) -> None:
        """Take it back, if it runs."""
        handle = self._running.pop(timer, None)
        if handle is not None:
            handle.cancel()

    def stop_all(self) -> None:
        """Take all of them back."""
        for timer in tuple(self._running):
            self.stop(timer)

    def _due(self, timer: Timer) -> None:
        self._running.pop(timer, None)
        self._fire(timer)
