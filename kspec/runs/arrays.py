"""Arrays in types that NumPy's own files hold."""

from __future__ import annotations

import numpy as np

__all__ = ["native"]


def native(array: np.ndarray) -> np.ndarray:
    """`array` in a type of NumPy's own that holds its values exactly.

    bfloat16 and the float8 types are others' additions to NumPy, which does not save them.
    """
    return array if array.dtype.isbuiltin == 1 else array.astype(np.float32)
