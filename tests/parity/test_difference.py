import math

import numpy as np
import pytest

from kspec.parity.difference import difference, distance


def test_the_largest_element_is_the_scale():
    assert difference(np.array([1.0, -4.0]), np.array([1.0, -3.0])) == 0.25
    assert difference(np.array([1.0, -4.0]), np.array([1.0, -3.0]), scale=10) == 0.1


def test_zeros_but_for_rounding_are_equal():
    assert difference(np.zeros(3), np.full(3, 1e-12)) == pytest.approx(1e-6)


def test_what_is_no_number_is_equal_to_itself_alone():
    gap = np.array([1.0, math.nan, math.inf])
    assert difference(gap, gap.copy()) == 0
    assert difference(gap, np.array([1.0, math.nan, -math.inf])) == math.inf
    assert difference(gap, np.array([1.0, 2.0, math.inf])) == math.inf
    assert difference(np.array([2.0, math.nan]), np.array([1.0, math.nan])) == 0.5


def test_other_shapes_cannot_be_compared():
    assert difference(np.zeros(2), np.zeros(3)) == math.inf
    assert distance(np.zeros(2), np.zeros(3), scale=1) == math.inf


def test_masks_and_whole_numbers_are_compared_too():
    assert difference(np.array([True, False]), np.array([True, True])) == 1
    assert difference(np.array([4, 2]), np.array([4, 3])) == 0.25


def test_one_element_of_many_hardly_changes_the_distance():
    reference = np.ones(10_000)
    other = reference.copy()
    other[0] = 2
    assert difference(reference, other) == 1
    assert distance(reference, other) == pytest.approx(0.01)
    assert distance(reference, 2 * reference) == pytest.approx(1)
    assert distance(np.zeros(4), np.full(4, 1e-3), scale=1) == pytest.approx(1e-3)
