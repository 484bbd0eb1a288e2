"""Batches for Keras: the order is ours, the same on every backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import keras
import numpy as np

from kspec.data.ahead import Ahead
from kspec.data.dataset import Split
from kspec.data.lazy import Lazy
from kspec.data.order import Drawn, Passes
from kspec.data.samples import Samples, on_each
from kspec.errors import KspecError

__all__ = ["NOTHING", "Batches", "Before", "Step"]


class Step(Protocol):
    """What happens to a training batch before the model sees it (`kspec.data.augment`)."""

    def __call__(
        self, images: np.ndarray, labels: np.ndarray, *, epoch: int, step: int, drawn: Drawn | None
    ) -> tuple[np.ndarray, np.ndarray]: ...


class Before(NamedTuple):
    """What came before a phase of the training: epochs, and passes over the samples."""

    epochs: int = 0
    passes: int = 0


NOTHING = Before()

_Key = tuple[int, int]  # An epoch, and a batch of it.
_Read = tuple[Samples, np.ndarray, Drawn | None]
_Batch = tuple[Samples, np.ndarray]


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """A split as batches of (samples, labels).

    The samples are what `pixels` makes of those of the split (`kspec.data.scaling`): an array, or
    one for each input by its name.

    With `shuffle_seed` the order of every pass over the samples is drawn in NumPy from (seed,
    pass); without, the samples come as they lie. An epoch is a pass, whose last batch takes what is
    left; or, with a seed and `steps_per_epoch`, so many full batches, and the next epoch goes on
    where the last one ended: a batch may hold the end of one pass and the beginning of the next.
    `before` counts what earlier phases took: the first epoch here begins a pass of its own.

    Set `epoch` (from 0, in all phases together) before each epoch; `error` is what went wrong in
    making a batch. A batch depends on nothing but (epoch, index), so it can be asked for twice,
    early, or after a restart; an epoch that begins later (`skip`) is shorter, and index 0 is its
    first. Labels are class numbers, int32 (n,) or for masks (n, h, w), or where `class_count` is
    given one-hot float32 with one more axis of that size; or numbers, float32 (n, k). One worker:
    with more, Keras's loader was seen to drop and repeat batches. Where reading or augmenting takes
    its time, a thread of our own (`kspec.data.ahead`) makes the next two batches meanwhile; if
    `augment` calls the backend, whose random numbers the training draws from, too, it only reads.
    """

    def __init__(
        self,
        split: Split,
        *,
        batch_size: int,
        pixels: Callable[[Samples], Samples],
        shuffle_seed: int | None = None,
        steps_per_epoch: int | None = None,
        before: Before = NOTHING,
        augment: Step | None = None,
        augment_in_any_thread: bool = False,
        class_count: int | None = None,
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False)
        self.split = split
        self.size = batch_size
        self.pixels = pixels
        self.passes = None if shuffle_seed is None else Passes(shuffle_seed, len(split))
        self.steps_per_epoch = steps_per_epoch
        self.before = before
        self.augment = augment
        self.class_count = class_count
        self.epoch = before.epochs
        self.error: KspecError | None = None
        self._skip = 0, 0
        self._whole_ahead: Ahead[_Key, _Batch] | None = None
        self._read_ahead: Ahead[_Key, _Read] | None = None
        lazy, any_thread = isinstance(split.x, Lazy), augment is None or augment_in_any_thread
        if any_thread and (lazy or augment is not None):
            self._whole_ahead = Ahead(lambda key: self._made(key, self._read(key)))
        elif lazy:
            self._read_ahead = Ahead(self._read)

    @property
    def steps(self) -> int:
        """The number of batches in a whole epoch."""
        return self.steps_per_epoch or -(-len(self.split) // self.size)

    def after(self, epochs: int) -> Before:
        """What has come before a phase that begins after `epochs` epochs of this one."""
        passes = epochs
        if self.steps_per_epoch is not None:
            passes = -(-epochs * self.steps_per_epoch * self.size // len(self.split))
        return Before(self.before.epochs + epochs, self.before.passes + passes)

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
            return self._batch((self.epoch, self.skipped + index))
        except KspecError as error:
            # TensorFlow passes on that there was an error, but not which.
            self.error = error
            raise

    def _batch(self, key: _Key) -> _Batch:
        epoch, index = key
        following = [(epoch, each) for each in range(index + 1, min(index + 3, self.steps))]
        if self._whole_ahead is not None:
            return self._whole_ahead.get(key, following)
        if self._read_ahead is not None:
            return self._made(key, self._read_ahead.get(key, following))
        return self._made(key, self._read(key))

    def _read(self, key: _Key) -> _Read:
        """The samples of a batch as they are in the split, and their labels."""
        drawn = self._drawn(*key)
        chosen = self._places(key[1]) if drawn is None else drawn.places
        samples = on_each(self.split.x, lambda array: array[chosen])
        labels = self.split.y[chosen]
        return samples, labels, drawn

    def _made(self, key: _Key, read: _Read) -> _Batch:
        """What the model gets, of what was read."""
        samples, labels, drawn = read
        if self.augment is not None:
            assert isinstance(samples, np.ndarray)  # `kspec.experiment.prepare` saw to it.
            epoch, step = key
            samples, labels = self.augment(samples, labels, epoch=epoch, step=step, drawn=drawn)
        if np.issubdtype(labels.dtype, np.integer):  # Mixed labels are one-hot already.
            if self.class_count is not None:
                labels = np.eye(self.class_count, dtype="float32")[labels]
            elif labels.dtype == np.uint8:
                labels = labels.astype(np.int32)
        return self.pixels(samples), labels

    def _places(self, index: int) -> slice:
        """Where the samples of a batch lie that are not shuffled."""
        return slice(index * self.size, (index + 1) * self.size)

    def _drawn(self, epoch: int, index: int) -> Drawn | None:
        """The samples of a batch, where there is an order."""
        if self.passes is None:
            return None
        n, earlier = len(self.split), epoch - self.before.epochs
        begin = self.before.passes * n  # Of this phase; then of the epoch.
        begin += earlier * (n if self.steps_per_epoch is None else self.steps_per_epoch * self.size)
        start, stop = begin + index * self.size, begin + (index + 1) * self.size
        return self.passes.drawn(
            start, min(stop, begin + n) if self.steps_per_epoch is None else stop
        )
