"""The curves of a training: loss and metrics of both sets over the epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kspec.reports.palette import TRAINING, VALIDATION
from kspec.reports.panels import History, panels
from kspec.runs.atomic import replacing

__all__ = ["draw_curves"]

INK, GRID, MARK = "#333333", "#E4E4E4", "#666666"
DPI = 110
PANEL_WIDTH, PANEL_HEIGHT = 5.6, 4.0
ROOM_FOR_TITLE = 0.45
# With so few epochs the points are worth seeing, and one alone makes no line.
POINTS_UP_TO = 20
# From here on a linear axis shows the largest value and nothing else.
LOGARITHMIC_FROM = 1000.0


def draw_curves(history: History, path: Path, *, best_epoch: int | None, title: str) -> None:
    """Write a PNG with a panel for the loss and one for each metric, two in a row.

    Each panel has the curve of the training set and, where there is one, of the validation set. A
    dashed line marks the best epoch, a dotted one each seam between two phases. A value that is NaN
    or infinite, or that an epoch lacks, is a gap. The file appears whole or not at all.

    Args:
        history: A row for each epoch: "epoch" (from 1), loss and metrics, those of the validation
            set with "val_" before their names. "learning_rate" and "seconds" are not drawn.
        path: The file to write, in a folder that exists.
        best_epoch: The epoch whose weights are kept, from 1, if one is.
        title: A line above the panels.

    Raises:
        RunError: The file cannot be written.
    """
    names = panels(history)
    columns = min(len(names), 2)
    rows = math.ceil(len(names) / 2)
    width, height = PANEL_WIDTH * columns, PANEL_HEIGHT * rows + ROOM_FOR_TITLE
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    top = 1 - 0.18 / height
    figure.suptitle(title, y=top, size=14, weight="bold", color=INK, parse_math=False)
    for number, name in enumerate(names, start=1):
        axes = figure.add_subplot(rows, columns, number)
        _draw_panel(axes, history, name, best_epoch)
    # Room in inches; a layout that measures every text would draw the figure twice.
    figure.subplots_adjust(
        left=0.65 / width,
        right=1 - 0.2 / width,
        bottom=0.6 / height,
        top=1 - (ROOM_FOR_TITLE + 0.35) / height,
        wspace=0.16,
        hspace=0.36,
    )
    with replacing(path) as part:
        figure.savefig(part, format="png", dpi=DPI)


def _draw_panel(axes: Axes, history: History, name: str, best_epoch: int | None) -> None:
    epochs = [row["epoch"] for row in history]
    curves = {
        "training": (_values(history, name), TRAINING),
        "validation": (_values(history, f"val_{name}"), VALIDATION),
    }
    seen = {label: curve for label, curve in curves.items() if _finite(curve[0])}
    for label, (values, color) in seen.items():
        point = "o" if len(_finite(values)) <= POINTS_UP_TO else ""
        axes.plot(epochs, values, color=color, linewidth=2, marker=point, markersize=4, label=label)
    if not seen:
        axes.text(0.5, 0.5, "no finite value", ha="center", color=MARK, transform=axes.transAxes)
        axes.set_yticks([])
    elif best_epoch is not None:
        values, color = seen.get("validation") or seen["training"]
        _mark_best(axes, best_epoch, dict(zip(epochs, values, strict=True)).get(best_epoch), color)
    _mark_seams(axes, history)
    _dress(axes, name, epochs, [value for values, _ in seen.values() for value in _finite(values)])
    if seen:
        axes.legend(loc="best", frameon=True, framealpha=0.9, edgecolor="none", labelcolor=INK)


def _mark_best(axes: Axes, epoch: int, value: float | None, color: str) -> None:
    """A dashed line through the epoch, and a ring around the value that there is."""
    label = f"best epoch {epoch}"
    if value is not None and not math.isnan(value):
        label += f": {value:.4g}"
        axes.plot(epoch, value, "o", color=color, ms=9, mfc="white", mew=2, zorder=3)
    axes.axvline(epoch, color=MARK, linestyle="--", linewidth=1.3, zorder=1, label=label)


def _mark_seams(axes: Axes, history: History) -> None:
    """A dotted line between the last epoch of a phase and the next one, with its number."""
    for before, row in pairwise(history):
        if row.get("phase") != before.get("phase"):
            where = (before["epoch"] + row["epoch"]) / 2
            axes.axvline(where, color=MARK, linestyle=(0, (1.5, 1.5)), linewidth=1.3, zorder=1)
            axes.annotate(
                f"phase {row['phase']:g}",
                (where, 1),
                xycoords=("data", "axes fraction"),
                xytext=(3, -11),
                textcoords="offset points",
                fontsize=8,
                color=MARK,
            )


def _dress(axes: Axes, name: str, epochs: Sequence[float], values: Sequence[float]) -> None:
    """Axes, labels, grid. Epochs are whole numbers, so their ticks are."""
    axes.set_title(name.replace("_", " "), fontsize=12, color=INK, parse_math=False)
    axes.set_xlabel("epoch", color=INK)
    ticks = MaxNLocator(nbins=10, integer=True, steps=[1, 2, 5, 10], min_n_ticks=1)
    axes.xaxis.set_major_locator(ticks)
    if epochs:
        margin = max(0.5, 0.025 * (epochs[-1] - epochs[0]))
        axes.set_xlim(epochs[0] - margin, epochs[-1] + margin)
    else:
        axes.set_xticks([])
    if values and min(values) > 0 and max(values) / min(values) >= LOGARITHMIC_FROM:
        axes.set_yscale("log")
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(color=MARK, labelcolor=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(MARK)


def _values(history: History, name: str) -> list[float]:
    """The column `name`; NaN, which Matplotlib leaves out, for all that is no finite number."""
    column = [row.get(name, math.nan) for row in history]
    return [value if math.isfinite(value) else math.nan for value in column]


def _finite(values: Sequence[float]) -> list[float]:
    return [value for value in values if not math.isnan(value)]
