"""The numbers that Keras draws come from NumPy: the same on every backend, by one digest each.

The tests run on one backend at a time; that all of them get these digests is what is claimed.
"""

import hashlib

import keras
import numpy as np
import pytest

import kspec.layers
from kspec.parity.supply import Supply

PICTURES = np.linspace(0, 255, 4 * 8 * 8 * 3, dtype="float32").reshape(4, 8, 8, 3)

# The first half of the SHA-256 of what they give: each rounds only once what it draws.
DIGESTS = {
    "Dropout": "127c91e7d3398e68",
    "Dropout with a noise shape": "aeacf04f90b8de4e",
    "SpatialDropout2D": "aeacf04f90b8de4e",
    "GaussianNoise": "1e8e34f2a12727ec",
    "StochasticDepth": "48634439cfa07940",
    "RandomFlip": "7e6d36b7c32cdf4d",
    "RandomBrightnessFactor": "5a88e6240b6d291f",
}
MADE = {
    "Dropout": lambda: keras.layers.Dropout(0.5),
    "Dropout with a noise shape": lambda: keras.layers.Dropout(0.5, noise_shape=(None, 1, 1, 3)),
    "SpatialDropout2D": lambda: keras.layers.SpatialDropout2D(0.5),
    "GaussianNoise": lambda: keras.layers.GaussianNoise(1.0),
    "StochasticDepth": lambda: kspec.layers.StochasticDepth(0.5),
    "RandomFlip": lambda: keras.layers.RandomFlip(),
    "RandomBrightnessFactor": lambda: kspec.layers.RandomBrightnessFactor([0.5, 1.0]),
}


def given(layer, *, step=0, random="supplied", seed=0):
    supply = Supply(seed, {id(layer): "layer"}, random)
    with supply.active():
        supply.begin(step)
        return np.asarray(keras.ops.convert_to_numpy(layer(PICTURES, training=True)))


@pytest.mark.parametrize("name", MADE)
def test_a_layer_gives_the_same_on_every_backend(name):
    array = np.ascontiguousarray(given(MADE[name]()))
    assert not np.array_equal(array, PICTURES)
    assert hashlib.sha256(array.data).hexdigest()[:16] == DIGESTS[name]


@pytest.mark.parametrize("name", MADE)
def test_every_step_draws_anew_and_the_same_step_the_same(name):
    layer = MADE[name]()
    first, second = given(layer), given(layer, step=1)
    assert not np.array_equal(first, second)
    assert np.array_equal(given(layer), first)
    assert not np.array_equal(given(layer, seed=1), first)


@pytest.mark.parametrize("name", MADE)
def test_without_random_numbers_they_do_nothing(name):
    assert np.array_equal(given(MADE[name](), random="off"), PICTURES)


def test_batch_normalization_learns_even_without_random_numbers():
    layer = keras.layers.BatchNormalization()
    given(layer, random="off")
    assert np.asarray(keras.ops.convert_to_numpy(layer.moving_mean)).max() > 0


def test_two_calls_of_one_layer_in_a_step_draw_apart_and_can_be_made_again():
    layer = keras.layers.Dropout(0.5)
    supply = Supply(0, {id(layer): "layer"}, "supplied")
    ones = np.ones((4, 16), "float32")

    def call():
        return np.asarray(keras.ops.convert_to_numpy(layer(ones, training=True)))

    with supply.active():
        supply.begin(0)
        before = supply.position()
        first, second = call(), call()
        assert not np.array_equal(first, second)
        supply.rewind(before)
        assert np.array_equal(call(), first)
        assert np.array_equal(call(), second)


def test_draws_have_their_distributions():
    supply = Supply(0, {}, "supplied")
    n = 20_000
    with supply.active():
        draw = {
            "uniform": keras.random.uniform((n,), 2.0, 4.0),
            "normal": keras.random.normal((n,), 1.0, 2.0),
            "truncated": keras.random.truncated_normal((n,), 0.0, 1.0),
            "whole": keras.random.randint((n,), 0, 4),
            "classes": keras.random.categorical(np.log([[0.1, 0.9]]).astype("float32"), n),
            "gamma": keras.random.gamma((n,), 3.0),
            "beta": keras.random.beta((n,), 2.0, 2.0),
            "binomial": keras.random.binomial((n,), 10, 0.3),
        }
        shuffled = keras.random.shuffle(np.arange(50))
    draw = {name: np.asarray(keras.ops.convert_to_numpy(value)) for name, value in draw.items()}
    means = {
        "uniform": 3.0,
        "normal": 1.0,
        "truncated": 0.0,
        "whole": 1.5,
        "classes": 0.9,
        "gamma": 3.0,
        "beta": 0.5,
        "binomial": 3.0,
    }
    for name, mean in means.items():
        error = 5 * draw[name].std() / np.sqrt(n)
        assert draw[name].mean() == pytest.approx(mean, abs=error), name
    assert draw["uniform"].min() >= 2
    assert draw["uniform"].max() <= 4
    assert abs(draw["truncated"]).max() <= 2
    assert set(draw["whole"].tolist()) == {0, 1, 2, 3}
    shuffled = np.asarray(keras.ops.convert_to_numpy(shuffled)).tolist()
    assert sorted(shuffled) == list(range(50))
    assert shuffled != list(range(50))


def test_keras_draws_by_itself_again_afterwards():
    original = keras.src.backend.random.uniform
    with Supply(0, {}, "supplied").active():
        assert keras.src.backend.random.uniform is not original
    assert keras.src.backend.random.uniform is original
