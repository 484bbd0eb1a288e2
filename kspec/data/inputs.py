"""Do the samples fit the network's inputs?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kspec.data.arrays import as_whole_numbers, is_whole
from kspec.data.dataset import Split
from kspec.data.lazy import with_channel
from kspec.errors import DataError
from kspec.spec.models import Input
from kspec.spec.shapes.sources import fits

__all__ = ["fit_inputs", "listed", "one_input", "shape_text"]


def fit_inputs(split: Split, inputs: Mapping[str, Input], *, source: str) -> Split:
    """The split, with its samples in exactly the shapes and dtypes of `inputs`.

    Pictures without a channel axis get one. Raises DataError if the shapes differ in anything else,
    or if an input of whole numbers would get other values.
    """
    if isinstance(split.x, dict):
        x = {
            name: _fitting(split.x[name], each, f"inputs.{name}", source)
            for name, each in inputs.items()
        }
        return Split(x, split.y)
    (only,) = inputs.values()
    fitting = _fitting(split.x, only, "input", source)
    return split if fitting is split.x else Split(fitting, split.y)


def _fitting(x: np.ndarray, wanted: Input, key: str, source: str) -> np.ndarray:
    found = x.shape[1:]
    if fits((*found, 1), wanted.shape):
        x = with_channel(x)
    elif not fits(found, wanted.shape):
        pictures = len(found) in (2, 3)
        if len(found) == 2 and len(wanted.shape) == 3:
            found = (*found, 1)
        raise DataError(
            f"{source}: the {'pictures' if pictures else 'samples'} are {shape_text(found)}, "
            f"but the spec's {key}.shape is {shape_text(wanted.shape)}"
        )
    if not is_whole(wanted.dtype) or x.dtype == wanted.dtype:
        return x
    return as_whole_numbers(np.asarray(x), wanted.dtype, where=f"{source}: {key}")


def one_input(inputs: Mapping[str, Input], source: str) -> Input:
    """The only input of the network. Raises DataError if there are several."""
    if len(inputs) > 1:
        raise DataError(
            f'the data source "{source}" is for a network with one input, but this one takes '
            f"{listed(inputs)}"
        )
    return next(iter(inputs.values()))


def listed(names: Mapping[str, object]) -> str:
    """Names as a list in prose: "left and right"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def shape_text(shape: Sequence[int | None]) -> str:
    """A shape with multiplication signs, for messages; `?` for an open size."""
    sizes = ("?" if size is None else str(size) for size in shape)
    return "\N{MULTIPLICATION SIGN}".join(sizes)
