"""Samples that are read when they are asked for are those that would lie in memory."""

import numpy as np
import pytest

from kspec.data.lazy import Lazy, parts, rows

ARRAY = np.arange(60, dtype=np.uint8).reshape(10, 2, 3)


@pytest.fixture
def read():
    """The places that have been read, and samples that are."""
    asked = []

    def of(places):
        asked.extend(places.tolist())
        return ARRAY[places]

    return asked, Lazy(of, np.arange(10), (2, 3), np.uint8)


@pytest.mark.parametrize(
    "chosen", [3, slice(2, 7), slice(None), np.array([9, 0, 9]), np.arange(10) % 3 == 0]
)
def test_it_takes_the_indices_of_an_array_and_reads_no_more(read, chosen):
    asked, lazy = read
    assert np.array_equal(lazy[chosen], ARRAY[chosen])
    assert asked == np.atleast_1d(np.arange(10)[chosen]).tolist()
    assert (lazy.shape, lazy.ndim, len(lazy), lazy.dtype) == ((10, 2, 3), 3, 10, np.uint8)


def test_some_of_them_are_not_read_yet(read):
    asked, lazy = read
    some = rows(rows(lazy, np.array([8, 1, 5, 3])), np.array([2, 0]))
    assert asked == [] and some.shape == (2, 2, 3)
    assert np.array_equal(np.asarray(some), ARRAY[[5, 8]])
    assert np.asarray(some, dtype=np.float32).dtype == np.float32
    assert np.array_equal(rows(ARRAY, np.array([4])), ARRAY[[4]])


def test_all_of_them_come_in_parts(read, monkeypatch):
    _, lazy = read
    monkeypatch.setattr("kspec.data.lazy._PART_BYTES", 25)
    found = list(parts(lazy))
    assert [len(part) for part in found] == [4, 4, 2]
    assert np.array_equal(np.concatenate(found), ARRAY)
    assert next(iter(parts(ARRAY))) is ARRAY
