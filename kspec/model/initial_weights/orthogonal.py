"""A random matrix with orthonormal columns, with the same bits on every machine.

A QR decomposition from LAPACK sums in an order that depends on the processor, so that its last bits
differ between machines, and nearly parallel columns magnify that. Here every sum is one of whole
numbers that float64 holds exactly: no order of summation can change it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["orthonormal"]

Matrix = NDArray[np.float64]

# Blocks of so few columns are done one by one; larger ones are halved, to use matrix products.
_FEW = 16


def orthonormal(matrix: Matrix) -> Matrix:
    """The Q of matrix = QR with a positive diagonal in R; (rows, columns), rows >= columns.

    This is Gram-Schmidt. A Newton-Schulz step (Björck, Bowie 1971, SIAM J. Numer. Anal. 8)
    removes the remaining rounding errors: it squares the deviation from orthonormality, which for
    columns drawn at random is some 1e-8.
    """
    q = _gram_schmidt(matrix)
    left_over = np.identity(q.shape[1]) - _product(q.T, q)
    return q + _product(q, left_over / 2)


def _gram_schmidt(matrix: Matrix) -> Matrix:
    columns = matrix.shape[1]
    if columns <= _FEW:
        return _one_by_one(matrix)
    left = _gram_schmidt(matrix[:, : columns // 2])
    right = matrix[:, columns // 2 :]
    right = right - _product(left, _product(left.T, right))
    return np.hstack([left, _gram_schmidt(right)])


def _one_by_one(matrix: Matrix) -> Matrix:
    columns = matrix.T.copy()
    for index, column in enumerate(columns):
        column /= np.sqrt(_sum(column * column))
        rest = columns[index + 1 :]
        rest -= _sum(rest * column)[:, np.newaxis] * column
    return columns.T


def _sum(x: Matrix) -> Matrix:
    """The sum along the last axis: exact, once x is rounded to a grid that allows for it."""
    bits = 53 - math.ceil(math.log2(x.shape[-1])) - _exponent(x)
    whole: Matrix = np.rint(np.ldexp(x, bits)).sum(axis=-1)
    return np.ldexp(whole, -bits)


def _product(a: Matrix, b: Matrix) -> Matrix:
    """a @ b to some 40 bits of its largest terms, whatever the order of summation.

    Each factor is split into two parts of whole numbers, so short that no sum of their products
    exceeds 2**53 (Ozaki, Ogita, Oishi, Rump 2012, Numerical Algorithms 59); the product of the
    two lower parts is omitted.
    """
    bits = (53 - math.ceil(math.log2(a.shape[1]))) // 2
    a_high, a_low, a_exponent = _split(a, bits)
    b_high, b_low, b_exponent = _split(b, bits)
    # The lower parts are at most half as large, so that their sum is still exact.
    result = a_high @ b_high + np.ldexp(a_high @ b_low + a_low @ b_high, -bits)
    return np.ldexp(result, a_exponent + b_exponent - 2 * bits)


def _split(x: Matrix, bits: int) -> tuple[Matrix, Matrix, int]:
    """Whole numbers high and low, and e, such that x ~ (high + low / 2**bits) * 2**(e - bits)."""
    exponent = _exponent(x)
    scaled = np.ldexp(x, bits - exponent)
    high = np.rint(scaled)
    return high, np.rint(np.ldexp(scaled - high, bits)), exponent


def _exponent(x: Matrix) -> int:
    """The least e with every |x| < 2**e."""
    return int(np.frexp(np.max(np.abs(x), initial=0.0))[1])
