"""The memory that training takes on a GPU."""

from __future__ import annotations

__all__ = ["device_peak"]


def device_peak(backend: str) -> int | None:
    """The backend's peak memory on its first GPU, in bytes; None without a GPU."""
    if backend == "torch":
        import torch

        return int(torch.cuda.max_memory_allocated()) if torch.cuda.is_available() else None
    if backend == "tensorflow":
        import tensorflow as tf

        if not tf.config.list_physical_devices("GPU"):
            return None
        return int(tf.config.experimental.get_memory_info("GPU:0")["peak"])
    import jax

    stats = jax.devices()[0].memory_stats() if jax.default_backend() != "cpu" else None
    return int(stats["peak_bytes_in_use"]) if stats else None
