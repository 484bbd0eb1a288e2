"""Batches for Keras: the order is ours, the same on every backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import keras
import numpy as np

from kspec.data.dataset import Split
from kspec.data.order import order
from kspec.data.samples import Samples, on_each
from kspec.errors import KspecError

__all__ = ["Batches", "Step"]


class Step(Protocol):
    """What happens to a training batch before the model sees it (`kspec.data.augment`)."""

    def __call__(
        self, images: np.ndarray, labels: np.ndarray, *, epoch: int, step: int
    ) -> tuple[np.ndarray, np.ndarray]: ...


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """A split as batches of (samples, labels).

    The samples are what `pixels` makes of those of the split (`kspec.data.scaling`): an array, or
    one for each input by its name.

    With `shuffle_seed` the order of every epoch is drawn in NumPy from (seed, epoch); without, the
    samples come as they lie. Set `epoch` (from 0) before each epoch; `error` is what went wrong in
    making a batch. A batch depends on nothing but (epoch, index), so it can be asked for twice,
    early, or after a restart; an epoch that begins later (`skip`) is shorter, and index 0 is its
    first. Labels are class numbers, int32 (n,) or for masks (n, h, w), or where `class_count` is
    given one-hot float32 with one more axis of that size; or numbers, float32 (n, k). One worker:
    with more, Keras's loader was seen to drop and repeat batches.
    """

    def __init__(
        self,
        split: Split,
        *,
        batch_size: int,
        pixels: Callable[[Samples], Samples],
        shuffle_seed: int | None = None,
        augment: Step | None = None,
        class_count: int | None = None,
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False)
        self.split = split
        self.size = batch_size
        self.pixels = pixels
        self.shuffle_seed = shuffle_seed
        self.augment = augment
        self.class_count = class_count
        self.epoch = 0
        self.error: KspecError | None = None
        self._skip = 0, 0
        self._order: tuple[int, np.ndarray] | None = None

    @property
    def steps(self) -> int:
        """The number of batches in a whole epoch."""
        return -(-len(self.split) // self.size)

    @property
    def skipped(self) -> int:
        """How many batches the present epoch is without."""
        epoch, steps = self._skip
        return steps if self.epoch == epoch else 0

    def skip(self, epoch: int, steps: int) -> None:
        """Begin with `epoch`, and that without its first `steps` batches."""
        self.epoch = epoch
        self._skip = epoch, steps

    def __len__(self) -> int:
        return self.steps - self.skipped

    def __getitem__(self, index: int) -> tuple[Samples, np.ndarray]:
        try:
            return self._batch(self.skipped + index)
        except KspecError as error:
            # TensorFlow passes on that there was an error, but not which.
            self.error = error
            raise

    def _batch(self, index: int) -> tuple[Samples, np.ndarray]:
        epoch = self.epoch
        chosen: slice | np.ndarray = slice(index * self.size, (index + 1) * self.size)
        if self.shuffle_seed is not None:
            chosen = self._epoch_order(epoch)[chosen]
        samples = on_each(self.split.x, lambda array: array[chosen])
        labels = self.split.y[chosen]
        if self.augment is not None:
            assert isinstance(samples, np.ndarray)  # `kspec.experiment.prepare` saw to it.
            samples, labels = self.augment(samples, labels, epoch=epoch, step=index)
        if np.issubdtype(labels.dtype, np.integer):  # Mixed labels are one-hot already.
            if self.class_count is not None:
                labels = np.eye(self.class_count, dtype="float32")[labels]
            elif labels.dtype == np.uint8:
                labels = labels.astype(np.int32)
        return self.pixels(samples), labels

    def _epoch_order(self, epoch: int) -> np.ndarray:
        assert self.shuffle_seed is not None
        if self._order is None or self._order[0] != epoch:
            self._order = epoch, order(self.shuffle_seed, epoch, len(self.split))
        return self._order[1]
