"""How the engine's program is started. This imports next to nothing: the engine is started before all else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows only


def engine_argv() -> list[str]:
    """How the engine's process is started: a packaged app starts itself under another name."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "engine"]
    return [sys.executable, "-m", "softphone.engine"]


def spawn(argv: Sequence[str]) -> subprocess.Popen[bytes]:
    """Run *argv* with pipes to it. Raises OSError when there is no such program.

    In a session of its own: Ctrl+C in a terminal is for the app, which ends the engine in good order.
    """
    pipe = subprocess.PIPE
    return subprocess.Popen(
        list(argv), stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, start_new_session=True, creationflags=_NO_WINDOW
    )


class EarlyEngine:
    """A process of *argv* that loads its libraries while the app still loads its own, and waits for its ``Start``."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        with suppress(OSError):  # whoever needs an engine tries again, and tells
            self._process = spawn(argv)

    def take(self) -> subprocess.Popen[bytes] | None:
        """The process, once, for whoever sees to it from now on."""
        process, self._process = self._process, None
        return process

    def discard(self) -> None:
        """End it if nobody has taken it."""
        process = self.take()
        if process is not None:
            process.kill()
            process.communicate()
