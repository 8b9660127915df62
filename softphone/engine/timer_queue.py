"""Things to do later on the engine's own thread."""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections.abc import Callable

from softphone.engine.callback_guard import run_guarded


class TimerQueue:
    """A heap of deadlines on the monotonic clock; the engine's loop runs what is due."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Run *action* once, no earlier than in *seconds*."""
        heapq.heappush(self._heap, (self._clock() + seconds, next(self._order), action))

    def wait(self) -> float:
        """Seconds until the first is due, not above 0 when one is, and infinity when there is none."""
        return self._heap[0][0] - self._clock() if self._heap else math.inf

    def run_due(self) -> None:
        """Run what is due now, in order; what these add for now runs next time. What one raises is logged."""
        now = self._clock()
        due = []
        while self._heap and self._heap[0][0] <= now:
            due.append(heapq.heappop(self._heap)[2])
        for action in due:
            run_guarded(action)
