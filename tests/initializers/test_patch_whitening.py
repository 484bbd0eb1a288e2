"""Filters that whiten patches."""

import numpy as np
import pytest

from kspec.initializers import PatchWhitening

pytestmark = pytest.mark.keras


def pictures(n=40, side=12):
    """Smooth pictures, whose neighbouring pixels go together."""
    rough = np.random.default_rng(3).normal(size=(n, side + 2, side + 2, 3))
    smooth = rough[:, 1:-1, 1:-1] + rough[:, 2:, 1:-1] + rough[:, 1:-1, 2:]
    return (smooth @ [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]).astype("float32")


def filtered(kernel, x):
    """What a convolution without padding makes of x, patch by patch."""
    height, width, channels, filters = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(1, 2))
    patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, height * width * channels)
    return patches @ kernel.reshape(-1, filters)


@pytest.mark.parametrize("size", [(2, 2), (3, 3), (1, 3)], ids=str)
def test_what_the_filters_give_is_white(size):
    x, half = pictures(), size[0] * size[1] * 3
    kernel = PatchWhitening(epsilon=0).from_patches((*size, 3, 2 * half), [x])
    given = filtered(kernel, x)
    first, second = given[:, :half], given[:, half:]
    np.testing.assert_array_equal(first, -second)
    np.testing.assert_allclose(first.T @ first / len(first), np.eye(half), atol=1e-6)


def test_the_largest_come_first_and_epsilon_damps_the_small():
    x = pictures()
    plain = PatchWhitening(epsilon=0).from_patches((2, 2, 3, 5), [x])
    damped = PatchWhitening(epsilon=0.5).from_patches((2, 2, 3, 5), [x])
    length = np.linalg.norm(plain.reshape(12, 5), axis=0)
    assert (np.diff(length) > 0).all()  # The larger the eigenvalue, the shorter the filter.
    expected = 1 / np.sqrt(1 / length**2 + 0.5)
    np.testing.assert_allclose(np.linalg.norm(damped.reshape(12, 5), axis=0), expected)


def test_parts_give_what_the_whole_gives():
    x = pictures()
    whole = PatchWhitening().from_patches((2, 2, 3, 24), [x])
    parts = PatchWhitening().from_patches((2, 2, 3, 24), [x[:7], x[7:]])
    np.testing.assert_allclose(parts, whole, rtol=1e-9, atol=1e-12)


def test_too_many_filters_and_empty_pictures_are_refused():
    with pytest.raises(ValueError, match=r"2 x 2 x 3 give at most 24 whitening filters.*has 25"):
        PatchWhitening().from_patches((2, 2, 3, 25), [pictures()])
    with pytest.raises(ValueError, match="every pixel is 0"):
        PatchWhitening().from_patches((2, 2, 3, 24), [np.zeros((1, 4, 4, 3), "float32")])
