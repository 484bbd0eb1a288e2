"""The device that TensorFlow computes on."""

from __future__ import annotations

import tensorflow as tf

__all__ = ["on_processor"]


def on_processor() -> bool:
    """Whether it is the CPU, for whose kernels some of these classes are written."""
    return not tf.config.list_physical_devices("GPU")
