"""What the live display shows at one moment."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.segment import SegmentLines
from rich.table import Table
from rich.text import Text

from kspec.cli.columns import Column, fitting, grid
from kspec.cli.formats import rate
from kspec.cli.harmless import harmless
from kspec.formats import duration, measure
from kspec.training.timing import Timing
from kspec.training.wording import measured

if TYPE_CHECKING:
    from kspec.training.reporter import Plan

__all__ = ["Frame"]

# Lines of the screen for the table's heading and for what is around the table.
OTHER_LINES = 8
MOST_ROWS = 8
WIDEST_BAR = 40


class Frame:
    """The training so far; `render` draws it.

    One thread writes the attributes and another one draws, so attributes are always replaced as a
    whole, never changed in place.

    `position` is the last epoch and step done, from 1; `values` are the running loss and metrics;
    `doing` says what is going on.
    """

    def __init__(self, plan: Plan, console: Console) -> None:
        self.plan = plan
        self.console = console
        self.position = (1, 0)
        self.values: Mapping[str, float] = {}
        self.doing = "waiting for the first step"
        self.best_epoch: int | None = None
        self.rows: tuple[Mapping[str, float], ...] = ()
        self.timing = Timing(time.monotonic())
        self._drawn: tuple[object, SegmentLines] | None = None

    def add(self, row: Mapping[str, float], best_epoch: int | None) -> None:
        """Add an epoch that has ended; `best_epoch` is None if nothing is monitored."""
        self.rows = (*self.rows, row)
        self.best_epoch = best_epoch
        self.position = (int(row["epoch"]), self.plan.steps)
        self.timing = self.timing.epoch_done(time.monotonic())
        self.doing = "done"

    def begin_phase(self) -> None:
        """The `plan` is now that of another phase, of which no epoch has ended."""
        self.position = (self.plan.first_epoch, 0)
        self.best_epoch = None
        self.values = {}
        self.doing = "waiting for the first step"

    def render(self) -> RenderableType:
        parts: list[RenderableType] = ["", self._table(), ""] if self.rows else [""]
        if self.doing != "over":
            parts += [self._progress(), self._numbers(), self._standing()]
        return Group(*parts)

    def _table(self) -> RenderableType:
        """The table of epochs, redrawn only when it has changed, because drawing it is slow."""
        rows, best = self.rows, self.best_epoch
        state = (rows[-1]["epoch"], best, self.console.size)
        if self._drawn is None or self._drawn[0] != state:
            table = epoch_table(
                self._shown(rows, best), best, star=self._star(), width=self.console.width
            )
            lines = self.console.render_lines(table, pad=False)
            self._drawn = (state, SegmentLines(lines, new_lines=True))
        return self._drawn[1]

    def _shown(
        self, rows: tuple[Mapping[str, float], ...], best: int | None
    ) -> tuple[Mapping[str, float], ...]:
        """The last rows that fit on the screen, always including the best one."""
        room = max(1, min(MOST_ROWS, self.console.size.height - OTHER_LINES))
        last = rows[-room:]
        if best is None or any(row["epoch"] == best for row in last):
            return last
        return (*(row for row in rows if row["epoch"] == best), *last[1:])

    def _progress(self) -> RenderableType:
        epoch, step = self.position
        total = self.plan.steps
        where = f"epoch {epoch}/{self.plan.epochs}  step {step:{len(str(total))}}/{total}"
        if self.plan.phases > 1:
            where = f"phase {self.plan.phase}/{self.plan.phases}  {where}"
        room = self.console.width - len(where) - len(self.doing) - 4
        line = Table.grid(padding=(0, 2, 0, 0))
        line.add_row(
            Text(where, style="bold", no_wrap=True, overflow="crop"),
            ProgressBar(total=total, completed=step, width=max(4, min(WIDEST_BAR, room))),
            Text(self.doing, no_wrap=True, overflow="crop"),
        )
        return line

    def _numbers(self) -> RenderableType:
        """The learning rate, and the running loss and metrics of the training set."""
        learning_rate = self.values.get("learning_rate")
        if learning_rate is None and self.rows:
            learning_rate = self.rows[-1]["learning_rate"]
        numbers = [f"lr {rate(learning_rate)}"] if learning_rate is not None else []
        numbers += [f"{name} {measure(value)}" for name, value in measured(self.values).items()]
        return Text(harmless("  ".join(numbers)))

    def _standing(self) -> RenderableType:
        """The best epoch so far, the elapsed time, and the remaining time."""
        parts = []
        best = next((row for row in self.rows if row["epoch"] == self.best_epoch), None)
        if best is not None and self.plan.monitor is not None:
            value = measure(best[self.plan.monitor])
            parts.append(f"best epoch {self.best_epoch}: {self.plan.monitor} {value}")
        now = time.monotonic()
        parts.append(f"{duration(self.timing.elapsed(now))} elapsed")
        done = int(self.rows[-1]["epoch"]) if self.rows else 0
        left = self.timing.left(now, self.plan.epochs - done)
        if left is not None:
            most = "at most " if self.plan.monitor is not None else ""
            parts.append(f"{most}{duration(left)} left")
        return Text(harmless("  ".join(parts)), style="dim")

    def _star(self) -> str:
        return "*" if self.console.options.ascii_only else "★"


def epoch_table(
    rows: tuple[Mapping[str, float], ...], best_epoch: int | None, *, star: str, width: int
) -> RenderableType:
    """The epochs in `rows`, the best one marked with `star`, in `width` columns of the screen.

    If not all columns fit, those of the validation set are left out last.
    """
    best = [row["epoch"] == best_epoch for row in rows]
    marks = (f"{star} " if is_best else "" for is_best in best)
    epochs = (f"{mark}{row['epoch']:.0f}" for mark, row in zip(marks, rows, strict=True))
    columns = [Column("epoch", tuple(epochs))]
    names = list(measured({name: 0.0 for row in rows for name in row}))
    for name in names:
        cells = (measure(row[name]) if name in row else "" for row in rows)
        columns.append(Column(name, tuple(cells)))
    columns.append(Column("lr", tuple(rate(row["learning_rate"]) for row in rows)))
    columns.append(Column("seconds", tuple(f"{row['seconds']:.1f}" for row in rows)))
    trained = [name for name in names if not name.startswith("val_")]
    return grid(
        fitting(columns, width, ["seconds", "lr", *reversed(trained)]),
        ["green" if is_best else None for is_best in best],
    )
