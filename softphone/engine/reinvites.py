"""The order of our re-INVITEs in one call: one at a time (RFC 3261 section 14.1), the others wait their turn.

Pure: it is told what happens and says what to do; EngineCall does it.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum


class Reinvite(StrEnum):
    """What a re-INVITE of ours is for."""

    HOLD = "hold"
    RESUME = "resume"


class ReinviteQueue:
    """Holds and resumes that were asked for and not yet answered."""

    def __init__(self) -> None:
        self._waiting: deque[Reinvite] = deque()
        self._running: Reinvite | None = None
        self._requests = 0

    def ask(self, kind: Reinvite) -> None:
        """Queue one."""
        self._waiting.append(kind)

    @property
    def due(self) -> Reinvite | None:
        """What may be sent now, or None."""
        return self._waiting[0] if self._waiting and self._running is None else None

    def begin(self) -> Reinvite:
        """The one that is due is about to be sent. Its request appears as an INVITE transaction of ours."""
        self._running = self._waiting.popleft()
        self._requests = 0
        return self._running

    def put_back(self) -> None:
        """It could not be sent now, because another offer is under way; it keeps its place."""
        if self._running is not None:
            self._waiting.appendleft(self._running)
            self._running = None

    def drop(self) -> None:
        """It cannot be sent at all."""
        self._running = None

    def request_sent(self) -> None:
        """An INVITE transaction of ours has begun; after a 401 or 407 a second one follows with credentials."""
        if self._running is not None:
            self._requests += 1

    def final_answer(self) -> Reinvite | None:
        """A transaction of ours got its final answer. Returns what it was the answer to once none is left open."""
        if self._running is None or self._requests == 0:
            return None
        self._requests -= 1
        if self._requests:
            return None
        finished, self._running = self._running, None
        return finished
