import numpy as np
import pytest

from kspec.data.arrays import as_labels, as_pixels
from kspec.errors import DataError


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (np.array([[0, 255]], dtype=np.uint8), np.uint8),
        (np.array([[0, 255]], dtype=np.int64), np.uint8),
        (np.array([[True, False]]), np.uint8),
        (np.array([[0, 256]], dtype=np.uint16), np.float32),
        (np.array([[-1, 3]], dtype=np.int8), np.float32),
        (np.array([[0.25, 7]], dtype=np.float64), np.float32),
        (np.array([[0.25, 7]], dtype=np.float16), np.float32),
    ],
)
def test_pixels_keep_their_values(values, dtype):
    found = as_pixels(values, where="file: x")
    assert found.dtype == dtype
    assert np.array_equal(found, values)


def test_bytes_are_not_copied():
    x = np.zeros((2, 3, 3, 1), dtype=np.uint8)
    assert as_pixels(x, where="file: x") is x


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.array([["a"]]), "<U1 values"),
        (np.array([[1j]]), "complex128 values"),
        (np.zeros(4), "shape"),
        (np.array([[np.nan]]), "not finite"),
        (np.array([[1e300]]), "not finite"),
    ],
)
def test_what_is_no_picture(values, words):
    with pytest.raises(DataError, match=f"^file: x .*{words}"):
        as_pixels(values, where="file: x")


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
