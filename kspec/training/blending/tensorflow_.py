"""Blending on TensorFlow: all averages in one graph."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

__all__ = ["blend"]


def _blend(averages: list[Any], values: list[Any], rate: Any) -> list[Any]:
    return [
        average + tf.cast(rate, average.dtype) * (tf.cast(value, average.dtype) - average)
        for average, value in zip(averages, values, strict=True)
    ]


_in_a_graph = tf.function(_blend, autograph=False)


def blend(averages: list[Any], values: list[Any], rate: float) -> list[Any]:
    """See `kspec.training.blending`."""
    # (A tensor, since each new Python number would trace a new graph.)
    found: list[Any] = _in_a_graph(averages, values, tf.constant(rate, tf.float64))
    return found
