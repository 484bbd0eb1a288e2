"""Batches for Keras, in an order of our own that is the same on every backend."""

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

__all__ = ["NOTHING", "Batches", "Before", "Step", "is_one_hot"]


class Step(Protocol):
    """What happens to a training batch before the model sees it (`kspec.data.augment`)."""

    def __call__(
        self, images: np.ndarray, labels: np.ndarray, *, epoch: int, step: int, drawn: Drawn | None
    ) -> tuple[np.ndarray, np.ndarray]: ...


class Before(NamedTuple):
    """How many epochs, and passes over the samples, came before a phase of the training."""

    epochs: int = 0
    passes: int = 0


NOTHING = Before()

_Key = tuple[int, int]  # An epoch, and the index of a batch in it.
_Read = tuple[Samples, np.ndarray, Drawn | None]
_Batch = tuple[Samples, np.ndarray]


def is_one_hot(class_count: int | None) -> bool:
    """Whether `Batches` with this `class_count` give one-hot labels."""
    return class_count not in (None, 1)


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """A split as batches of (samples, labels).

    The samples are those of the split after `pixels` (`kspec.data.scaling`): an array, or a
    dictionary with an array for each input.

    With `shuffle_seed` the order of each pass over the samples is drawn in NumPy from (seed, pass);
    without, the samples keep their order. An epoch is one pass, whose last batch may be smaller;
    or, with a seed and `steps_per_epoch`, it is that many full batches, and the next epoch
    continues where the last one ended: a batch may hold the end of one pass and the beginning of
    the next. `before` counts what earlier phases took: the first epoch here begins a new pass.

    Set `epoch` (from 0, counted over all phases) before each epoch; `error` is the error raised
    while making a batch. A batch depends only on (epoch, index), so it can be asked for twice,
    early, or after a restart; an epoch with skipped steps (`skip`) is shorter, and index 0 is the
    first batch after them. Labels are class numbers, int32 (n,) or, for masks, (n, h, w); with
    `class_count` they are float32 with one more axis of that size: one-hot, or with a count of 1,
    that of a single output, the class numbers. Labels that are numbers are float32 (n, k).

    One worker: with more, Keras's loader was seen to drop and repeat batches. Where reading or
    augmenting takes time, a thread of our own (`kspec.data.ahead`) prepares the next two batches;
    if `augment` calls the backend, which would share its random numbers with the training, the
    thread only reads.
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
        """The `Before` of a phase that begins after `epochs` epochs of this one."""
        passes = epochs
        if self.steps_per_epoch is not None:
            passes = -(-epochs * self.steps_per_epoch * self.size // len(self.split))
        return Before(self.before.epochs + epochs, self.before.passes + passes)

    @property
    def skipped(self) -> int:
        """How many batches of the current epoch are skipped."""
        epoch, steps = self._skip
        return steps if self.epoch == epoch else 0

    def skip(self, epoch: int, steps: int) -> None:
        """Begin with `epoch`, without its first `steps` batches."""
        self.epoch = epoch
        self._skip = epoch, steps

    def __len__(self) -> int:
        return self.steps - self.skipped

    def __getitem__(self, index: int) -> tuple[Samples, np.ndarray]:
        try:
            return self._batch((self.epoch, self.skipped + index))
        except KspecError as error:
            # TensorFlow reports that there was an error, but not which one.
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
        """The samples of a batch as they are in the split, their labels, and what was drawn."""
        drawn = self._drawn(*key)
        chosen = self._places(key[1]) if drawn is None else drawn.places
        samples = on_each(self.split.x, lambda array: array[chosen])
        labels = self.split.y[chosen]
        return samples, labels, drawn

    def _made(self, key: _Key, read: _Read) -> _Batch:
        """The batch for the model, from the samples and labels that were read."""
        samples, labels, drawn = read
        if self.augment is not None:
            assert isinstance(samples, np.ndarray)  # `kspec.experiment.prepare` ensures this.
            epoch, step = key
            samples, labels = self.augment(samples, labels, epoch=epoch, step=step, drawn=drawn)
        if np.issubdtype(labels.dtype, np.integer):  # Mixed labels are one-hot already.
            labels = self._as_passed(labels)
        return self.pixels(samples), labels

    def _as_passed(self, numbers: np.ndarray) -> np.ndarray:
        """Class numbers in the form that the model is given."""
        if self.class_count is None:
            return numbers.astype(np.int32, copy=False)
        if self.class_count == 1:
            return numbers[..., np.newaxis].astype(np.float32)
        return np.eye(self.class_count, dtype=np.float32).take(numbers, axis=0)

    def _places(self, index: int) -> slice:
        """The slice of a batch when the samples are not shuffled."""
        return slice(index * self.size, (index + 1) * self.size)

    def _drawn(self, epoch: int, index: int) -> Drawn | None:
        """The samples of a batch when they are shuffled; otherwise None."""
        if self.passes is None:
            return None
        n, earlier = len(self.split), epoch - self.before.epochs
        begin = self.before.passes * n  # Of this phase; below, of the epoch.
        begin += earlier * (n if self.steps_per_epoch is None else self.steps_per_epoch * self.size)
        start, stop = begin + index * self.size, begin + (index + 1) * self.size
        return self.passes.drawn(
            start, min(stop, begin + n) if self.steps_per_epoch is None else stop
        )
