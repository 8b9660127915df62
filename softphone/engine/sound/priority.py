"""Threads that carry sound ask the system to be served before others."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

PRIORITY = 5  # above everything ordinary, below what the kernel and the sound server use


def ask_for_real_time() -> None:
    """Make the calling thread a real-time one where Linux allows that; elsewhere the libraries' own choice stands.

    With both cores busy it is the difference between a few gaps a minute and none.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(PRIORITY))
