from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras.src import testing

from kspec.layers import LayerScale

VALUES = np.random.default_rng(0).normal(size=(4, 3, 2, 5)).astype("float32")


def numpy(tensor: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


class TestConventions(testing.TestCase):
    """Keras's own harness: config, building, shapes, symbolic, eager, `fit`, mixed precision."""

    def test_of_every_keras_layer(self) -> None:
        self.run_layer_test(
            LayerScale,
            init_kwargs={"init_values": 0.1, "projection_dim": 5},
            input_shape=(2, 3, 3, 5),
            expected_output_shape=(2, 3, 3, 5),
            expected_num_trainable_weights=1,
            expected_num_non_trainable_weights=0,
            expected_num_seed_generators=0,
            supports_masking=True,
        )


def test_every_channel_has_a_scale_of_its_own() -> None:
    layer = LayerScale(0.5, 5)
    np.testing.assert_allclose(numpy(layer(VALUES)), VALUES / 2, rtol=1e-6)
    layer.set_weights([np.arange(5)])
    np.testing.assert_allclose(numpy(layer(VALUES)), VALUES * np.arange(5), rtol=1e-6)
    assert [weight.name for weight in layer.trainable_weights] == ["gamma"]


def test_it_computes_what_the_layer_within_keras_does() -> None:
    from keras.src.applications.convnext import LayerScale as Private

    theirs, ours = Private(1e-3, 5), LayerScale(1e-3, 5)
    np.testing.assert_allclose(numpy(ours(VALUES)), numpy(theirs(VALUES)), rtol=1e-6)
    gamma = np.array([1, -2, 0, 3, 0.5], "float32")
    for layer in (theirs, ours):
        layer.set_weights([gamma])
    np.testing.assert_allclose(numpy(ours(VALUES)), numpy(theirs(VALUES)), rtol=1e-6)


def test_a_saved_model_brings_it_back(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((3, 2, 5)), LayerScale(0.3, 5, name="scale")])
    model.layers[0].set_weights([np.arange(5)])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.layers[0]) is LayerScale
    np.testing.assert_allclose(numpy(loaded(VALUES)), numpy(model(VALUES)), rtol=1e-6)


@pytest.mark.parametrize("projection_dim", [0, -3, 2.5, "5"])
def test_a_number_of_channels_without_meaning(projection_dim: Any) -> None:
    with pytest.raises(ValueError, match="`projection_dim` argument should be a positive integer"):
        LayerScale(0.1, projection_dim)


def test_other_channels_are_no_silent_broadcast() -> None:
    with pytest.raises(ValueError, match="expected axis -1 of input shape to have value 1"):
        LayerScale(0.1, 1)(VALUES)
