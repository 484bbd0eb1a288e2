import numpy as np
import pytest

from kspec.data.label_arrays import as_labels, as_masks, as_numbers
from kspec.errors import DataError


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float64, np.int16])
@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_whole_numbers_are_labels(dtype, shape):
    found = as_labels(np.array([2, 0, 1], dtype=dtype).reshape(shape), where="file: y")
    assert found.dtype == np.int32
    assert found.tolist() == [2, 0, 1]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.eye(3), "one-hot"),
        (np.zeros((2, 2, 2)), "shape"),
        (np.array(["cat"]), "class numbers"),
        (np.array([0.5]), "whole"),
        (np.array([np.nan]), "whole"),
        (np.array([-1, 3]), "from -1 to 3"),
        (np.array([2**40]), "start at 0"),
    ],
)
def test_what_is_no_label(values, words):
    with pytest.raises(DataError, match=f"^file: y.*{words}"):
        as_labels(values, where="file: y")


@pytest.mark.parametrize("shape", [(2, 2, 3), (2, 2, 3, 1)])
@pytest.mark.parametrize(("highest", "dtype"), [(255, np.uint8), (256, np.int32)])
def test_masks_are_kept_as_small_as_they_may(shape, highest, dtype):
    masks = np.arange(12)
    masks[-1] = highest
    found = as_masks(masks.reshape(shape), where="file: y")
    assert found.dtype == dtype and found.shape == (2, 2, 3)
    assert found.ravel().tolist() == masks.tolist()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.zeros(4), "masks must be"),
        (np.zeros((2, 3, 3, 2)), "masks must be"),
        (np.full((1, 2, 2), 0.5), "whole class numbers"),
        (np.full((1, 2, 2), -1), "from -1 to -1"),
    ],
)
def test_what_is_no_mask(values, words):
    with pytest.raises(DataError, match=f"^file: y.*{words}"):
        as_masks(values, where="file: y")


@pytest.mark.parametrize("shape", [(4,), (4, 1), (2, 2)])
def test_numbers_have_an_axis_of_their_own(shape):
    values = np.array([0.5, -3, 1e6, 0]).reshape(shape)
    found = as_numbers(values, where="file: y")
    assert found.dtype == np.float32 and found.ndim == 2
    assert np.array_equal(found.ravel(), values.ravel())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.zeros((2, 2, 2)), "shape"),
        (np.array(["a"]), "must be numbers"),
        (np.array([np.nan]), "not finite"),
        (np.array([1e300]), "not finite"),
    ],
)
def test_what_is_no_number(values, words):
    with pytest.raises(DataError, match=f"^file: y.*{words}"):
        as_numbers(values, where="file: y")
