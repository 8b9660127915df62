"""Statistics of the measured times and the table they are printed in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

OURS = "softphone"


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one series, in its own unit."""

    count: int
    median: float
    p95: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Summary:
        """Of at least one value; *p95* is the smallest value that 95 % do not exceed."""
        ordered = sorted(values)
        return cls(len(ordered), median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1], ordered[-1])


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as long as another phone ours takes."""

    median: float
    p95: float

    @classmethod
    def of(cls, ours: Summary, other: Summary) -> Ratio:
        return cls(ours.median / other.median, ours.p95 / other.p95)


def ratios(phones: Mapping[str, Summary]) -> dict[str, Ratio]:
    """Ours to each other phone of one measurement."""
    ours = phones.get(OURS)
    return {name: Ratio.of(ours, other) for name, other in phones.items() if ours and name != OURS}


def table(measured: Mapping[str, Mapping[str, Summary]]) -> str:
    """A block for each measurement, a line for each phone; times are in milliseconds."""
    lines = [f"{'milliseconds':34}{'calls':>6}{'median':>9}{'p95':>9}{'max':>9}   softphone takes (median, p95)"]
    for what, phones in measured.items():
        lines += ["", what]
        compared = ratios(phones)
        for name, s in phones.items():
            line = f"  {name:32}{s.count:6}{s.median:9.2f}{s.p95:9.2f}{s.max:9.2f}"
            ratio = compared.get(name)
            lines.append(f"{line}   {ratio.median:.2f}×, {ratio.p95:.2f}×" if ratio else line)
    return "\n".join(lines)
