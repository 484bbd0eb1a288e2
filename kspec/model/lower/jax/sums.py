"""Sums over all places of a batch, one for each channel, for JAX on a CPU."""

from __future__ import annotations

import jax
import jax.numpy as jnp

__all__ = ["over_places"]


def over_places(x: jax.Array) -> jax.Array:
    """`x` (\\*places, c) summed to (c,), one axis after the other, the third from last first.

    Each is a sum of adjacent rows, which XLA computes for many channels at a time. A sum over all
    axes at once it computes channel by channel; the barriers keep it from merging these sums into
    such a one.
    """
    while x.ndim > 1:
        x = jax.lax.optimization_barrier(jnp.sum(x, max(0, x.ndim - 3)))
    return x
