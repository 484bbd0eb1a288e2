"""A random matrix with orthonormal columns, with the same bits on every machine.

A QR decomposition from LAPACK sums in whatever order the processor likes best; its last bits
differ between machines, and columns that lie close together magnify that. Here every sum is one
of whole numbers that float64 holds exactly, so that no order of summing can change it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["orthonormal"]

Matrix = NDArray[np.float64]


def orthonormal(matrix: Matrix) -> Matrix:
    """The Q of matrix = QR with a positive diagonal in R; (rows, columns), rows >= columns.

    That is Gram-Schmidt. The second pass removes what rounding left over in the first ("twice is
    enough": Giraud, Langou, Rozložník 2005, Computers & Mathematics with Applications 50).
    """
    return _gram_schmidt(_gram_schmidt(matrix))


def _gram_schmidt(matrix: Matrix) -> Matrix:
    columns = matrix.shape[1]
    if columns == 1:
        return matrix / np.sqrt(_product(matrix.T, matrix))
    left = _gram_schmidt(matrix[:, : columns // 2])
    right = matrix[:, columns // 2 :]
    right = right - _product(left, _product(left.T, right))
    return np.hstack([left, _gram_schmidt(right)])


def _product(a: Matrix, b: Matrix) -> Matrix:
    """a @ b to 35 bits or more (of the largest element), the same whatever the order of summing.

    Each factor is split in two whole-number parts, so short that no sum of their products exceeds
    2**53 (Ozaki, Ogita, Oishi, Rump 2012, Numerical Algorithms 59). The product of the two lower
    parts is too small to matter.
    """
    bits = (53 - math.ceil(math.log2(a.shape[1]))) // 2
    a_high, a_low, a_exponent = _split(a, bits)
    b_high, b_low, b_exponent = _split(b, bits)
    result = a_high @ b_high + np.ldexp(a_high @ b_low + a_low @ b_high, -bits)
    return np.ldexp(result, a_exponent + b_exponent - 2 * bits)


def _split(x: Matrix, bits: int) -> tuple[Matrix, Matrix, int]:
    """Whole numbers high and low, and the exponent, in x ~ (high + low / 2**bits) 2**(e - bits)."""
    exponent = int(np.frexp(np.max(np.abs(x)))[1])
    scaled = np.ldexp(x, bits - exponent)
    high = np.rint(scaled)
    return high, np.rint(np.ldexp(scaled - high, bits)), exponent
