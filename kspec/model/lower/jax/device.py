"""The device that JAX computes on."""

from __future__ import annotations

import jax

__all__ = ["on_processor"]


def on_processor() -> bool:
    """Whether it is the CPU, for whose compiler these classes are written."""
    return bool(jax.default_backend() == "cpu")
