"""Everything a run writes while it trains."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from kspec.backends import without_noise
from kspec.data.batches import Batches
from kspec.runs.files import sha256
from kspec.runs.folder import MODEL
from kspec.runs.writer import RunWriter
from kspec.spec.models import Spec
from kspec.spec.monitors import in_order
from kspec.training.best_epoch import BestEpoch
from kspec.training.phases import Phases
from kspec.training.reporter import Reporter

__all__ = ["EpochStart", "Recorder"]


class EpochStart(keras.callbacks.Callback):  # type: ignore[misc]
    """Comes first: tells the batches which epoch it is, and records the time and learning rate.

    The rate is read before any other callback can change it at the end of the epoch.
    """

    def __init__(self, batches: Batches) -> None:
        super().__init__()
        self.batches = batches
        self.started = 0.0
        self.learning_rate = 0.0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self.batches.epoch = epoch
        self.started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self.learning_rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))


class Recorder(keras.callbacks.Callback):  # type: ignore[misc]
    """Comes last: writes the epoch into the history, the best model and the curves beside it.

    The model that is written is `whole`, of which only a part may be trained. It is written
    whenever an epoch is the best so far; without a monitor after every epoch, since then the last
    one is kept. The curves are drawn at most once in `INTERVAL` seconds, so that short epochs are
    not spent on drawing. `began` is the time (`time.monotonic`) from which `seconds` count. Rows of
    epochs trained in part on another backend or with another spec than the first ones get
    `segment`, its number in the environment's list.

    Each of the `phases` is entered with its own EpochStart and its own best epoch; if there are
    `several`, rows get `phase`, from 1.
    """

    INTERVAL = 30.0

    def __init__(
        self,
        writer: RunWriter,
        whole: keras.Model,
        phases: Phases,
        reporter: Reporter,
        *,
        several: bool,
        began: float,
        segment: int | None,
    ) -> None:
        super().__init__()
        self._began = began
        self.writer = writer
        self.whole = whole
        self.phases = phases
        self.several = several
        self.start: EpochStart
        self.best: BestEpoch | None = None
        self.spec: Spec
        self.reporter = reporter
        self.rows: list[dict[str, float]] = []
        self.segment = segment
        self._saved: str | None = None
        self._drawn = -self.INTERVAL

    def enter(self, start: EpochStart, best: BestEpoch | None, spec: Spec) -> None:
        """Record the phase that now begins."""
        self.start, self.best, self.spec = start, best, spec

    @property
    def seconds(self) -> float:
        """How long it has taken so far, including the time before an interruption."""
        return time.monotonic() - self._began

    @property
    def epochs(self) -> int:
        """How many epochs of the current phase have ended."""
        return len(self.rows) - self.phases.before.epochs

    @property
    def best_epoch(self) -> int | None:
        """The best epoch of the phase so far, from 1; without a monitor the last one.

        Before its first epoch has ended, that of the previous phase, whose weights it starts with.
        """
        if self.phases.ended and self.epochs == 0:
            return self.phases.ended[-1]["best_epoch"]
        if self.best is None:
            return len(self.rows) or None
        return None if self.best.epoch is None else self.best.epoch + 1

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        row: dict[str, float] = {"epoch": epoch + 1}
        if self.several:
            row["phase"] = self.phases.number + 1
        row |= in_order(logs or {}, self.spec)
        row["learning_rate"] = self.start.learning_rate
        row["seconds"] = round(time.monotonic() - self.start.started, 3)
        if self.segment is not None:
            row["segment"] = self.segment
        self.rows.append(row)
        self.writer.write_history(self.rows)
        if self.best is None or self.best.is_new:
            self._save()
        if time.monotonic() - self._drawn >= self.INTERVAL:
            self._draw()
        self.reporter.epoch(row, self.best_epoch)

    def state(self) -> tuple[dict[str, Any], Sequence[np.ndarray]]:
        seconds = {"epoch": time.monotonic() - self.start.started, "all": self.seconds}
        return {"rows": self.rows, "model": self._saved, "seconds": seconds}, ()

    def restore(self, state: dict[str, Any], arrays: Sequence[np.ndarray]) -> None:
        """Continue after these rows."""
        now = time.monotonic()
        self.start.started = now - state["seconds"]["epoch"]
        self._began = now - state["seconds"]["all"]
        self.rows = list(state["rows"])
        if self.several:  # The spec may have had only one phase when they were written.
            self.rows = [{"phase": 1, **row} for row in self.rows]
        self.writer.write_history(self.rows)
        # The model in the folder may be that of a later epoch.
        path = self.writer.folder / MODEL
        self._saved = state["model"] if path.exists() and sha256(path) == state["model"] else None

    def finish(self, *, interrupted: bool) -> None:
        """Write what is still missing, with the kept epoch's weights in the model.

        Without a monitor, or with one that was always NaN, the last epoch is kept, and Keras may
        have changed the weights after its end (averaging optimizers do). In the middle of an epoch
        the weights belong to no epoch: they are written only if nothing has been saved yet.
        """
        last_is_kept = self.best is None or self.best.epoch is None
        if self._saved is None or (last_is_kept and not interrupted):
            self._save()
        if self.rows:
            self._draw()

    def _save(self) -> None:
        with self.writer.replacing(MODEL) as path, without_noise():
            self.whole.save(path)
            self._saved = sha256(path)

    def _draw(self) -> None:
        # Not imported before it is needed: Matplotlib takes a moment to load.
        from kspec.reports.plots.curves import RunCurves, draw_run
        from kspec.reports.plots.png import draw_png

        best = self.best_epoch if self.best is not None else None
        with self.writer.replacing("curves.png") as path:
            draw_png(draw_run(RunCurves(self.writer.name, self.rows, best)), path)
        self._drawn = time.monotonic()
