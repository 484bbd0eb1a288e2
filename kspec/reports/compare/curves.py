"""The curves of several groups of runs over each other, as points of a drawing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kspec.errors import RunError
from kspec.runs.compare.groups import Group
from kspec.runs.files import read_history
from kspec.runs.find import ACCURACIES

__all__ = ["HEIGHT", "SHOWN", "WIDTH", "Curve", "Panel", "panels"]

WIDTH, HEIGHT = 460, 290
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 12, 44
# So many curves can be told apart.
SHOWN = 7

Rows = Sequence[Mapping[str, float]]


@dataclass(frozen=True)
class Curve:
    """A group's mean over its runs: values by epoch, from 1, and their range.

    From the epoch `whole` on fewer runs are left than the group has.
    """

    label: str
    runs: int
    means: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    whole: int


@dataclass(frozen=True)
class Panel:
    """One measure: its curves, and where everything is drawn."""

    name: str
    curves: tuple[Curve, ...]
    drawn: tuple[dict[str, str], ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]


def panels(groups: Sequence[Group]) -> list[Panel]:
    """A panel for the metric and one for the loss, of the validation set where there is one.

    Only the first `SHOWN` groups are drawn. A group without a history has no curve.
    """
    histories = {group.label: _histories(group) for group in groups[:SHOWN]}
    metric = groups[0].metric or "loss"
    found = []
    for name in dict.fromkeys((metric, "loss")):
        for prefix in ("val_", ""):
            curves = [
                curve
                for label, rows in histories.items()
                if (curve := _curve(label, rows, prefix, name)) is not None
            ]
            if curves:
                title = f"{name.replace('_', ' ')} on the "
                found.append(
                    _panel(title + ("validation set" if prefix else "training set"), curves)
                )
                break
    return found


def _histories(group: Group) -> list[Rows]:
    found = []
    for run in group.runs:
        try:
            found.append(read_history(run.path))
        except RunError:
            continue
    return [rows for rows in found if rows]


def _curve(label: str, histories: Sequence[Rows], prefix: str, name: str) -> Curve | None:
    columns = [_column(rows, prefix, name) for rows in histories]
    columns = [column for column in columns if any(map(math.isfinite, column))]
    if not columns:
        return None
    means, lows, highs = [], [], []
    for epoch in range(max(map(len, columns))):
        there = [c[epoch] for c in columns if epoch < len(c) and math.isfinite(c[epoch])]
        means.append(math.fsum(there) / len(there) if there else math.nan)
        lows.append(min(there, default=math.nan))
        highs.append(max(there, default=math.nan))
    whole = min(map(len, columns))
    return Curve(label, len(columns), tuple(means), tuple(lows), tuple(highs), whole)


def _column(rows: Rows, prefix: str, name: str) -> list[float]:
    names = [prefix + each for each in (ACCURACIES if name == "accuracy" else (name,))]
    return [next((row[each] for each in names if each in row), math.nan) for row in rows]


def _panel(name: str, curves: Sequence[Curve]) -> Panel:
    values = [v for c in curves for v in (*c.lows, *c.highs) if math.isfinite(v)]
    low, high = min(values), max(values)
    room = (high - low) * 0.05 or abs(high) * 0.1 or 1.0
    low, high = low - room, high + room
    last = max(len(curve.means) for curve in curves)

    def x(epoch: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((epoch - 1) / (last - 1) if last > 1 else 0.5)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low)

    def points(pairs: Sequence[tuple[int, float]]) -> str:
        return " ".join(f"{x(e):.1f},{y(v):.1f}" for e, v in pairs if math.isfinite(v))

    drawn = []
    for curve in curves:
        mean = list(enumerate(curve.means, 1))
        band = [*enumerate(curve.lows, 1)], [*enumerate(curve.highs, 1)][::-1]
        drawn.append(
            {
                "band": points([*band[0], *band[1]]) if curve.runs > 1 else "",
                "line": points(mean[: curve.whole]),
                "rest": points(mean[curve.whole - 1 :]) if curve.whole < len(mean) else "",
            }
        )
    epochs = [tick for tick in _ticks(1, last, whole=True) if tick >= 1]
    return Panel(
        name,
        tuple(curves),
        tuple(drawn),
        tuple((round(x(tick), 1), f"{tick:.0f}") for tick in epochs),
        tuple((round(y(tick), 1), f"{tick:.6g}") for tick in _ticks(low, high)),
    )


def _ticks(low: float, high: float, *, whole: bool = False) -> list[float]:
    """Round values between `low` and `high`, about five."""
    size = 10.0 ** math.floor(math.log10(max(high - low, 1e-300)))
    steps = [size * part for part in (0.1, 0.2, 0.5, 1, 2) if not whole or size * part >= 1]
    step = next((each for each in steps if (high - low) / each <= 6), steps[-1] if steps else 1)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]
