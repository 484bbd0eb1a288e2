"""What the active backend computes on."""

from __future__ import annotations

import keras

__all__ = ["devices"]


def devices() -> tuple[str, ...]:
    """The devices of the active backend, by the names it gives them."""
    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        return tuple(f"{device.platform}:{device.id} {device.device_kind}" for device in jax.devices())
    if backend == "tensorflow":
        import tensorflow as tf

        return tuple(device.name for device in tf.config.list_physical_devices())
    import torch

    if torch.cuda.is_available():
        return tuple(torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count()))
    return ("mps",) if torch.backends.mps.is_available() else ("cpu",)
