"""Watching without a terminal: whole lines, written once."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from kspec.cli.formats import rate
from kspec.cli.harmless import harmless
from kspec.formats import measure
from kspec.training.reporter import Plan, Quiet
from kspec.training.wording import header, last_line, measured, outcome, seam

if TYPE_CHECKING:
    from kspec.runs.record import PhaseResult, Result

__all__ = ["LastLine", "PlainLines"]


def say(line: str) -> None:
    """Print a line; a closed pipe, a full disk or a lost terminal must not stop a training."""
    try:
        print(harmless(line), flush=True)
    except OSError as error:
        # As Python's documentation of SIGPIPE suggests, so that later lines do not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            with suppress(OSError):  # It may be on the same disk.
                print(f"no more is printed: {error.strerror}", file=sys.stderr, flush=True)


class LastLine(Quiet):
    """Prints one line at the end."""

    plan: Plan

    def begin(self, plan: Plan) -> None:
        self.plan = plan

    def phase(self, ended: PhaseResult, plan: Plan) -> None:
        self.plan = plan

    def end(self, result: Result) -> None:
        say(last_line(result, self.plan))


class PlainLines(LastLine):
    """Prints what is about to be trained, a line for each epoch, and how it ended.

    Every line is flushed: somebody may be watching the other end of the pipe.
    """

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._printing = False

    def note(self, text: str) -> None:
        self._print(text)

    def begin(self, plan: Plan) -> None:
        super().begin(plan)
        width = max(len(heading) for heading, _ in header(plan))
        for heading, value in header(plan):
            self._print(f"{heading:{width}}  {value}".rstrip())

    def epoch(self, row: Mapping[str, float], best_epoch: int | None) -> None:
        last = str(self.plan.epochs)
        parts = [f"epoch {int(row['epoch']):{len(last)}}/{last}"]
        parts += [f"{name} {measure(value)}" for name, value in measured(row).items()]
        parts += [f"lr {rate(row['learning_rate'])}", f"{row['seconds']:.1f} s"]
        if self.plan.monitor is not None and best_epoch is not None:
            parts.append(f"best {best_epoch}")
        self._print("  ".join(parts))

    def phase(self, ended: PhaseResult, plan: Plan) -> None:
        super().phase(ended, plan)
        for line in seam(ended, plan):
            self._print(line)

    def end(self, result: Result) -> None:
        told = outcome(result, self.plan)
        if told is not None:
            self._print(told)
        super().end(result)

    def _print(self, line: str) -> None:
        """Print `line`, or leave that to the call in progress.

        A note can come from a signal handler in the middle of another line, and Python does not
        allow reentrant writes to a stream.
        """
        self._waiting.append(line)
        if self._printing:
            return
        self._printing = True
        try:
            while self._waiting:
                say(self._waiting.popleft())
        finally:
            self._printing = False
