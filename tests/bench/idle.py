"""What waiting for a call costs: the CPU of each phone's processes while nothing happens, side by side."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

from tests.bench.phones import Program

SETTLE_SECONDS = 5.0  # after the start
IDLE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Idle:
    """Percent of one core: the program itself, and the processes it has started."""

    itself: float
    children: float

    @property
    def together(self) -> float:
        return self.itself + self.children


def measure(programs: Sequence[Program]) -> dict[str, Idle]:
    """All at the same time, so that a bad moment of the machine hits all alike."""
    time.sleep(SETTLE_SECONDS)
    before, began = [_seconds(program.pid) for program in programs], time.monotonic()
    time.sleep(IDLE_SECONDS)
    after, percent = [_seconds(program.pid) for program in programs], 100 / (time.monotonic() - began)
    return {
        program.name: Idle((now[0] - then[0]) * percent, (now[1] - then[1]) * percent)
        for program, then, now in zip(programs, before, after, strict=True)
    }


def table(measured: Mapping[str, Idle], ours: str) -> list[str]:
    """A line for each phone; ours is compared with the others."""
    lines = [f"{'idle, % of one core':34}{'itself':>9}{'engine':>9}{'together':>9}   {ours} takes"]
    for name, idle in measured.items():
        line = f"  {name:32}{idle.itself:9.2f}{idle.children:9.2f}{idle.together:9.2f}"
        compared = measured.get(ours)
        if compared is not None and name != ours and idle.together:
            line += f"   {compared.together / idle.together:.2f}×"
        lines.append(line)
    return lines


def _seconds(pid: int) -> tuple[float, float]:
    """CPU time so far."""
    process = psutil.Process(pid)
    return _cpu(process), sum(map(_cpu, process.children(recursive=True)))


def _cpu(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)
