"""The same training twice, to the last bit: the settings that each backend needs for that."""

from __future__ import annotations

import os

import keras

from kspec.errors import BackendError

__all__ = ["make_deterministic"]

# Read by cuBLAS when it is first used:
# https://docs.nvidia.com/cuda/cublas/#results-reproducibility
CUBLAS = ("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
XLA = "--xla_gpu_deterministic_ops=true"


def make_deterministic() -> None:
    """Let the active backend use only deterministic operations, for the rest of this process.

    The order of the samples, the weights and everything random come from kspec and are the same in
    any case. What remains is the order in which a device adds numbers up: on a GPU it varies
    unless this is set, on a CPU it depends on the number of threads. An operation that has no
    deterministic form makes the training fail, with the backend's message.

    Sources: `torch.use_deterministic_algorithms`, `tf.config.experimental.enable_op_determinism`,
    XLA's `xla_gpu_deterministic_ops`.

    Raises BackendError if JAX already runs on a GPU and was not told before.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    elif backend == "torch":
        import torch

        os.environ.setdefault(*CUBLAS)
        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.benchmark = False
    else:
        _tell_xla()


def _tell_xla() -> None:
    """Set XLA's flags, which it reads only once, when the first array is made."""
    import jax

    if XLA in os.environ.get("XLA_FLAGS", ""):
        return
    initialized = jax._src.xla_bridge.backends_are_initialized()
    if initialized and jax.default_backend() == "gpu":
        raise BackendError(
            "JAX is already running, too late for training.deterministic; "
            f"set XLA_FLAGS={XLA} before it starts"
        )
    if not initialized:
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {XLA}".strip()
