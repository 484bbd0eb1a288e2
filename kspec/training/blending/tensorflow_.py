"""Averages by TensorFlow: all in one graph."""

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
    """As `kspec.training.blending` says."""
    # (A tensor, since for every number there would be a graph of its own.)
    found: list[Any] = _in_a_graph(averages, values, tf.constant(rate, tf.float64))
    return found
