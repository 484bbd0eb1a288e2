"""A reporter that also reports to the trackers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from kspec.runs.record import PhaseResult, Result
from kspec.training.reporter import Plan, Quiet, Reporter
from kspec.training.trackers.process import PATIENCE, TrackerProcess

__all__ = ["tracked"]

# A wait, in seconds, that is short enough not to be mentioned.
SOON = 3.0


@contextmanager
def tracked(
    names: Sequence[str], folder: Path, first: int, reporter: Reporter
) -> Iterator[Reporter]:
    """`reporter`, together with the trackers `names`.

    They are told about the run in `folder`, of which `first` epochs have ended.

    Without trackers it is `reporter` itself. If a tracker fails, this is noted once, on stderr if
    the reporter shows no notes, and the tracker is left out.
    """
    if not names:
        yield reporter
        return
    processes = [TrackerProcess(name, folder, first) for name in dict.fromkeys(names)]
    tracked = _Tracked(reporter, processes)
    try:
        yield tracked
    finally:  # (After `end` there is nothing left to close.)
        tracked.close()


class _Tracked:
    """Tells the trackers before the reporter, which may be told that one has failed."""

    def __init__(self, reporter: Reporter, processes: Sequence[TrackerProcess]) -> None:
        self._reporter = reporter
        self._processes = list(processes)

    def note(self, text: str) -> None:
        self._reporter.note(text)

    def begin(self, plan: Plan) -> None:
        told = asdict(plan)
        del told["folder"]
        self._reporter.begin(plan)
        for each in self._processes:
            each.tell("plan", told)
        self._leave_out()

    def step(self, epoch: int, step: int, values: Callable[[], Mapping[str, float]]) -> None:
        self._reporter.step(epoch, step, values)

    def validating(self, epoch: int) -> None:
        self._reporter.validating(epoch)

    def epoch(self, row: Mapping[str, float], best_epoch: int | None) -> None:
        self._reporter.epoch(row, best_epoch)
        for each in self._processes:
            each.check()
            each.tell("row", row)
        self._leave_out()

    def phase(self, ended: PhaseResult, plan: Plan) -> None:
        self._reporter.phase(ended, plan)

    def end(self, result: Result) -> None:
        for each in self._processes:
            each.tell("end")
        self.close()
        self._reporter.end(result)

    def _say(self, text: str) -> None:
        """Note it, also if the reporter shows no notes."""
        if getattr(type(self._reporter), "note", None) is Quiet.note:
            print(text, file=sys.stderr)
        else:
            self._reporter.note(text)

    def close(self) -> None:
        """Close all trackers: they have been told everything."""
        for each in self._processes:
            if not each.finish(SOON):
                self._reporter.note(
                    f"waiting for the tracker {each.name}, {PATIENCE:g} seconds at most"
                )
            each.close()
        self._leave_out()
        self._processes = []

    def _leave_out(self) -> None:
        for each in self._processes:
            if each.failure is not None:
                self._say(
                    f"the tracker {each.name} failed, which does not affect the run: "
                    f"{each.failure} ({each.log} may say more)"
                )
                each.close(0)
        self._processes = [each for each in self._processes if each.failure is None]
