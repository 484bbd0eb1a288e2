"""From stored pixel values to what the network sees."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from kspec.data.lazy import parts
from kspec.errors import DataError
from kspec.spec.models import Data, Standardize

__all__ = ["Pixels"]

# Statistics are summed over parts of this many bytes as float64, to save memory.
_PART_BYTES = 2**25


@dataclass(frozen=True)
class Pixels:
    """`(x * scale - mean) / std`: mean and std hold one value per channel, or are None.

    For the samples of one input; `kspec.data.scaling` is for all inputs.
    """

    scale: float = 1.0
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None

    @classmethod
    def fit(cls, data: Data, train: np.ndarray) -> Pixels:
        """The scaling that `data` asks for; `standardize: true` is measured on scaled `train`.

        `train` is the training samples, (n, …, channels); the columns of a table are channels.

        A constant channel gets the standard deviation 1, so that it becomes 0. Raises DataError if
        the given statistics are neither one value nor one per channel.
        """
        scale = 1.0 if data.scale is None else float(Fraction(data.scale))
        if data.standardize is False:
            return cls(scale)
        channels = train.shape[-1]
        if isinstance(data.standardize, Standardize):
            mean, std = data.standardize.mean, data.standardize.std
            for name, values in (("mean", mean), ("std", std)):
                if len(values) not in (1, channels):
                    what = "channel" if train.ndim > 2 else "column"
                    raise DataError(
                        f"data.standardize.{name} has {len(values)} values, but the samples have "
                        f"{channels} {what}s; give one value per {what}"
                    )
            return cls(scale, mean, std)
        measured_mean, measured_std = _statistics(train)
        mean = tuple(float(value) for value in measured_mean * scale)
        std = tuple(float(value) or 1.0 for value in measured_std * abs(scale))
        return cls(scale, mean, std)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(n, ..., c) of any number type to float32 of the same shape; `x` is not changed."""
        if self.mean is None or self.std is None:
            scaled: np.ndarray = np.multiply(x, np.float32(self.scale), dtype=np.float32)
            return scaled
        # One multiplication and one subtraction, along whole rows: NumPy is slow along a channel
        # axis of length three.
        row = x.shape[-2:] if x.ndim > 2 else x.shape[-1:]
        std = np.asarray(self.std, dtype=np.float64)
        factor = np.broadcast_to(self.scale / std, row).astype(np.float32).ravel()
        offset = np.broadcast_to(np.asarray(self.mean) / std, row).astype(np.float32).ravel()
        result: np.ndarray = np.multiply(x.reshape(-1, factor.size), factor, dtype=np.float32)
        result -= offset
        return result.reshape(x.shape)

    def to_json(self) -> dict[str, Any]:
        """Plain values, to store with a run."""
        return {
            "scale": self.scale,
            "mean": None if self.mean is None else list(self.mean),
            "std": None if self.std is None else list(self.std),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Pixels:
        """The inverse of `to_json`."""
        mean, std = values["mean"], values["std"]
        return cls(
            scale=float(values["scale"]),
            mean=None if mean is None else tuple(float(value) for value in mean),
            std=None if std is None else tuple(float(value) for value in std),
        )


def _statistics(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each channel (the last axis), as float64."""
    channels = x.shape[-1]
    count = math.prod(x.shape[:-1])
    rows = max(1, _PART_BYTES // (8 * channels))

    def in_parts() -> Iterator[np.ndarray]:
        for part in parts(x):
            flat = part.reshape(-1, channels)
            for start in range(0, len(flat), rows):
                yield flat[start : start + rows]

    if x.dtype == np.uint8:
        # Counting the 256 values is exact, and several times faster.
        counts = sum(
            np.stack([np.bincount(part[:, k], minlength=256) for k in range(channels)])
            for part in in_parts()
        )
        values = np.arange(256, dtype=np.float64)
        mean = counts @ values / count
        squares = (counts * (values - mean[:, None]) ** 2).sum(axis=1)
    else:
        mean = sum(part.sum(axis=0, dtype=np.float64) for part in in_parts()) / count
        squares = sum(((part - mean) ** 2).sum(axis=0) for part in in_parts())
    return mean, np.sqrt(squares / count)
