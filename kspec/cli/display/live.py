"""Watching in a terminal: the last epochs and the current one, redrawn in place."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.live import Live

from kspec.cli.display.frame import Frame
from kspec.cli.harmless import harmless
from kspec.training.wording import header, last_line, outcome, seam

if TYPE_CHECKING:
    from kspec.runs.record import PhaseResult, Result
    from kspec.training.reporter import Plan

__all__ = ["LiveTable"]


class LiveTable:
    """A live table of the epochs.

    The training thread only records what happened; Rich's own thread draws it four times a second.
    """

    REDRAWS_PER_SECOND = 4
    # Reading the running values waits for the device, so it is done only twice a second.
    VALUES_EVERY = 0.5

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: NotingLive | None = None
        self._values_due = 0.0

    def note(self, text: str) -> None:
        if self._live is None:
            self._console.print(harmless(text), style="yellow")
        else:
            self._live.notes.append(text)

    def begin(self, plan: Plan) -> None:
        self._plan = plan
        self._print_header(plan)
        self._frame = Frame(plan, self._console)
        self._live = NotingLive(
            console=self._console,
            refresh_per_second=self.REDRAWS_PER_SECOND,
            get_renderable=self._frame.render,
            # If stderr is redirected, it must not end up on the screen.
            redirect_stderr=sys.stderr.isatty(),
        )
        self._live.start(refresh=True)

    def step(self, epoch: int, step: int, values: Callable[[], Mapping[str, float]]) -> None:
        now = time.monotonic()
        if now >= self._values_due:
            self._frame.values = dict(values())
            self._values_due = time.monotonic() + self.VALUES_EVERY
        self._frame.position = (epoch, step)
        self._frame.doing = ""

    def validating(self, epoch: int) -> None:
        self._frame.position = (epoch, self._plan.steps)
        self._frame.doing = "validating"

    def epoch(self, row: Mapping[str, float], best_epoch: int | None) -> None:
        self._frame.add(row, best_epoch if self._plan.monitor is not None else None)

    def phase(self, ended: PhaseResult, plan: Plan) -> None:
        self._plan = self._frame.plan = plan
        self._frame.begin_phase()
        if self._live is not None:
            self._live.notes.extend(seam(ended, plan))

    def end(self, result: Result) -> None:
        self._frame.doing = "over"
        self.close()
        told = outcome(result, self._plan)
        if told is not None:
            self._console.print(harmless(told))
        line = harmless(last_line(result, self._plan))
        self._console.print(line, style="bold", soft_wrap=True)

    def close(self) -> None:
        """Stop drawing, and restore the cursor. Can be called twice."""
        if self._live is not None:
            self._live.stop()

    def _print_header(self, plan: Plan) -> None:
        (name, folder), *lines = header(plan)
        width = max(len(name), *(len(heading) for heading, _ in lines))
        self._console.print(harmless(f"{name:{width}}  {folder}".rstrip()), style="bold")
        for heading, value in lines:
            self._console.print(harmless(f"{heading:{width}}  {value}"))


class NotingLive(Live):
    """A `Live` that prints `notes` above itself when it is drawn.

    A note can come from a signal handler, where appending is safe and printing is not.
    """

    def __init__(
        self,
        *,
        console: Console,
        refresh_per_second: float,
        redirect_stderr: bool,
        get_renderable: Callable[[], RenderableType],
    ) -> None:
        self.notes: deque[str] = deque()
        super().__init__(
            console=console,
            refresh_per_second=refresh_per_second,
            redirect_stderr=redirect_stderr,
            get_renderable=get_renderable,
        )

    def refresh(self) -> None:
        while self.notes:
            self.console.print(harmless(self.notes.popleft()), style="yellow")
        super().refresh()
