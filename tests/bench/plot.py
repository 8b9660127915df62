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
    """One panel for each measurement, one curve for each phone; all panels have the same scale."""
    rows = -(-len(samples) // COLUMNS)
    figure = Figure(figsize=(4.6 * COLUMNS, 3.6 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(heading, fontsize=11)
    panels = list(figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).flat)
    for axes, (what, phones) in zip(panels, samples.items(), strict=False):
        _panel(axes, what, phones)
    for unused in panels[len(samples) :]:
        unused.set_axis_off()
    figure.legend(*panels[0].get_legend_handles_labels(), loc="lower right", bbox_to_anchor=(0.9, 0.2), fontsize=11)
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
    axes.tick_params(labelbottom=True, labelleft=True)
    axes.grid(alpha=0.25, which="both")


def _few(value: float, _position: int) -> str:
    """Labels at 2 and 5 between the powers of ten."""
    digit = f"{value:e}"[0]
    return f"{value:g}" if digit in "25" else ""
