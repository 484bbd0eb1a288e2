"""The most confident mistakes of a model: the first place to see what it has not learned."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["surest_mistakes"]


def surest_mistakes(
    labels: npt.NDArray[Any], probabilities: npt.NDArray[Any], count: int
) -> npt.NDArray[np.int64]:
    """The indices of at most `count` misclassified samples, most confident first.

    Args:
        labels: Integers (n,).
        probabilities: (n, classes); rows with NaN are ignored.
    """
    called = probabilities.argmax(axis=-1)
    sure = probabilities.max(axis=-1)
    wrong = np.flatnonzero((called != labels) & np.isfinite(sure))
    # (Stable, so that ties stay in the order of the test set.)
    return wrong[np.argsort(-sure[wrong], kind="stable")][:count].astype(np.int64)
