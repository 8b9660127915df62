"""The measured times as a picture: which share of the calls took how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from tests.bench.figures import OURS

COLUMNS = 3
COLOURS = ("#0072b2", "#e69f00", "#999999", "#cc79a7")  # told apart also by those who see fewer colours


def draw(samples: Mapping[str, Mapping[str, Sequence[float]]], heading: str, file: Path) -> None:
    """One panel for each measurement, one curve for each phone."""
    rows = -(-len(samples) // COLUMNS)
    figure = Figure(figsize=(4.6 * COLUMNS, 3.6 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(heading, fontsize=11)
    for number, (what, phones) in enumerate(samples.items(), 1):
        _panel(figure.add_subplot(rows, COLUMNS, number), what, phones)
    figure.savefig(file, dpi=110)


def _panel(axes: Axes, what: str, phones: Mapping[str, Sequence[float]]) -> None:
    for colour, (name, values) in zip(COLOURS, phones.items(), strict=False):
        axes.ecdf(values, label=name, color=colour, linewidth=2 if name == OURS else 1.4)
    axes.axhline(0.95, color="#bbbbbb", linewidth=0.8, linestyle=":")
    axes.set_title(what, fontsize=10)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(FuncFormatter(_few))
    axes.tick_params(axis="x", which="minor", labelsize=7)
    axes.set_xlabel("milliseconds")
    axes.set_ylabel("share of the calls")
    axes.grid(alpha=0.25, which="both")
    axes.legend(loc="lower right", fontsize=8)


def _few(value: float, _position: int) -> str:
    """Labels at 2 and 5 between the powers of ten."""
    digit = f"{value:e}"[0]
    return f"{value:g}" if digit in "25" else ""
