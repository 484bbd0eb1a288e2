"""The bootstrap of a mean: how it would vary over other samples of the same size."""

from __future__ import annotations

import math

import numpy as np

__all__ = ["resampled_means"]

AT_ONCE = 100
# Nothing this many standard deviations from the mean is ever drawn in practice.
FAR = 24
# Above this size of the circle, drawing resamples directly is the better choice.
LARGEST = 2**20


def resampled_means(
    values: np.ndarray, draws: int, random: np.random.Generator, *, steps: int
) -> np.ndarray:
    """The means of `draws` resamples of (n,) values, each n of them drawn with replacement.

    If all values are whole multiples of 1 / `steps`, like fractions of correct answers, the
    distribution of these means is computed and drawn from, which gives the same result a thousand
    times faster. Resamples spread less than samples by a factor of the square root of (n - 1) / n
    (Efron and Tibshirani, 1993, 5.3), which is corrected.
    """
    count = len(values)
    whole = np.rint(values * steps)
    size = _circle(whole)
    if size <= LARGEST and np.abs(whole - values * steps).max() < 1e-6:
        drawn = _sums(whole.astype(np.int64), draws, random, size=size) / steps / count
    else:
        parts = [
            values[random.integers(0, count, (AT_ONCE, count))].mean(axis=1)
            for _ in range(math.ceil(draws / AT_ONCE))
        ]
        drawn = np.concatenate(parts)[:draws]
    mean = values.mean()
    made_up = math.sqrt(count / (count - 1)) if count > 1 else 1.0
    return np.asarray(mean + made_up * (drawn - mean))


def _circle(values: np.ndarray) -> float:
    """The size of a circle on which no sum of n of the n values wraps around onto another."""
    apart = values - round(float(values.mean()))
    reach = FAR * math.sqrt(len(values)) * float(apart.std())
    reach += abs(float(apart.sum())) + float(np.ptp(values))
    return 2.0 ** math.ceil(math.log2(reach + 2))


def _sums(
    values: np.ndarray, draws: int, random: np.random.Generator, *, size: float
) -> np.ndarray:
    """Sums of n of the (n,) integers, drawn with replacement.

    The distribution of a sum of n draws is the n-fold convolution of that of one draw, whose
    Fourier transform is raised to the n-th power. It is computed on a circle of `size` places.
    """
    count, size = len(values), int(size)
    middle = round(float(values.mean()))
    apart = values - middle
    one = np.bincount(apart % size, minlength=size) / count
    all_of_them = np.fft.irfft(np.fft.rfft(one) ** count, size)
    # The cumulative sum starts at the far side of the circle, where the distribution is zero.
    start = int(apart.sum()) - size // 2
    shares = np.roll(all_of_them.clip(0), -start).cumsum()
    places = np.searchsorted(shares, random.random(draws) * shares[-1], side="right")
    return np.asarray(count * middle + start + places)
