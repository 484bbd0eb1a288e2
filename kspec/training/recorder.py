"""Everything a run writes while it trains."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import keras

from kspec.backends import without_noise
from kspec.data.batches import Batches
from kspec.reports.curves import draw_curves
from kspec.runs.writer import RunWriter
from kspec.training.best_epoch import BestEpoch
from kspec.training.reporter import Reporter

__all__ = ["EpochStart", "Recorder"]


class EpochStart(keras.callbacks.Callback):  # type: ignore[misc]
    """Comes first: tells the batches which epoch it is, and notes the time and learning rate.

    The rate is read before any other callback of the epoch's end can change it.
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

    The model is written whenever an epoch is the best so far; without a monitor after every epoch,
    since then the last one is kept. The curves are drawn at most once in `INTERVAL` seconds, so
    that short epochs are not spent on drawing.
    """

    INTERVAL = 10.0

    def __init__(
        self, writer: RunWriter, start: EpochStart, best: BestEpoch | None, reporter: Reporter
    ) -> None:
        super().__init__()
        self.writer = writer
        self.start = start
        self.best = best
        self.reporter = reporter
        self.rows: list[dict[str, float]] = []
        self._saved = False
        self._drawn = -self.INTERVAL

    @property
    def best_epoch(self) -> int | None:
        """The best epoch so far, from 1; without a monitor the last one."""
        if self.best is None:
            return len(self.rows) or None
        return None if self.best.epoch is None else self.best.epoch + 1

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        row: dict[str, float] = {"epoch": epoch + 1}
        row |= {name: float(value) for name, value in (logs or {}).items()}
        row["learning_rate"] = self.start.learning_rate
        row["seconds"] = round(time.monotonic() - self.start.started, 3)
        self.rows.append(row)
        self.writer.append_history(row)
        if self.best is None or self.best.is_new:
            self._save()
        if time.monotonic() - self._drawn >= self.INTERVAL:
            self._draw()
        self.reporter.epoch(row, self.best_epoch)

    def finish(self, *, interrupted: bool) -> None:
        """Write what is still missing. Call it with the kept epoch's weights in the model.

        Without a monitor the last epoch is kept, and its end may still have changed the weights
        (averaging optimizers do); but in the midst of an epoch they are no epoch's.
        """
        if not self._saved or (self.best is None and not interrupted):
            self._save()
        if self.rows:
            self._draw()

    def _save(self) -> None:
        with self.writer.replacing("model.keras") as path, without_noise():
            self.model.save(path)
        self._saved = True

    def _draw(self) -> None:
        draw_curves(
            self.rows,
            self.writer.folder / "curves.png",
            best_epoch=self.best_epoch if self.best is not None else None,
            title=self.writer.name,
        )
        self._drawn = time.monotonic()
