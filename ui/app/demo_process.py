"""The demo, started from a button: a process of its own, which goes on whatever becomes of this one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PyQt6.QtCore import QProcess


def demo_argv() -> list[str]:
    """How this program is started to show its demo; a packaged app has no interpreter in front."""
    return [sys.executable, "demo"] if getattr(sys, "frozen", False) else [sys.executable, "-m", "softphone", "demo"]


def start_demo(argv: Sequence[str] = ()) -> bool:
    """Start it; whether that worked."""
    program, *arguments = argv or demo_argv()
    started, _pid = QProcess.startDetached(program, arguments, "")
    return started
