"""Calibration: the bins and the error, against numbers worked out by hand."""

import numpy as np
import pytest

from kspec.reports.calibration import calibrate

pytestmark = pytest.mark.language


def test_the_error_is_the_mean_distance_weighted_by_the_bins():
    """Two bins of five: at 0.9 three of four right, at 0.5 none of one.

    4/5 * |0.75 - 0.9| + 1/5 * |0 - 0.5| = 0.22
    """
    probabilities = np.array([[0.9, 0.1]] * 4 + [[0.5, 0.5]])
    found = calibrate(np.array([0, 0, 0, 1, 1]), probabilities, bins=5)
    assert found.error == pytest.approx(0.22)
    assert [each.count for each in found.bins] == [0, 0, 1, 0, 4]
    last = found.bins[-1]
    assert (last.low, last.high) == (0.8, 1.0)
    assert (last.confidence, last.accuracy) == (pytest.approx(0.9), 0.75)


def test_a_bin_holds_its_upper_end_and_not_its_lower():
    probabilities = np.array([[0.6, 0.4], [0.75, 0.25], [1.0, 0.0]])
    found = calibrate(np.array([0, 0, 0]), probabilities, bins=4)
    assert [each.count for each in found.bins] == [0, 0, 2, 1]


def test_who_is_always_right_and_sure_has_no_error():
    found = calibrate(np.array([1, 0]), np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert found.error == 0
    assert len(found.bins) == 15


def test_who_is_as_often_right_as_claimed_has_almost_none():
    draw = np.random.default_rng(0)
    confidence = draw.uniform(0.5, 1, 50_000)
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    labels = (draw.uniform(size=50_000) > confidence).astype(int)
    assert calibrate(labels, probabilities).error < 0.01
    # The same claims of who guesses.
    guesses = draw.integers(0, 2, 50_000)
    assert calibrate(guesses, probabilities).error == pytest.approx(0.25, abs=0.01)
