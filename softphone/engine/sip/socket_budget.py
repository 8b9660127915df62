"""How many media sockets PJSIP can still open: the wheel has places for 64 and aborts when they run out.

A call takes two, and gives them back half a second after its end. A caller who sends INVITE and CANCEL
in quick succession would use them all up; so, when the budget is spent, calls are turned away without sockets.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

GIVEN_BACK_SECONDS = 0.7


class SocketBudget:
    """Counts calls that have sockets, or had until a moment ago. *places* of None are never used up."""

    def __init__(self, places: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._places = places
        self._clock = clock
        self._open = 0
        self._closed: deque[float] = deque()

    def opened(self) -> None:
        """A call has taken its sockets."""
        self._open += 1

    def closed(self) -> None:
        """A call is over."""
        self._open -= 1
        self._closed.append(self._clock())

    @property
    def spent(self) -> bool:
        """Whether no further call may open sockets now."""
        while self._closed and self._closed[0] <= self._clock() - GIVEN_BACK_SECONDS:
            self._closed.popleft()
        return self._places is not None and self._open + len(self._closed) >= self._places
