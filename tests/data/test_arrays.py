import numpy as np
import pytest

from kspec.data.arrays import as_pixels, as_whole_numbers
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


@pytest.mark.parametrize("values", [[[0, 3]], [[0.0, 3.0]], [[False, True]]])
@pytest.mark.parametrize("dtype", ["int32", "uint8", "int64"])
def test_whole_numbers_keep_their_values(values, dtype):
    found = as_whole_numbers(np.array(values), dtype, where="file: x")
    assert found.dtype == dtype and np.array_equal(found, values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([["a"]], "holds <U1 values; an input of uint8 takes whole numbers"),
        ([[0.5]], "not whole, but the spec's input is uint8"),
        ([[np.nan]], "not whole"),
        ([[-1, 3]], "from -1 to 3 do not fit the spec's input of uint8"),
        ([[256]], "values from 256 to 256 do not fit"),
        ([3, 4], "must be"),
    ],
)
def test_what_is_no_whole_number(values, words):
    with pytest.raises(DataError, match=f"^file: x.*{words}"):
        as_whole_numbers(np.array(values), "uint8", where="file: x")
