"""Each sample is seen both ways in turn."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kspec.data.alternate import alternate
from kspec.data.order import Passes


@given(st.integers(0, 2**63 - 1), st.integers(0, 9), st.integers(0, 1000), st.integers(2, 60))
def test_in_two_passes_each_sample_is_mirrored_once(seed, position, number, n):
    start = number * n
    passes = [Passes(seed, n).drawn(start + k * n, start + (k + 1) * n) for k in range(2)]
    seen = np.empty((2, n), int)
    for row, drawn in zip(seen, passes, strict=True):
        row[drawn.places] = alternate(seed, position, drawn)
    assert seen.sum(axis=0).tolist() == [1] * n
    assert seen[number % 2].sum() == n // 2


def test_halves_of_neighbouring_seeds_and_positions_have_nothing_to_do_with_each_other():
    drawn = Passes(0, 2000).drawn(0, 2000)
    halves = [alternate(seed, position, drawn) for seed in range(3) for position in range(3)]
    equal = [(a == b).mean() for i, a in enumerate(halves) for b in halves[:i]]
    assert min(equal) > 0.4 and max(equal) < 0.6
