"""What is computed in NumPy is what Keras's layers do: the same pictures, as often."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from kspec.data.augment import Augmentation
from kspec.data.numpy_layers import claim
from kspec.layers import RandomBrightnessFactor

RNG = np.random.default_rng(11)
PICTURES = RNG.integers(0, 256, (5, 9, 12, 3), dtype=np.uint8)
EDGES = ("constant", "nearest", "reflect")

FIXED: list[tuple[type[keras.Layer], dict[str, Any]]] = [
    (layers.RandomRotation, {"factor": (0.07, 0.07)}),
    (layers.RandomRotation, {"factor": (-0.4, -0.4), "fill_value": 9.0}),
    (layers.RandomTranslation, {"height_factor": (0.3, 0.3), "width_factor": (-0.13, -0.13)}),
    (layers.RandomTranslation, {"height_factor": (-0.9, -0.9), "width_factor": (0.7, 0.7)}),
    (layers.RandomZoom, {"height_factor": (0.4, 0.4)}),
    (layers.RandomZoom, {"height_factor": (-0.3, -0.3), "width_factor": (0.2, 0.2)}),
]


def augmented(layer: keras.Layer, pictures: np.ndarray, *, lowering: bool) -> np.ndarray:
    step = Augmentation([layer], seed=3, class_count=None, lowering=lowering)
    assert step.in_numpy == lowering
    return step(pictures, np.zeros(len(pictures), int), epoch=0, step=0)[0]


def both(layer: keras.Layer, pictures: np.ndarray = PICTURES) -> tuple[np.ndarray, np.ndarray]:
    numpy, keras_own = (augmented(layer, pictures, lowering=each) for each in (True, False))
    return numpy, keras_own


@pytest.mark.parametrize("fill_mode", EDGES)
@pytest.mark.parametrize(("kind", "arguments"), FIXED, ids=str)
def test_a_map_gives_what_keras_gives(
    kind: type[keras.Layer], arguments: dict[str, Any], fill_mode: str
) -> None:
    found, wanted = both(kind(fill_mode=fill_mode, **arguments))
    # TensorFlow mirrors places, the others whole pixels; within the picture that is the same.
    within = keras.backend.backend() != "tensorflow" or fill_mode != "reflect"
    part = slice(None) if within else slice(4, 6)
    np.testing.assert_allclose(found[:, part, part], wanted[:, part, part], atol=0.02)


def test_the_nearest_pixel_may_be_taken() -> None:
    shift = {"height_factor": (0.25, 0.25), "width_factor": (-0.2, -0.2)}
    found, wanted = both(
        layers.RandomTranslation(**shift, fill_mode="nearest", interpolation="nearest")
    )
    np.testing.assert_array_equal(found, wanted)
    assert set(np.unique(found)) <= set(np.unique(PICTURES))


@pytest.mark.parametrize(
    "layer",
    [
        RandomBrightnessFactor((1.3, 1.3), value_range=(20, 200)),
        layers.RandomBrightness((-0.2, -0.2)),
        layers.RandomBrightness((0.3, 0.3), value_range=(10, 230)),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_brightness_is_what_keras_makes_it(layer: keras.Layer) -> None:
    found, wanted = both(layer)
    np.testing.assert_allclose(found, wanted, atol=1e-3)


@pytest.mark.parametrize("scale", [(0.05, 0.9), (0.5, 1.5), (1, 1)])
@pytest.mark.parametrize("value", [300, (-9.5, 20.25, 300)])
def test_the_pixels_in_a_box_are_erased_as_keras_does(
    scale: tuple[float, float], value: Any
) -> None:
    layer = layers.RandomErasing((0.3, 1), scale, value, value_range=(0, 200))
    change = claim(layer)
    assert change is not None
    pictures = np.repeat(PICTURES, 20, axis=0).astype("float32")
    drawn = change.draw(np.random.default_rng(5), len(pictures), pictures.shape[1:3])
    top, left, bottom, right = map(keras.ops.convert_to_tensor, drawn.T)
    mask = layer._generate_batch_mask(pictures.shape, (left, right, top, bottom))
    fill = np.asarray(value)
    # (Keras itself cannot make pictures of a list on JAX.)
    if value == 300 or keras.backend.backend() != "jax":
        fill = keras.ops.convert_to_numpy(layer._get_fill_value(pictures, pictures.shape, None))
    wanted = np.where(
        keras.ops.convert_to_numpy(mask), np.clip(fill, 0, 200).astype("float32"), pictures
    )
    np.testing.assert_array_equal(change.apply(pictures, drawn), wanted)
    assert (wanted[..., 2] == 200).any(axis=(1, 2)).sum() > len(wanted) / 2


RANDOM: list[tuple[type[keras.Layer], dict[str, Any], dict[str, Any]]] = [
    (layers.RandomRotation, {"factor": 0.1}, {"factor": 0.2}),
    (
        layers.RandomTranslation,
        {"height_factor": (-0.1, 0.3), "width_factor": 0.0},
        {"height_factor": (-0.1, 0.2), "width_factor": 0.0},
    ),
    (
        layers.RandomTranslation,
        {"height_factor": 0.0, "width_factor": (-0.3, 0.1)},
        {"height_factor": 0.0, "width_factor": (-0.1, 0.3)},
    ),
    (layers.RandomZoom, {"height_factor": 0.3}, {"height_factor": 0.6}),
    (layers.RandomFlip, {"mode": "horizontal"}, {"mode": "vertical"}),
    (layers.RandomFlip, {}, {"mode": "vertical"}),
    (layers.RandomBrightness, {"factor": 0.2}, {"factor": 0.4}),
    (
        layers.RandomErasing,
        {"factor": (1, 1), "scale": (0.2, 0.9), "fill_value": 0.0},
        {"factor": (1, 1), "scale": (0.2, 0.4), "fill_value": 0.0},
    ),
    (
        layers.RandomErasing,
        {"factor": (0.5, 0.9), "scale": (0.8, 1), "fill_value": 300.0},
        {"factor": (0.0, 0.4), "scale": (0.8, 1), "fill_value": 300.0},
    ),
    (RandomBrightnessFactor, {"factor": [0.9, 1.2]}, {"factor": [0.9, 1.1]}),
]


@pytest.mark.parametrize(("kind", "arguments", "others"), RANDOM, ids=str)
def test_it_comes_as_often_as_from_keras(
    kind: type[keras.Layer], arguments: dict[str, Any], others: dict[str, Any]
) -> None:
    """One picture changed many times: how its pixels are distributed, by Kolmogorov and Smirnov."""
    many = np.repeat(np.arange(48, dtype=np.uint8).reshape(1, 6, 8, 1) * 3 + 40, 600, axis=0)
    found, wanted = both(kind(**arguments), many)
    different = augmented(kind(**others), many, lowering=True)
    # Seven pixels; a difference as large as that comes by chance in one of a million.
    limit = np.sqrt(np.log(2 * 7 * 1e6) / len(many))
    assert distance(found, wanted) < limit
    assert distance(different, wanted) > limit


def distance(some: np.ndarray, others: np.ndarray) -> float:
    """The largest difference between the distribution functions of a pixel, of seven of them."""
    largest = 0.0
    for pixel in range(0, 48, 7):
        one, two = (np.sort(each.reshape(len(each), -1)[:, pixel]) for each in (some, others))
        at = np.concatenate([one, two]) + 1e-2  # Beyond what is only rounding.
        shares = (np.searchsorted(each, at) / len(each) for each in (one, two))
        largest = max(largest, float(np.abs(np.subtract(*shares)).max()))
    return largest


@pytest.mark.parametrize(
    "layer",
    [
        layers.RandomRotation(0.1, fill_mode="wrap"),
        layers.RandomRotation(0.1, data_format="channels_first"),
        layers.RandomFlip(dtype="mixed_bfloat16"),
        layers.RandomContrast(0.1),
        layers.RandomErasing(),
        layers.RandomErasing(fill_value=(1, 2)),
        layers.Pipeline([layers.RandomFlip()]),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_what_it_does_not_know_is_left_to_keras(layer: keras.Layer) -> None:
    assert claim(layer) is None


def test_a_subclass_is_left_to_itself() -> None:
    class Own(layers.RandomFlip):  # type: ignore[misc]
        pass

    assert claim(Own()) is None


def test_layers_in_numpy_and_others_take_turns_in_the_order_of_the_list() -> None:
    double, shift = RandomBrightnessFactor((2.0, 2.0)), layers.Rescaling(1.0, offset=100)
    ones = np.ones((2, 3, 3, 1), np.uint8)
    labels = np.zeros(2, int)

    def made(*steps: keras.Layer) -> float:
        step = Augmentation(steps, seed=0, class_count=None)
        assert not step.in_numpy
        (value,) = np.unique(step(ones, labels, epoch=0, step=0)[0])
        return float(value)

    assert made(double, shift) == 102
    assert made(shift, double) == 202
    assert made(double, double, shift, double) == 208


def test_a_batch_of_large_pictures_is_made_in_parts() -> None:
    pictures = RNG.integers(0, 256, (3, 200, 190, 1), dtype=np.uint8)
    turn = layers.RandomRotation((0.2, 0.2), fill_mode="nearest")
    found, wanted = both(turn, pictures)
    np.testing.assert_allclose(found, wanted, atol=0.02)
