from __future__ import annotations

import keras
import numpy as np
import pytest

from kspec.layers import AlternatingFlip

PICTURES = np.random.default_rng(0).uniform(0, 255, (3, 2, 4, 1)).astype("float32")
CHOSEN = np.array([True, False, True])


@pytest.mark.parametrize(("mode", "axis"), [("horizontal", 2), ("vertical", 1)])
def test_those_are_mirrored_that_are_chosen(mode: str, axis: int) -> None:
    out = keras.ops.convert_to_numpy(AlternatingFlip(mode)(PICTURES, CHOSEN, training=True))
    np.testing.assert_array_equal(out[[0, 2]], np.flip(PICTURES, axis)[[0, 2]])
    np.testing.assert_array_equal(out[1], PICTURES[1])


def test_at_inference_the_output_is_the_input() -> None:
    out = keras.ops.convert_to_numpy(AlternatingFlip()(PICTURES, training=False))
    np.testing.assert_array_equal(out, PICTURES)


def test_in_training_it_must_be_told() -> None:
    with pytest.raises(ValueError, match="must be told which pictures"):
        AlternatingFlip()(PICTURES, training=True)


def test_other_modes_are_refused() -> None:
    with pytest.raises(ValueError, match="Received: mode=both"):
        AlternatingFlip("both")


def test_its_config_makes_another_like_it() -> None:
    layer = AlternatingFlip("vertical", name="flip")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert isinstance(again, AlternatingFlip)
    assert (again.mode, again.name) == ("vertical", "flip")
