"""The formulas of Keras's random initializers (keras/src/initializers/random_initializers.py).

All start from the raw 64-bit numbers of the bit generator, whose sequence NumPy promises to keep
(NEP 19), and use only operations that IEEE 754 rounds correctly; the one logarithm merely decides
which draws are kept. The result is the same on every backend, processor and version of NumPy.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras.src.initializers.random_initializers import compute_fans
from numpy.typing import NDArray

from kspec.model.initial_weights.fourier import fourier_kernel
from kspec.model.initial_weights.orthogonal import orthonormal

__all__ = ["draw", "has_formula"]

Floats = NDArray[np.float64]
Shape = tuple[int, ...]

_FORMULAS = (
    keras.initializers.RandomNormal,
    keras.initializers.TruncatedNormal,
    keras.initializers.RandomUniform,
    keras.initializers.VarianceScaling,
    keras.initializers.GlorotNormal,
    keras.initializers.GlorotUniform,
    keras.initializers.HeNormal,
    keras.initializers.HeUniform,
    keras.initializers.LecunNormal,
    keras.initializers.LecunUniform,
    keras.initializers.Orthogonal,
    keras.initializers.STFT,
)
# How many candidates are drawn at a time: few enough to stay in the processor's cache.
_BLOCK = 4096


def has_formula(initializer: Any) -> bool:
    """Whether this is one of Keras's own initializers whose values differ between backends.

    Zeros, Ones, Constant and Identity do not differ. A class derived from one of Keras's may
    behave differently, and has no formula here.
    """
    return type(initializer) in _FORMULAS


def draw(initializer: Any, shape: Shape, rng: np.random.Generator) -> Floats:
    """The value that `initializer`, one that `has_formula`, gives a weight: float64, of `shape`.

    It depends on all arguments of the initializer but its seed, which the caller handles.
    Raises ValueError where Keras does: Orthogonal with fewer than two axes.
    """
    size = math.prod(shape)
    if isinstance(initializer, keras.initializers.STFT):
        return fourier_kernel(initializer, shape)
    if isinstance(initializer, keras.initializers.Orthogonal):
        return _orthogonal(rng, shape) * float(initializer.gain)
    if isinstance(initializer, keras.initializers.VarianceScaling):
        return _variance_scaling(initializer, rng, shape)
    if isinstance(initializer, keras.initializers.RandomUniform):
        flat = _uniform(rng, size, float(initializer.minval), float(initializer.maxval))
    else:
        truncated = isinstance(initializer, keras.initializers.TruncatedNormal)
        flat = _truncated_normal(rng, size) if truncated else _normal(rng, size)
        flat = flat * float(initializer.stddev) + float(initializer.mean)
    return flat.reshape(shape)


def _variance_scaling(initializer: Any, rng: np.random.Generator, shape: Shape) -> Floats:
    # Keras has these since 3.15; before, it treated the kernel of any EinsumDense as a convolution.
    names = ("input_axes", "output_axes")
    axes = {name: getattr(initializer, name) for name in names if hasattr(initializer, name)}
    fan_in, fan_out = compute_fans(shape, **axes)
    fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    variance = initializer.scale / max(1.0, fans[initializer.mode])
    size = math.prod(shape)
    if initializer.distribution == "uniform":
        limit = math.sqrt(3 * variance)
        flat = _uniform(rng, size, -limit, limit)
    elif initializer.distribution == "untruncated_normal":
        flat = _normal(rng, size) * math.sqrt(variance)
    else:
        # The divisor is the standard deviation of a standard normal cut off at -2 and 2.
        flat = _truncated_normal(rng, size) * (math.sqrt(variance) / 0.87962566103423978)
    return flat.reshape(shape)


def _orthogonal(rng: np.random.Generator, shape: Shape) -> Floats:
    if len(shape) < 2:
        raise ValueError(f"Orthogonal needs a shape of at least two axes, not {shape}")
    rows, columns = math.prod(shape[:-1]), shape[-1]
    flat = (max(rows, columns), min(rows, columns))
    q = orthonormal(_normal(rng, math.prod(flat)).reshape(flat))
    return (q if rows >= columns else q.T).reshape(shape)


def _unit(rng: np.random.Generator, size: int) -> Floats:
    """Multiples of 2**-53 in [0, 1)."""
    whole = rng.bit_generator.random_raw(size) >> np.uint64(11)
    return whole.astype(np.float64) * 2.0**-53


def _uniform(rng: np.random.Generator, size: int, low: float, high: float) -> Floats:
    return _unit(rng, size) * (high - low) + low


def _truncated_normal(rng: np.random.Generator, size: int) -> Floats:
    """Standard normal within -2 and 2: values outside are drawn again, as in TensorFlow."""
    return _normal(rng, size, bound=2.0)


def _normal(rng: np.random.Generator, size: int, bound: float = math.inf) -> Floats:
    """Standard normal, by the ratio of uniforms (Kinderman, Monahan 1977, ACM TOMS 3)."""
    result = np.empty(size)
    filled = 0
    while filled < size:
        u = 1 - _unit(rng, _BLOCK)
        x = _uniform(rng, _BLOCK, -1, 1) * math.sqrt(2 / math.e) / u
        x = x[(x * x <= -4 * np.log(u)) & (np.abs(x) <= bound)][: size - filled]
        result[filled : filled + len(x)] = x
        filled += len(x)
    return result
