import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kspec.data.order import order


@given(st.integers(0, 2**63 - 1), st.integers(0, 1000), st.integers(1, 300))
def test_every_sample_comes_once(seed, epoch, n):
    assert sorted(order(seed, epoch, n)) == list(range(n))


def test_the_order_depends_on_seed_and_epoch_alone():
    assert np.array_equal(order(7, 3, 1000), order(7, 3, 1000))
    assert not np.array_equal(order(7, 3, 1000), order(7, 4, 1000))
    assert not np.array_equal(order(7, 3, 1000), order(8, 3, 1000))


def test_the_order_is_the_same_on_every_machine():
    # Runs are resumed and compared across machines, so these numbers must never change.
    assert order(0, 0, 10).tolist() == [4, 6, 3, 5, 8, 2, 0, 7, 9, 1]
    assert order(2**63 - 1, 12, 10).tolist() == [7, 3, 6, 4, 1, 9, 5, 8, 2, 0]
