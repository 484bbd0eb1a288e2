from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras.src import testing

from kspec.layers import RandomBrightnessFactor

RNG = np.random.default_rng(0)
PICTURES = RNG.uniform(1, 160, (64, 6, 5, 3)).astype("float32")


def numpy(tensor: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def ratios(before: np.ndarray, after: Any) -> np.ndarray:
    """The factor of every picture; asserts that it is one factor for the whole picture."""
    each = (numpy(after) / before).reshape(len(before), -1)
    np.testing.assert_allclose(each, each[:, :1].repeat(each.shape[1], axis=1), rtol=1e-5)
    return each[:, 0]


class TestConventions(testing.TestCase):
    """Keras's own harness: config, building, shapes, symbolic, eager, `fit`, mixed precision."""

    def test_of_every_keras_layer(self) -> None:
        for size in ((8, 3, 4, 3), (3, 4, 3)):
            self.run_layer_test(
                RandomBrightnessFactor,
                init_kwargs={"factor": (0.9, 1.2), "value_range": (20, 200), "seed": 1},
                input_shape=size,
                expected_output_shape=size,
                expected_output_dtype="float32",
                expected_num_seed_generators=1,
                expected_num_trainable_weights=0,
                expected_num_non_trainable_weights=0,
                supports_masking=False,
                run_training_check=len(size) == 4,
            )


def test_every_picture_has_a_factor_of_its_own_in_the_range() -> None:
    factors = ratios(PICTURES, RandomBrightnessFactor((0.9, 1.2), seed=3)(PICTURES))
    assert len(np.unique(factors.round(5))) > 60
    assert 0.9 <= factors.min() < 0.93
    assert 1.17 < factors.max() <= 1.2
    assert abs(factors.mean() - 1.05) < 0.04


def test_one_number_is_the_distance_from_one() -> None:
    factors = ratios(PICTURES, RandomBrightnessFactor(0.25, seed=3)(PICTURES))
    assert 0.75 <= factors.min() < 0.8
    assert 1.2 < factors.max() <= 1.25


def test_it_multiplies_where_keras_adds() -> None:
    black = np.zeros((4, 5, 5, 3), "float32")
    assert not numpy(RandomBrightnessFactor((1.1, 1.2))(black)).any()
    assert numpy(keras.layers.RandomBrightness((0.1, 0.2))(black)).all()


def test_the_same_bounds_twice_are_exactly_that_factor() -> None:
    np.testing.assert_allclose(
        numpy(RandomBrightnessFactor((0.5, 0.5))(PICTURES)), PICTURES / 2, rtol=1e-6
    )


def test_values_are_clipped_to_the_range() -> None:
    ramp = np.linspace(0, 255, 256, dtype="float32").reshape(1, 16, 16, 1)
    brighter = numpy(RandomBrightnessFactor((2, 2))(ramp))
    np.testing.assert_allclose(brighter, np.minimum(2 * ramp, 255))
    unit = numpy(RandomBrightnessFactor((3, 3), value_range=(0.1, 1))(ramp / 255))
    np.testing.assert_allclose(unit, np.clip(3 * ramp / 255, 0.1, 1), rtol=1e-6)


def test_inference_is_identity() -> None:
    layer = RandomBrightnessFactor((0, 0))
    np.testing.assert_array_equal(numpy(layer(PICTURES, training=False)), PICTURES)
    assert not numpy(layer(PICTURES, training=True)).any()


@pytest.mark.parametrize("shape", [(6, 5, 3), (2, 6, 5, 3)])
def test_integer_pixels_are_not_truncated_to_the_factor_one(shape: tuple[int, ...]) -> None:
    pixels = np.full(shape, 101, "uint8")
    output = RandomBrightnessFactor((0.5, 0.5))(pixels)
    assert keras.backend.standardize_dtype(output.dtype) == "float32"
    assert output.shape == shape
    np.testing.assert_allclose(numpy(output), 50.5)


def test_the_compute_dtype_is_kept() -> None:
    output = RandomBrightnessFactor((0.5, 0.5), dtype="float16")(PICTURES)
    assert keras.backend.standardize_dtype(output.dtype) == "float16"
    np.testing.assert_allclose(numpy(output).astype("float32"), PICTURES / 2, rtol=2e-3)


def test_a_seed_repeats_and_seeds_differ() -> None:
    one, same, other = (
        numpy(RandomBrightnessFactor(0.3, seed=seed)(PICTURES)) for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_layer_draws_anew_in_every_call() -> None:
    layer = RandomBrightnessFactor(0.3, seed=5)
    assert not np.array_equal(numpy(layer(PICTURES)), numpy(layer(PICTURES)))


def test_config_round_trip() -> None:
    layer = RandomBrightnessFactor(0.25, value_range=(0, 1), seed=9, name="light")
    again = RandomBrightnessFactor.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert tuple(again.factor) == (0.75, 1.25)
    np.testing.assert_array_equal(numpy(again(PICTURES / 255)), numpy(layer(PICTURES / 255)))


def test_a_saved_model_brings_it_back(tmp_path: Path) -> None:
    model = keras.Sequential(
        [keras.Input((6, 5, 3)), RandomBrightnessFactor((0.5, 0.5)), keras.layers.Flatten()]
    )
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.layers[0]) is RandomBrightnessFactor
    np.testing.assert_allclose(
        numpy(loaded(PICTURES, training=True)), PICTURES.reshape(64, -1) / 2, rtol=1e-6
    )
    np.testing.assert_array_equal(loaded.predict(PICTURES, verbose=0), PICTURES.reshape(64, -1))


def test_a_model_with_it_trains_compiled() -> None:
    rest = [
        keras.layers.Flatten(),
        keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", trainable=False),
    ]
    layer = RandomBrightnessFactor((0.5, 2), value_range=(0, 1000))
    plain = keras.Sequential([keras.Input((6, 5, 3)), *rest])
    model = keras.Sequential([keras.Input((6, 5, 3)), layer, *rest])
    for each in (plain, model):
        each.compile(loss="mean_absolute_error")
    assert model.jit_compile == plain.jit_compile
    # The loss is the sum over a picture of 90 ones, so it varies with the factor, in training only.
    ones, zeros = np.ones((32, 6, 5, 3), "float32"), np.zeros((32, 1))
    losses = model.fit(ones, zeros, epochs=3, verbose=0, shuffle=False).history["loss"]
    assert len(set(losses)) == 3
    assert all(0.5 * 90 < loss < 2 * 90 for loss in losses)
    assert model.evaluate(ones, zeros, verbose=0) == pytest.approx(90)


def test_in_a_pipeline() -> None:
    pipeline = keras.layers.Pipeline(
        [RandomBrightnessFactor((0.5, 0.5)), keras.layers.RandomFlip("horizontal")]
    )
    assert numpy(pipeline(PICTURES)).sum() == pytest.approx(PICTURES.sum() / 2, rel=1e-4)


@pytest.mark.parametrize("batched", [True, False])
@pytest.mark.parametrize("in_pipeline", [True, False])
def test_in_tf_data(batched: bool, in_pipeline: bool) -> None:
    tf = pytest.importorskip("tensorflow")
    layer = RandomBrightnessFactor((0.5, 1.5), seed=1)
    step = keras.layers.Pipeline([layer]) if in_pipeline else layer
    data = tf.data.Dataset.from_tensor_slices(PICTURES)
    data = data.batch(16).map(step).unbatch() if batched else data.map(step)
    factors = ratios(PICTURES, np.stack([picture.numpy() for picture in data]))
    assert len(np.unique(factors.round(5))) > 60
    assert 0.5 <= factors.min() < 0.65
    assert 1.35 < factors.max() <= 1.5


@pytest.mark.parametrize("batch", [(), (2,)])
def test_what_is_not_an_image_passes_through(batch: tuple[int, ...]) -> None:
    data = {
        "images": np.full((*batch, 4, 5, 3), 100.0, "float32"),
        "labels": RNG.random((*batch, 7)).astype("float32"),
        "segmentation_masks": RNG.integers(0, 3, (*batch, 4, 5, 1)).astype("float32"),
        "bounding_boxes": {
            "boxes": np.full((*batch, 1, 4), 2.0, "float32"),
            "labels": np.zeros((*batch, 1), "float32"),
        },
    }
    layer = RandomBrightnessFactor((0.5, 0.5), bounding_box_format="xyxy")
    out = layer({**data, "bounding_boxes": dict(data["bounding_boxes"])})
    np.testing.assert_allclose(numpy(out["images"]), 50)
    for key in ("labels", "segmentation_masks"):
        np.testing.assert_array_equal(numpy(out[key]), data[key])
    for key in ("boxes", "labels"):
        np.testing.assert_array_equal(
            numpy(out["bounding_boxes"][key]), data["bounding_boxes"][key]
        )


def test_shapes_without_data() -> None:
    layer = RandomBrightnessFactor(0.1)
    assert layer.compute_output_shape((None, 8, 8, 3)) == (None, 8, 8, 3)
    assert layer(keras.Input((8, 8, 3))).shape == (None, 8, 8, 3)


@pytest.mark.parametrize("factor", [0, 1, 0.1, (0, 0), [0.9, 1.2], (3, 7.5), [1.2, 0.9]])
def test_legal_factors(factor: Any) -> None:
    lowest, highest = RandomBrightnessFactor(factor).factor
    assert 0 <= lowest <= highest


@pytest.mark.parametrize(
    "factor", [-0.1, 1.5, (-0.1, 1), (1, 2, 3), [1], "0.5", None, (0.5, "1"), (0, float("inf"))]
)
def test_factors_without_meaning(factor: Any) -> None:
    with pytest.raises(ValueError, match="The `factor` argument should be a number in the range"):
        RandomBrightnessFactor(factor)


@pytest.mark.parametrize("value_range", ["wide", [10]])
def test_value_ranges_without_meaning(value_range: Any) -> None:
    with pytest.raises(ValueError, match="`value_range` argument should be a list of two numbers"):
        RandomBrightnessFactor(0.1, value_range=value_range)


def test_no_picture() -> None:
    with pytest.raises(ValueError, match="rank 3 or 4"):
        RandomBrightnessFactor(0.1)(np.ones((10, 10)), training=True)
