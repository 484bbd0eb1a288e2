"""Samples: one array, or one for each input of the network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["Samples", "on_each"]

Samples = np.ndarray | dict[str, np.ndarray]
"""(n, *shape); for a network of several inputs by their names, all of the same n."""


def on_each(x: Samples, change: Callable[[np.ndarray], np.ndarray]) -> Samples:
    """`x` with `change` applied to each of its arrays."""
    if isinstance(x, dict):
        return {name: change(array) for name, array in x.items()}
    return change(x)
