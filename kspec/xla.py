"""What XLA is told for JAX on a processor, before JAX starts."""

from __future__ import annotations

import importlib.metadata
import os
import sys

__all__ = ["heeds", "tell_xla"]

FLAG = "--xla_cpu_experimental_ynn_fusion_type"
TAKEN = "individual_dot"

# XLA ends the process for a flag that it does not know, so it gets this one where it was tried.
TRIED = ("0.10.",)


def heeds() -> bool:
    """Whether XLA has been told so."""
    return FLAG in os.environ.get("XLA_FLAGS", "")


def tell_xla() -> None:
    """Let XLA leave convolutions to Eigen, and products of matrices alone to YNNPACK.

    The gradient of a kernel is a convolution with a window as large as the picture, for which the
    former takes two thirds of the time (`benchmarks/speed`); for the products of an LSTM of 128
    units the latter does (`benchmarks/layers`). Nothing is done where the environment says
    something of it, and for versions that may not know the flag.
    """
    before = os.environ.get("XLA_FLAGS", "")
    jax = sys.modules.get("jax")
    if jax is not None and jax._src.xla_bridge.backends_are_initialized():
        return  # Too late: it reads its flags once.
    try:
        known = importlib.metadata.version("jaxlib").startswith(TRIED)
    except importlib.metadata.PackageNotFoundError:
        known = False
    if FLAG in before or not known:
        return
    os.environ["XLA_FLAGS"] = f"{before} {FLAG}={TAKEN}".strip()
