"""The 20 ms beat of the conference bridge, which runs only while there is something to hear."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

LINGER_SECONDS = 1.0  # the bridge lets go of the ports of an ended call only while the clock runs


class BridgeClock:
    """PJSIP's null device: a thread that takes frames out of the bridge. Used on the engine's thread."""

    def __init__(self, devices: Any, stopped: Callable[[], None], now: Callable[[], float] = time.monotonic) -> None:
        """*devices* is PJSIP's AudDevManager; *stopped* is called after each stop: the frames have an end there."""
        self._devices = devices
        self._stopped = stopped
        self._now = now
        self._needed_until = 0.0
        self.runs = False
        devices.setNoDev()

    def follow(self, needed: bool) -> None:
        """Run while it is needed and a moment longer."""
        if needed:
            self._needed_until = self._now() + LINGER_SECONDS
        if not self.runs and needed:
            self._devices.setNullDev()
            self.runs = True
        elif self.runs and self._now() >= self._needed_until:
            self._devices.setNoDev()
            self.runs = False
            self._stopped()
