"""Sums over all places of a batch, one for each channel, for JAX on a processor."""

from __future__ import annotations

import jax
import jax.numpy as jnp

__all__ = ["over_places"]


def over_places(x: jax.Array) -> jax.Array:
    """`x` (\\*places, c) summed to (c,), one axis after the other, the last but two first.

    Each is a sum of rows near each other, which XLA computes many channels at a time. Of all axes
    at once it takes one channel after the other, and but for the barriers it makes that of these.
    """
    while x.ndim > 1:
        x = jax.lax.optimization_barrier(jnp.sum(x, max(0, x.ndim - 3)))
    return x
