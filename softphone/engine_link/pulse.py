"""Feels the pulse of a running engine: questions through its SIP thread, and an end for one that hangs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from softphone.policy.heartbeat import Heartbeat, Next, Rhythm


class Pulse:
    """*ask* sends a question, *end* ends the engine; both are called on the event loop that calls ``start``."""

    def __init__(self, rhythm: Rhythm, ask: Callable[[], None], end: Callable[[], None]) -> None:
        self._rhythm, self._ask, self._end = rhythm, ask, end
        self._beat = Heartbeat(0.0)
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """The engine is ready."""
        self.stop()
        self._beat = Heartbeat(time.monotonic())
        self._later()

    def stop(self) -> None:
        """There is no engine to feel."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def answered(self) -> None:
        """The engine has answered."""
        self._beat = self._beat.answered()

    def _later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._rhythm.interval, self._look)

    def _look(self) -> None:
        self._beat, todo = self._beat.look(time.monotonic(), self._rhythm)
        if todo is Next.END:
            self._timer = None
            self._end()
            return
        if todo is Next.ASK:
            self._ask()
        self._later()
