"""A network's outputs as probabilities."""

from __future__ import annotations

import numpy as np

__all__ = ["probabilities"]


def probabilities(outputs: np.ndarray, *, logits: bool) -> np.ndarray:
    """Probabilities (n, classes) from outputs (n, classes), or from a single output (n, 1).

    There may be further axes in between, such as those of pixels.

    `logits` says whether they are logits: then the softmax is applied, or the sigmoid for a single
    output. Each row is treated separately; one that is not a distribution, as a network may give if
    it was trained with a loss other than a cross-entropy, is treated as logits too.
    """
    outputs = outputs.astype("float64")
    if outputs.shape[-1] == 1:
        share = 1 / (1 + np.exp(-outputs)) if logits else outputs.clip(0, 1)
        return np.concatenate([1 - share, share], axis=-1)
    powers = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
    softmax = powers / powers.sum(axis=-1, keepdims=True)
    if logits:
        return np.asarray(softmax)
    sums = outputs.sum(axis=-1, keepdims=True)
    fine = (outputs >= 0).all(axis=-1, keepdims=True) & np.isclose(sums, 1, atol=1e-3)
    return np.where(fine, outputs, softmax)
