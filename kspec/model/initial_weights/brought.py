"""Initializers of plugins that draw from a generator passed to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from kspec.errors import PluginError
from kspec.plugins.blame import said_by
from kspec.spec.catalog.registry import registered_of

__all__ = ["draw_brought", "draws"]


def draws(initializer: Any) -> bool:
    """Whether it comes from a plugin and has the method `draw(shape, random)`."""
    if not hasattr(type(initializer), "draw"):
        return False
    return any(type(initializer) is each.thing for each in registered_of("initializers").values())


def draw_brought(initializer: Any, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """The result of `draw` for `shape`.

    Raises PluginError for whatever it raises, and unless it returns finite numbers of that shape.
    """
    what = f"{type(initializer).__name__}.draw for the shape {shape}"
    try:
        value = np.asarray(initializer.draw(shape, rng))
    except Exception as error:
        raise PluginError(f"{what} failed: {said_by(error)}") from error
    if value.shape != shape:
        raise PluginError(f"{what} gives one of the shape {value.shape}")
    if value.dtype.kind not in "buif" or not np.isfinite(value).all():
        raise PluginError(f"{what} gives values that are not finite numbers")
    return value
