"""How long a start takes, until the main window is on the screen: the softphone beside an empty window of PyQt6."""

from __future__ import annotations

import os
import time
from contextlib import closing
from pathlib import Path

from tests.bench.figures import OURS
from tests.bench.phones import Program, softphone
from tests.bench.rounds import Samples

STARTS = 10
START, READY, EMPTY = "start → window painted", "start → ready for calls", "empty PyQt6 window"


def measure(directory: Path) -> Samples:
    """Milliseconds by measurement and program, started in turn, with the data of a softphone that was used before."""
    softphone(directory).close()
    found: Samples = {START: {OURS: [], EMPTY: []}, READY: {OURS: []}}
    for _ in range(STARTS):
        for name, arguments in ((OURS, (str(directory),)), (EMPTY, ())):
            painted, ready = _start(name, *arguments)
            found[START][name].append(painted)
            if name == OURS:
                found[READY][name].append(ready)
    return found


def _start(name: str, *arguments: str) -> tuple[float, float]:
    """Until the window is painted, and until the program can be called."""
    os.sync()  # what the last one has written is not this one's work
    began = time.monotonic()
    module = "start_app" if name == OURS else "start_empty_window"
    with closing(Program(name, module, *arguments)) as program:
        ready = time.monotonic()
        painted = float(program.hear("painted_at")["painted_at"])
    return (painted - began) * 1000, (ready - began) * 1000
