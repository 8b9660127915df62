"""Measures how long the GUI thread is held: while it is, no click is seen and no prompt painted.

A precise timer beats; a beat that comes late says that something ran in between. The thread's own
CPU time during the gap tells work of ours from a machine that gave the thread no turn.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

from PyQt6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5
HOLD_SECONDS = 0.05
KEPT = 1000


@dataclass(frozen=True, slots=True)
class Hold:
    """The GUI thread saw no event for *seconds* up to *at* (monotonic), *cpu_seconds* of which it computed."""

    at: float
    seconds: float
    cpu_seconds: float


class GuiWatchdog(QObject):
    """Start it on the GUI thread, read ``longest`` and ``holds`` (those above 50 ms, the last thousand)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest = Hold(0.0, 0.0, 0.0)
        self.holds: deque[Hold] = deque(maxlen=KEPT)
        self._last = self._last_cpu = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin to measure."""
        self._last, self._last_cpu = time.monotonic(), time.thread_time()
        self._timer.start(BEAT_MS)

    def stop(self) -> None:
        """Stop; what was measured stays."""
        if self._timer.isActive():
            self._beat()
            self._timer.stop()

    def _beat(self) -> None:
        now, cpu = time.monotonic(), time.thread_time()
        hold = Hold(now, max(0.0, now - self._last - BEAT_MS / 1000), cpu - self._last_cpu)
        self._last, self._last_cpu = now, cpu
        if hold.seconds > self.longest.seconds:
            self.longest = hold
        if hold.seconds > HOLD_SECONDS:
            self.holds.append(hold)
