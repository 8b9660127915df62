"""Which program the engine is."""

from __future__ import annotations

import sys


def engine_argv() -> tuple[str, ...]:
    """The command that starts the engine of this installation; a frozen program is its own engine."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "engine")
    return (sys.executable, "-m", "softphone.engine")
