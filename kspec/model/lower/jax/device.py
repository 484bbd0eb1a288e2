"""Where JAX computes."""

from __future__ import annotations

import jax

__all__ = ["on_processor"]


def on_processor() -> bool:
    """Whether that is the processor, whose compiler these classes know."""
    return bool(jax.default_backend() == "cpu")
