"""Samples as small pictures."""

import numpy as np
import pytest

from kspec.reports.thumbnails import are_pictures, thumbnails

pytestmark = pytest.mark.language


def test_small_pictures_stay_as_they_are():
    pictures = np.random.default_rng(0).integers(0, 256, (2, 5, 7, 3), np.uint8)
    assert (thumbnails(pictures) == pictures).all()


def test_floats_are_pixels_and_shares_are_stretched():
    assert thumbnails(
        np.array([0.2, 300, -3, np.nan], np.float32).reshape(1, 2, 2, 1)
    ).ravel().tolist() == [0, 255, 0, 0]
    assert thumbnails(
        np.array([0, 0.5, 1, 0.2], np.float32).reshape(1, 2, 2, 1)
    ).ravel().tolist() == [0, 128, 255, 51]
    assert thumbnails(np.ones((1, 1, 1, 1), np.uint8)).item() == 1


@pytest.mark.parametrize("channels", [1, 3])
def test_large_ones_are_reduced(channels):
    reduced = thumbnails(np.full((2, 400, 200, channels), 77, np.uint8))
    assert reduced.shape == (2, 96, 48, channels)
    assert (reduced == 77).all()


def test_what_is_a_picture():
    assert are_pictures(np.zeros((1, 2, 2, 3)))
    assert not are_pictures(np.zeros((1, 2, 2, 4)))
    assert not are_pictures(np.zeros((1, 4)))
    assert not are_pictures({"left": np.zeros((1, 2, 2, 3))})
