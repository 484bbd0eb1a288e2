"""Averages moved towards new values, in one call of the backend.

A module for each, with one function:

    blend(averages, values, rate) -> averages

Each average and the value beside it are tensors of one shape; the result is new tensors
`average + rate * (value - average)`, of the dtypes of the averages. With a rate of 1 they are the
values, and where both are equal nothing changes, to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import keras

__all__ = ["blend"]


def blend(averages: Sequence[Any], values: Sequence[Any], rate: float) -> list[Any]:
    """The averages after `values`, on the active backend."""
    module = import_module(f"kspec.training.blending.{keras.backend.backend()}_")
    found: list[Any] = module.blend(list(averages), list(values), rate)
    return found
