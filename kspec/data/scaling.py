"""The scaling of samples before the network sees them, for each of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kspec.data.arrays import is_whole
from kspec.data.pixels import Pixels
from kspec.data.samples import Samples
from kspec.errors import DataError
from kspec.spec.models import Data, Input

__all__ = ["Scaling"]


@dataclass(frozen=True)
class Scaling:
    """`Pixels` for each input by name; None for an input of whole numbers, which are not scaled.

    `standardize` uses each input's own statistics.
    """

    inputs: Mapping[str, Pixels | None]

    @classmethod
    def fit(cls, data: Data, train: Samples, inputs: Mapping[str, Input]) -> Scaling:
        """The scaling that `data` asks for; `standardize: true` is measured on the samples.

        Raises DataError if scaling is asked for but no input can be scaled, if one scale would
        apply to pictures and other numbers alike, or if the given statistics do not fit the
        channels.
        """
        wanted = "standardize" if data.standardize else "scale" if data.scale is not None else None
        scaled = {name: each for name, each in inputs.items() if not is_whole(each.dtype)}
        if wanted and not scaled:
            dtype = next(iter(inputs.values())).dtype
            raise DataError(
                f"data.{wanted} is for pictures and measured values, but these samples are whole "
                f"numbers ({dtype}), such as word indices, which must stay as they are"
            )
        if data.scale is not None and len({len(each.shape) for each in scaled.values()}) > 1:
            raise DataError(
                f"data.scale would multiply {', '.join(scaled)} alike, but not all of them are "
                'pictures; use "standardize": true, or a Rescaling layer on one of them'
            )
        arrays = train if isinstance(train, dict) else dict.fromkeys(inputs, train)
        return cls(
            {name: Pixels.fit(data, arrays[name]) if name in scaled else None for name in inputs}
        )

    def __call__(self, x: Samples) -> Samples:
        """Samples as in `Split.x` to float32; whole numbers for integer inputs are unchanged."""
        if isinstance(x, dict):
            return {name: _scaled(self.inputs[name], array) for name, array in x.items()}
        (only,) = self.inputs.values()
        return _scaled(only, x)

    def to_json(self) -> dict[str, Any]:
        """Plain values, to store with a run."""
        each = {name: pixels and pixels.to_json() for name, pixels in self.inputs.items()}
        # The form of the first runs, which had only one input.
        only = next(iter(each.values())) if len(each) == 1 else None
        return only or {"inputs": each}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Scaling:
        """The inverse of `to_json`."""
        inputs = values.get("inputs", {"input": values})
        return cls({name: each and Pixels.from_json(each) for name, each in inputs.items()})


def _scaled(pixels: Pixels | None, x: np.ndarray) -> np.ndarray:
    return x if pixels is None else pixels(x)
