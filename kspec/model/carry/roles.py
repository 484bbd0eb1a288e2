"""The role of a weight, by its name: so that gamma is never taken for beta of the same shape."""

from __future__ import annotations

import re

__all__ = ["contradicts"]

_ROLES = {
    "W": "kernel",
    "U": "recurrent_kernel",
    "b": "bias",
    "alphas": "alpha",
    "depthwise_kernel": "kernel",
    "embeddings": "kernel",
    "running_mean": "moving_mean",
    "running_std": "moving_variance",
    **{
        name: name
        for name in (
            *("alpha", "beta", "bias", "gamma", "kernel", "moving_mean", "moving_variance"),
            *("pointwise_kernel", "recurrent_kernel"),
        )
    },
}
"""Includes Keras 1's names; each part of a layer has only one kernel, whatever its name.

Keras 1's running_std was in fact the variance.
"""


def contradicts(stored: str, wanted: str) -> bool:
    """Whether an array called `stored` in the file certainly cannot be the weight `wanted`.

    "dense_1/kernel:0", "dense_1_W" and "kernel" are kernels.
    """
    found, needed = _role(stored), _role(wanted)
    return found is not None and needed is not None and found != needed


def _role(name: str) -> str | None:
    last = re.sub(r":[0-9]+$", "", name).rpartition("/")[2]
    if last in _ROLES:
        return _ROLES[last]
    # Keras 1 prefixes the name of the layer; the longest ending counts: running_mean, not mean.
    endings = [each for each in _ROLES if last.endswith(f"_{each}")]
    return _ROLES[max(endings, key=len)] if endings else None
