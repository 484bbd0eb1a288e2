import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kspec.data.pixels import Pixels
from kspec.errors import DataError
from kspec.spec.models import Data

pictures = arrays(
    np.uint8, st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5), st.just(3))
)


def fit(x, **data):
    return Pixels.fit(Data.model_validate({"source": "shapes", **data}), x)


def noise(dtype=np.uint8, shape=(50, 6, 7, 3)):
    values = np.random.default_rng(0).integers(0, 256, shape)
    return (values * np.array([1, 0.5, 0.1])).astype(dtype)


@pytest.mark.parametrize("scale", ["1/255", 1 / 255])
def test_scale_may_be_a_fraction_in_words(scale):
    x = noise()
    assert np.allclose(fit(x, scale=scale)(x), x / 255, atol=1e-6)


def test_without_scale_the_pixels_stay_what_they_are():
    x = noise()
    result = fit(x)(x)
    assert result.dtype == np.float32
    assert np.array_equal(result, x)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("scale", [None, "1/255", -2])
def test_standardized_training_pixels_have_mean_0_and_deviation_1(dtype, scale):
    x = noise(dtype)
    result = fit(x, scale=scale, standardize=True)(x)
    assert np.allclose(result.mean(axis=(0, 1, 2)), 0, atol=1e-4)
    assert np.allclose(result.std(axis=(0, 1, 2)), 1, atol=1e-4)


def test_a_channel_that_is_the_same_everywhere_becomes_0():
    x = noise()
    x[..., 1] = 77
    result = fit(x, standardize=True)(x)
    assert np.isfinite(result).all()
    assert np.allclose(result[..., 1], 0, atol=1e-4)


@given(pictures)
def test_given_statistics_follow_the_formula(x):
    mean, std = [0.5, 0.4, 0.3], [0.2, 0.1, 0.05]
    pixels = fit(x, scale="1/255", standardize={"mean": mean, "std": std})
    before = x.copy()
    assert np.allclose(pixels(x), (x / 255 - mean) / std, atol=1e-4)
    assert np.array_equal(x, before)


def test_one_statistic_serves_every_channel():
    x = noise()
    assert np.allclose(fit(x, standardize={"mean": [2.0], "std": [4.0]})(x), (x - 2.0) / 4)


def test_statistics_must_be_one_for_each_channel():
    with pytest.raises(DataError, match=r"standardize\.std has 2 values, .* 3 channels"):
        fit(noise(), standardize={"mean": [0.0], "std": [1.0, 1.0]})


def test_the_columns_of_a_table_are_standardized_each_by_itself():
    x = (np.random.default_rng(0).normal(size=(500, 3)) * [1, 100, 0.01] + [0, 3000, 5]).astype(
        "f4"
    )
    result = fit(x, standardize=True)(x)
    assert np.allclose(result.mean(axis=0), 0, atol=2e-3)
    assert np.allclose(result.std(axis=0), 1, atol=2e-3)
    with pytest.raises(DataError, match=r"standardize\.mean has 2 values, .* 3 columns"):
        fit(x, standardize={"mean": [0.0, 1.0], "std": [1.0]})


@given(pictures)
def test_a_run_can_store_it(x):
    pixels = fit(x, scale="1/255", standardize=True)
    again = Pixels.from_json(json.loads(json.dumps(pixels.to_json())))
    assert again == pixels
    assert np.array_equal(again(x), pixels(x))
    plain = fit(x, scale="1/255")
    assert Pixels.from_json(json.loads(json.dumps(plain.to_json()))) == plain
