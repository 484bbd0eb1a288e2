"""Arrays in dtypes that NumPy can save."""

from __future__ import annotations

import numpy as np

__all__ = ["native"]


def native(array: np.ndarray) -> np.ndarray:
    """`array` in one of NumPy's own dtypes that holds its values exactly.

    bfloat16 and the float8 types are added to NumPy by other packages, and NumPy cannot save them.
    """
    return array if array.dtype.isbuiltin == 1 else array.astype(np.float32)
