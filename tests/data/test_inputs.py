import numpy as np
import pytest

from kspec.data.dataset import Split
from kspec.data.inputs import fit_inputs, listed, one_input
from kspec.errors import DataError
from kspec.spec.models import Input


def split(x):
    n = len(next(iter(x.values())) if isinstance(x, dict) else x)
    return Split(x, np.zeros(n, dtype=np.int32))


def fitted(x, **inputs):
    return fit_inputs(split(x), inputs, source="some.npz").x


def test_what_fits_stays_what_it_is():
    x = np.zeros((3, 4, 4, 1), dtype=np.uint8)
    whole = split(x)
    assert fit_inputs(whole, {"input": Input(shape=(4, 4, 1))}, source="s") is whole


def test_pictures_gain_a_channel_axis_and_the_dtype_of_a_whole_number_input():
    x = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)
    found = fitted(x, input=Input(shape=(4, 4, 1), dtype="int32"))
    assert found.shape == (3, 4, 4, 1) and found.dtype == np.int32
    assert np.array_equal(found[..., 0], x)


def test_each_input_has_a_shape_of_its_own():
    x = {"a": np.zeros((3, 2), dtype=np.float32), "b": np.zeros((3, 4, 4, 1), dtype=np.uint8)}
    a, b = Input(shape=(2,)), Input(shape=(4, 4, 1))
    assert list(fitted(x, b=b, a=a)) == ["b", "a"]
    with pytest.raises(DataError, match=r"samples are 2, but the spec's inputs\.a\.shape is 5"):
        fitted(x, a=Input(shape=(5,)), b=b)
    with pytest.raises(DataError, match=r"pictures are 4.4.1, but the spec's inputs\.b\.shape"):
        fitted(x, a=a, b=Input(shape=(4, 4, 3)))


def test_an_open_size_takes_any():
    x = np.zeros((3, 5, 7, 1), dtype=np.float32)
    assert fitted(x, input=Input(shape=(None, None, 1))).shape == (3, 5, 7, 1)
    assert fitted(x[..., 0], input=Input(shape=(None, 7, 1))).shape == (3, 5, 7, 1)
    with pytest.raises(DataError, match=r"pictures are 5.7.1, but the spec's input\.shape is \?.8"):
        fitted(x, input=Input(shape=(None, 8, 1)))


def test_values_that_are_not_whole_and_an_input_of_whole_numbers():
    x = np.full((3, 2), 0.5, dtype=np.float32)
    with pytest.raises(DataError, match=r"some\.npz: input holds float32 values that are not"):
        fitted(x, input=Input(shape=(2,), dtype="int32"))


def test_the_one_input():
    only = Input(shape=(2,))
    assert one_input({"words": only}, "shapes") is only
    with pytest.raises(DataError, match="takes a, b and c"):
        one_input(dict.fromkeys("abc", only), "shapes")
    assert listed({"a": 1}) == "a"
