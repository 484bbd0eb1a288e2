from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras.src import testing

from kspec.layers import StochasticDepth

ONES = np.ones((2000, 3, 2), "float32")


def numpy(tensor: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def factors(outputs: Any) -> np.ndarray:
    """What became of every sample of ones; asserts that it is one factor for the whole sample."""
    each = numpy(outputs).reshape(len(ONES), -1)
    np.testing.assert_array_equal(each, each[:, :1].repeat(each.shape[1], axis=1))
    return each[:, 0]


class TestConventions(testing.TestCase):
    """Keras's own harness: config, building, shapes, symbolic, eager, `fit`, mixed precision."""

    def test_of_every_keras_layer(self) -> None:
        self.run_layer_test(
            StochasticDepth,
            init_kwargs={"rate": 0.3, "seed": 1},
            input_shape=(4, 3, 2),
            call_kwargs={"training": True},
            expected_output_shape=(4, 3, 2),
            expected_num_trainable_weights=0,
            expected_num_non_trainable_weights=0,
            expected_num_seed_generators=1,
            supports_masking=True,
        )


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_whole_samples_are_dropped_and_the_others_scaled(rate: float) -> None:
    found = factors(StochasticDepth(rate, seed=3)(ONES, training=True))
    kept = found != 0
    np.testing.assert_allclose(found[kept], 1 / (1 - rate), rtol=1e-6)
    assert abs(kept.mean() - (1 - rate)) < 0.04
    assert abs(found.mean() - 1) < 0.15


def test_it_is_as_often_as_the_layer_within_keras() -> None:
    from keras.src.applications.convnext import StochasticDepth as Private

    keras.utils.set_random_seed(1)
    theirs = factors(Private(0.25)(ONES, training=True))
    ours = factors(StochasticDepth(0.25, seed=1)(ONES, training=True))
    np.testing.assert_allclose(np.unique(ours), np.unique(theirs), rtol=1e-6)
    assert abs((ours == 0).mean() - (theirs == 0).mean()) < 0.05


def test_nothing_happens_at_inference() -> None:
    layer = StochasticDepth(0.5)
    np.testing.assert_array_equal(numpy(layer(ONES)), ONES)
    np.testing.assert_array_equal(numpy(layer(ONES, training=False)), ONES)


@pytest.mark.parametrize(("rate", "expected"), [(0, 1), (1, 0)])
def test_the_ends_of_the_range(rate: float, expected: float) -> None:
    np.testing.assert_array_equal(
        numpy(StochasticDepth(rate)(ONES, training=True)), ONES * expected
    )


def test_a_seed_repeats_and_a_layer_draws_anew_in_every_call() -> None:
    layer, same = StochasticDepth(0.5, seed=5), StochasticDepth(0.5, seed=5)
    first = numpy(layer(ONES, training=True))
    np.testing.assert_array_equal(first, numpy(same(ONES, training=True)))
    assert not np.array_equal(first, numpy(layer(ONES, training=True)))


def test_it_trains_compiled_and_a_saved_model_brings_it_back(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((3, 2)), StochasticDepth(0.5), keras.layers.Flatten()])
    model.compile(loss="mean_absolute_error")
    zeros = np.zeros((len(ONES), 6))
    history = model.fit(ONES, zeros, epochs=2, batch_size=500, verbose=0, shuffle=False).history
    assert history["loss"][0] != history["loss"][1]
    assert model.evaluate(ONES, zeros, verbose=0) == pytest.approx(1)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.layers[0]) is StochasticDepth
    assert loaded.layers[0].rate == 0.5


def test_the_compute_dtype_is_kept() -> None:
    output = StochasticDepth(0.5, dtype="float16")(ONES, training=True)
    assert keras.backend.standardize_dtype(output.dtype) == "float16"


@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_rates_without_meaning(rate: float) -> None:
    with pytest.raises(ValueError, match=r"`rate` argument should be in the range \[0, 1\]"):
        StochasticDepth(rate)
