"""Moves averages towards new values, in one call of the backend.

There is a module for each backend, with one function:

    blend(averages, values, rate) -> averages

Each average and its value are tensors of the same shape; the result is a list of new tensors
`average + rate * (value - average)`, of the dtypes of the averages. With a rate of 1 they are the
values, and where an average equals its value it stays the same, to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import keras

__all__ = ["blend"]


def blend(averages: Sequence[Any], values: Sequence[Any], rate: float) -> list[Any]:
    """The averages moved towards `values`, on the active backend."""
    module = import_module(f"kspec.training.blending.{keras.backend.backend()}_")
    found: list[Any] = module.blend(list(averages), list(values), rate)
    return found
