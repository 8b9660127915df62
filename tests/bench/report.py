"""What the benchmark leaves: a table on the terminal, the same as JSON with every single time, and a picture."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench import idle
from tests.bench.figures import OURS, Summary, ratios, table
from tests.bench.plot import draw
from tests.bench.rounds import Samples


@dataclass(frozen=True, slots=True)
class Report:
    """*gui_threads*: what the watchdogs saw, by process."""

    samples: Samples
    starts: Samples
    gui_threads: Mapping[str, Mapping[str, Any]]
    idle: Mapping[str, idle.Idle]
    seconds: float

    def text(self) -> str:
        parts = [table(self._summaries()), "", *idle.table(self.idle, OURS), "", *self._held()]
        return "\n".join([f"{self._machine()}; {self.seconds:.0f} s", "", *parts])

    def save(self, directory: Path) -> None:
        """bench.json and bench.png."""
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "bench.json").write_text(json.dumps(self._data(), indent=1, ensure_ascii=False) + "\n")
        draw(self.samples, self._machine(), directory / "bench.png")

    def _summaries(self) -> dict[str, dict[str, Summary]]:
        return {
            what: {name: Summary.of(values) for name, values in phones.items()} for what, phones in self._all.items()
        }

    @property
    def _all(self) -> Samples:
        return self.samples | self.starts

    def _held(self) -> list[str]:
        lines = [f"{'GUI thread held for more than 50 ms':38}{'times':>6}   longest of all: wall, of that its CPU"]
        for name, seen in self.gui_threads.items():
            longest = seen["longest"]
            wall, cpu = longest["seconds"] * 1000, longest["cpu_seconds"] * 1000
            lines.append(f"  {name:36}{len(seen['holds']):6}   {wall:.1f} ms, {cpu:.1f} ms")
        return lines

    def _data(self) -> dict[str, object]:
        measured = {}
        for what, phones in self._summaries().items():
            compared = {name: asdict(ratio) for name, ratio in ratios(phones).items()}
            measured[what] = {
                "phones": {name: asdict(summary) for name, summary in phones.items()},
                "softphone_takes_times": compared,
                "milliseconds": {name: [round(v, 3) for v in vs] for name, vs in self._all[what].items()},
            }
        machine = {"description": self._machine(), "load": os.getloadavg()}
        return {
            "machine": machine,
            "seconds": self.seconds,
            "measured": measured,
            "idle_percent_of_a_core": {name: asdict(each) for name, each in self.idle.items()},
            "gui_threads": self.gui_threads,
        }

    @staticmethod
    def _machine() -> str:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
        load = os.getloadavg()[0]
        return f"{system}, Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}"
