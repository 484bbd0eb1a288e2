"""A flag for XLA on a CPU, set before JAX starts."""

from __future__ import annotations

import importlib.metadata
import os
import sys

__all__ = ["heeds", "tell_xla"]

FLAG = "--xla_cpu_experimental_ynn_fusion_type"
TAKEN = "individual_dot"

# XLA aborts on unknown flags, so it gets this one only in versions in which it was tried.
TRIED = ("0.10.",)


def heeds() -> bool:
    """Whether the flag is set."""
    return FLAG in os.environ.get("XLA_FLAGS", "")


def tell_xla() -> None:
    """Let XLA use Eigen for convolutions, and YNNPACK only for matrix products.

    The gradient of a kernel is a convolution with a window as large as the picture, for which Eigen
    takes two thirds of YNNPACK's time (`benchmarks/speed`); for the products of an LSTM of 128
    units it is the other way round (`benchmarks/layers`). Does nothing if the environment sets the
    flag, or for versions that may not know it.
    """
    before = os.environ.get("XLA_FLAGS", "")
    jax = sys.modules.get("jax")
    if jax is not None and jax._src.xla_bridge.backends_are_initialized():
        return  # Too late: XLA reads its flags only once.
    try:
        known = importlib.metadata.version("jaxlib").startswith(TRIED)
    except importlib.metadata.PackageNotFoundError:
        known = False
    if FLAG in before or not known:
        return
    os.environ["XLA_FLAGS"] = f"{before} {FLAG}={TAKEN}".strip()
