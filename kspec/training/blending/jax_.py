"""Blending on JAX: all averages in one compiled function."""

from __future__ import annotations

from typing import Any

import jax

__all__ = ["blend"]


def _blend(averages: list[Any], values: list[Any], rate: float) -> list[Any]:
    return [
        average + (rate * (value.astype(average.dtype) - average)).astype(average.dtype)
        for average, value in zip(averages, values, strict=True)
    ]


_compiled = jax.jit(_blend)


def blend(averages: list[Any], values: list[Any], rate: float) -> list[Any]:
    """See `kspec.training.blending`."""
    found: list[Any] = _compiled(averages, values, rate)
    return found
