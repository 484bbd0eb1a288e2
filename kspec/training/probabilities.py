"""What a network's outputs say, as probabilities."""

from __future__ import annotations

import numpy as np

__all__ = ["probabilities"]


def probabilities(outputs: np.ndarray, *, logits: bool) -> np.ndarray:
    """Probabilities (n, classes) from outputs (n, classes), or from a single output (n, 1).

    There may be further axes between, such as those of pixels.

    `logits` says whether they are logits: then softmax is taken, for a single output the sigmoid.
    Each row is read by itself; one that is no distribution, as a network may give that learned by
    another loss than a cross-entropy, is taken for logits too.
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
