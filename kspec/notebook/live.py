"""Watching in a notebook: one output that is replaced as the training goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kspec.formats import duration, measure
from kspec.pages.card import Progress, Table, card
from kspec.runs.card import curves
from kspec.training.timing import Timing
from kspec.training.wording import header, last_line, measured, outcome, phase_line, seam

if TYPE_CHECKING:
    from kspec.runs.record import PhaseResult, Result
    from kspec.training.reporter import Plan

__all__ = ["LiveCard"]


class LiveCard:
    """Shows the curves so far and the current step, and in the end the result.

    However long it takes, the notebook keeps only one output.
    """

    # Seconds: each update costs a message to the browser, and reading values waits for the device.
    EVERY = 0.5
    LAST_EPOCHS = 6

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self._handle: Any = None
        self._notes: list[str] = []
        self._history: list[Mapping[str, float]] = []
        self._best: int | None = None
        self._values: Mapping[str, float] = {}
        self._position = (1, 0)
        self._doing = "waiting for the first step"
        self._due = 0.0
        self._is_over = False

    def note(self, text: str) -> None:
        if self._is_over:
            print(text)
            return
        # It may run in a signal handler, where nothing can be sent safely: the next step shows it.
        self._notes.append(text)
        self._due = 0.0

    def begin(self, plan: Plan) -> None:
        self._plan = plan
        self._position = (plan.first_epoch, 0)
        self._timing = Timing(time.monotonic())
        self._show()

    def step(self, epoch: int, step: int, values: Callable[[], Mapping[str, float]]) -> None:
        self._position = (epoch, step)
        self._doing = ""
        if time.monotonic() >= self._due:
            self._values = dict(values())
            self._show()

    def validating(self, epoch: int) -> None:
        assert self._plan is not None
        self._position = (epoch, self._plan.steps)
        self._doing = "validating"
        self._show_if_due()

    def epoch(self, row: Mapping[str, float], best_epoch: int | None) -> None:
        self._history.append(row)
        self._best = best_epoch
        self._timing = self._timing.epoch_done(time.monotonic())
        self._show_if_due()

    def phase(self, ended: PhaseResult, plan: Plan) -> None:
        self._plan = plan
        self._position = (plan.first_epoch, 0)
        self._best = None
        self._notes += seam(ended, plan)[:1]
        self._show()

    def end(self, result: Result) -> None:
        plan = self._plan
        assert plan is not None
        self._is_over = True
        told = outcome(result, plan), last_line(result, plan)
        best = result["best_epoch"] if result["kept"] is not None else None
        self._put(
            card(
                "Training",
                plan.name,
                figures=curves(self._history, best),
                folded=True,
                notes=[*self._notes, *(line for line in told if line is not None)],
            )
        )

    def _show_if_due(self) -> None:
        if time.monotonic() >= self._due:
            self._show()

    def _show(self) -> None:
        plan = self._plan
        assert plan is not None
        tables = [self._epochs()] if self._history else []
        self._put(
            card(
                "Training",
                plan.name,
                about=str(plan.folder),
                facts=self._facts(plan),
                progress=self._progress(plan),
                figures=curves(self._history, self._best if plan.monitor else None),
                tables=tables,
                notes=[*self._notes, *self._about(plan)],
            )
        )
        self._due = time.monotonic() + self.EVERY

    def _put(self, html: str) -> None:
        from IPython.display import HTML, display

        if self._handle is None:
            self._handle = display(HTML(html), display_id=True)
        else:
            self._handle.update(HTML(html))

    def _facts(self, plan: Plan) -> list[tuple[str, str]]:
        now = time.monotonic()
        facts = [("elapsed", duration(self._timing.elapsed(now)))]
        done = int(self._history[-1]["epoch"]) if self._history else 0
        left = self._timing.left(now, plan.epochs - done)
        if left is not None:
            facts.append(("at most" if plan.monitor else "left", duration(left)))
        if plan.monitor and self._best is not None:
            facts.append(("best epoch", str(self._best)))
        running = measured({k: v for k, v in self._values.items() if k != "learning_rate"})
        return facts + [(name, measure(value)) for name, value in running.items()]

    def _progress(self, plan: Plan) -> Progress:
        epoch, step = self._position
        text = f"epoch {epoch}/{plan.epochs}, step {step}/{plan.steps}"
        if plan.phases > 1:
            text = f"phase {plan.phase}/{plan.phases}, {text}"
        return Progress(step, plan.steps, f"{text} {self._doing}".rstrip())

    def _epochs(self) -> Table:
        """The last few epochs."""
        rows = self._history[-self.LAST_EPOCHS :]
        names = list(measured({name: 0.0 for row in rows for name in row}))
        cells = [
            [f"{row['epoch']:.0f}", *(measure(row[name]) if name in row else "" for name in names)]
            for row in rows
        ]
        headings = ["epoch", *names]
        return Table("The last epochs", headings, cells, headings)

    def _about(self, plan: Plan) -> list[str]:
        _, *lines = header(plan)
        said = [f"{heading}: {value}" for heading, value in lines if heading != "training"]
        return ["; ".join([*said, phase_line(plan)])]
