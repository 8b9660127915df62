"""What one call costs by the length of the log, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tests.bench.figures import Summary
from tests.bench.plot import COLOURS
from tests.bench.team_growth import Growth

EMPTY_AT = 1000  # where the empty log stands on an axis that has no zero


def draw(growth: Growth, heading: str, file: Path) -> None:
    """Two panels of the same scale: the median, and what 95 % of the calls stay below."""
    figure = Figure(figsize=(10, 4.4), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(heading, fontsize=11)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, figure_of in zip(panels, ("median", "p95"), strict=True):
        _panel(axes, growth, figure_of)
    panels[0].set_ylim(bottom=0)  # of both, now that both have their curves
    panels[0].set_ylabel("milliseconds")
    panels[1].legend(fontsize=9)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=110)


def _panel(axes: Axes, growth: Growth, figure_of: str) -> None:
    places = [size or EMPTY_AT for size in growth]
    for colour, what in zip(COLOURS, next(iter(growth.values())), strict=True):
        heights = [_milliseconds(measured[what], figure_of) for measured in growth.values()]
        axes.plot(places, heights, marker="o", color=colour, label=what)
    axes.set_title(figure_of, fontsize=10)
    axes.set_xscale("log")
    axes.set_xticks(places, [f"{size:,}".replace(",", " ") for size in growth])
    axes.minorticks_off()
    axes.set_xlabel("lines in the call log before")
    axes.grid(alpha=0.25)


def _milliseconds(seconds: Sequence[float], figure_of: str) -> float:
    return float(getattr(Summary.of(seconds), figure_of)) * 1000
