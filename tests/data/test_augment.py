from __future__ import annotations

import random
import threading
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from kspec.data.augment import Augmentation
from kspec.data.order import Drawn
from kspec.errors import DataError, KspecError
from kspec.layers import AlternatingFlip, RandomBrightnessFactor

RNG = np.random.default_rng(7)
SIZE = 12
PICTURES = RNG.integers(1, 200, (8, SIZE, SIZE, 3), dtype=np.uint8)
LABELS = np.array([0, 1, 2, 3, 0, 1, 2, 3])


def augment(*steps: keras.Layer, seed: int = 0, class_count: int | None = 4) -> Augmentation:
    return Augmentation(steps, seed=seed, class_count=class_count)


def report() -> Augmentation:
    """The augmentation of the report's best CNN."""
    return augment(
        layers.RandomRotation(5 / 360, fill_mode="nearest"),
        layers.RandomFlip("horizontal"),
        RandomBrightnessFactor((0.9, 1.2)),
    )


def pictures(
    augmentation: Augmentation, images: np.ndarray = PICTURES, *, epoch: int = 0, step: int = 0
) -> np.ndarray:
    return augmentation(images, np.arange(len(images)) % 4, epoch=epoch, step=step)[0]


def angles(images: np.ndarray) -> np.ndarray:
    """The direction in degrees of the bright line through the middle of every picture."""
    side = images.shape[1]
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    weight = images[..., 0]
    xx, yy, xy = ((weight * each).sum((1, 2)) for each in (x * x, y * y, x * y))
    return np.degrees(np.arctan2(2 * xy, xx - yy) / 2)


class TestMeaning:
    def test_five_degrees_are_five_degrees(self) -> None:
        line = np.zeros((200, 33, 33, 1), np.uint8)
        line[:, 16, 4:29] = 255
        turned = angles(
            pictures(augment(layers.RandomRotation(5 / 360, fill_mode="nearest")), line)
        )
        assert 4.5 < turned.max() <= 5.2
        assert -5.2 <= turned.min() < -4.5
        assert abs(turned.mean()) < 0.7

    def test_nearest_fill_leaves_no_black_corners(self) -> None:
        white = np.full(PICTURES.shape, 200, np.uint8)
        turn = {"factor": (0.1, 0.1)}
        filled = pictures(augment(layers.RandomRotation(**turn, fill_mode="nearest")), white)
        empty = pictures(augment(layers.RandomRotation(**turn, fill_mode="constant")), white)
        np.testing.assert_allclose(filled, 200, atol=1e-2)
        assert (empty[:, 0, 0] < 1).all()

    def test_shifts_reach_a_tenth_in_both_directions(self) -> None:
        dot = np.zeros((200, 41, 41, 1), np.uint8)
        dot[:, 20, 20] = 255
        step = augment(layers.RandomTranslation(0.1, 0.1, fill_mode="nearest"))
        moved = pictures(step, dot)[..., 0]
        total = moved.sum((1, 2))
        for axis in (1, 2):
            at = (moved.sum(3 - axis) * np.arange(41)).sum(1) / total - 20
            assert 3.6 < at.max() <= 4.2
            assert -4.2 <= at.min() < -3.6

    def test_half_of_the_pictures_are_flipped_and_the_others_untouched(self) -> None:
        many = RNG.integers(0, 256, (400, 4, 5, 3), dtype=np.uint8)
        out = pictures(augment(layers.RandomFlip("horizontal")), many)
        kept = (out == many).all((1, 2, 3))
        flipped = (out == many[:, :, ::-1]).all((1, 2, 3))
        assert (kept ^ flipped).all()
        assert 150 < flipped.sum() < 250

    def test_a_picture_is_flipped_in_half_of_the_epochs(self) -> None:
        step = augment(layers.RandomFlip("horizontal"))
        one = np.arange(6, dtype=np.uint8).reshape(1, 1, 6, 1)
        flips = [pictures(step, one, epoch=epoch)[0, 0, 0, 0] == 5 for epoch in range(60)]
        assert 15 < sum(flips) < 45

    def test_brightness_multiplies_and_clips(self) -> None:
        images = np.full((300, 2, 2, 3), 100, np.uint8)
        images[:, 0, 0] = 0
        images[:, 0, 1] = 250
        out = pictures(augment(RandomBrightnessFactor((0.9, 1.2))), images)
        assert not out[:, 0, 0].any()
        factor = out[:, 1, 1, 0] / 100
        assert 0.9 <= factor.min() < 0.91
        assert 1.19 < factor.max() <= 1.2
        np.testing.assert_allclose(out[:, 0, 1, 0], np.minimum(250 * factor, 255), rtol=1e-5)

    def test_layers_are_applied_in_order(self) -> None:
        half, add = layers.Rescaling(0.5), layers.Rescaling(1.0, offset=10)
        ones = np.ones((2, 3, 3, 1), np.uint8)
        np.testing.assert_allclose(pictures(augment(half, add), ones), 10.5)
        np.testing.assert_allclose(pictures(augment(add, half), ones), 5.5)


class TestResult:
    @pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32, np.float64])
    def test_writable_float32_arrays_of_their_own(self, dtype: Any) -> None:
        images = PICTURES.astype(dtype)
        before = images.copy()
        for step in (report(), augment(layers.Rescaling(1.0)), augment()):
            out, labels = step(images, LABELS, epoch=0, step=0)
            assert type(out) is np.ndarray
            assert out.dtype == np.float32
            assert out.shape == images.shape
            out += 1
            np.testing.assert_array_equal(images, before)
            assert labels is LABELS

    def test_no_layers_change_nothing(self) -> None:
        np.testing.assert_array_equal(pictures(augment()), PICTURES)


class TestRandomness:
    def test_pictures_of_a_batch_draw_apart(self) -> None:
        same = np.repeat(PICTURES[:1], 16, axis=0)
        out = pictures(report(), same)
        assert len({picture.tobytes() for picture in out}) == 16

    def test_epochs_steps_and_seeds_draw_apart(self) -> None:
        step = report()
        outs = [pictures(step, epoch=epoch, step=index) for epoch in range(3) for index in range(3)]
        outs.append(pictures(Augmentation(step.layers, seed=1, class_count=None)))
        assert len({out.tobytes() for out in outs}) == len(outs)

    def test_neighbouring_seeds_share_no_stream(self) -> None:
        same = np.full((64, 1, 1, 1), 100, np.uint8)
        brightness = RandomBrightnessFactor((0.5, 1.5))
        drawn = [
            set(pictures(augment(brightness, seed=seed), same, step=index).ravel())
            for seed in range(3)
            for index in range(3)
        ]
        shared = [len(a & b) for i, a in enumerate(drawn) for b in drawn[:i]]
        assert max(shared) <= 2

    def test_two_layers_of_one_kind_draw_apart(self) -> None:
        white = np.full((8, 2, 2, 1), 100, np.uint8)
        a, b = RandomBrightnessFactor(0.5, seed=1), RandomBrightnessFactor(0.5, seed=1)
        once, twice = pictures(augment(a), white), pictures(augment(a, b), white)
        assert not np.allclose(once**2 / 100, twice, rtol=1e-3)

    @settings(max_examples=10, deadline=None)
    @given(
        st.integers(0, 2**63 - 1),
        st.integers(0, 10_000),
        st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=3),
    )
    def test_an_address_draws_the_same_whatever_was_drawn_before(
        self, seed: int, epoch: int, before: list[tuple[int, int]]
    ) -> None:
        def fresh() -> Augmentation:
            return augment(layers.RandomFlip("horizontal"), RandomBrightnessFactor(0.5), seed=seed)

        resumed = fresh()
        for past_epoch, past_step in before:
            pictures(resumed, epoch=past_epoch, step=past_step)
        np.testing.assert_array_equal(
            pictures(resumed, epoch=epoch, step=4), pictures(fresh(), epoch=epoch, step=4)
        )

    def test_other_random_numbers_are_left_alone(self) -> None:
        augmentation = report()
        random.seed(5)
        expected = random.random()
        random.seed(5)
        pictures(augmentation)
        assert random.random() == expected


class LateSeed(layers.Layer):  # type: ignore[misc]
    """A layer, as a plugin might have, that makes its seed generator when it is built."""

    def build(self, input_shape: Any) -> None:
        self.generator = keras.random.SeedGenerator()

    def call(self, inputs: Any) -> Any:
        return inputs + keras.random.uniform(keras.ops.shape(inputs), seed=self.generator)


def test_a_seed_generator_made_late_is_set_from_the_first_batch() -> None:
    np.testing.assert_array_equal(pictures(augment(LateSeed())), pictures(augment(LateSeed())))


# Every image layer of Keras, with the arguments that it needs to do something.
EVERY_LAYER: dict[str, dict[str, Any]] = {
    "AugMix": {},
    "AutoContrast": {},
    "CenterCrop": {"height": SIZE, "width": SIZE},
    "ContrastLimitedAdaptiveHistogramEqualization": {},
    "CutMix": {},
    "Equalization": {},
    "MixUp": {},
    "RandAugment": {},
    "RandomBrightness": {"factor": 0.2},
    "RandomColorDegeneration": {"factor": 0.5},
    "RandomColorJitter": {
        "brightness_factor": 0.2,
        "contrast_factor": 0.2,
        "saturation_factor": 0.2,
        "hue_factor": 0.2,
    },
    "RandomContrast": {"factor": 0.5},
    "RandomCrop": {"height": SIZE, "width": SIZE},
    "RandomElasticTransform": {},
    "RandomErasing": {},
    "RandomFlip": {},
    "RandomGaussianBlur": {"factor": 1.0},
    "RandomGrayscale": {"factor": 0.5},
    "RandomHue": {"factor": 0.5},
    "RandomInvert": {"factor": 0.5},
    "RandomPerspective": {},
    "RandomPosterization": {"factor": 4},
    "RandomRotation": {"factor": 0.1},
    "RandomSaturation": {"factor": 0.5},
    "RandomSharpness": {"factor": 0.5},
    "RandomShear": {"x_factor": 0.2, "y_factor": 0.2},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.2},
    "RandomZoom": {"height_factor": 0.2},
    "Rescaling": {"scale": 0.5},
    "Resizing": {"height": SIZE, "width": SIZE},
    "Solarization": {"addition_factor": 0.5},
}
# The same for every picture: they always act, in one way.
CONSTANT = {
    "AutoContrast",
    "CenterCrop",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Equalization",
    "RandomCrop",  # To the size that the pictures have.
    "Rescaling",
    "Resizing",
}


def test_the_list_of_layers_is_complete() -> None:
    image_layer = layers.RandomFlip.__mro__[1]
    found = {
        name
        for name, each in vars(layers).items()
        if isinstance(each, type) and issubclass(each, image_layer)
    }
    assert found - {"MaxNumBoundingBoxes"} <= set(EVERY_LAYER)


# Seconds of compiling, under JAX.
SLOW = {
    "AugMix",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Equalization",
    "RandAugment",
    "RandomElasticTransform",
    "RandomPerspective",
}


def cases() -> list[Any]:
    nested = {"RandomFlip", "RandomColorJitter", "RandAugment"}
    return [
        pytest.param(name, wrap, id=f"{name}-{wrap}", marks=[pytest.mark.slow] * (name in SLOW))
        for name in EVERY_LAYER
        if hasattr(layers, name)  # The oldest Keras that is supported has not all of them.
        for wrap in ["alone", "Pipeline", "Sequential"][: 3 if name in nested else 1]
    ]


@pytest.mark.parametrize(("name", "wrap"), cases())
def test_every_layer_of_keras(name: str, wrap: str) -> None:
    def fresh() -> Augmentation:
        layer = getattr(layers, name)(**EVERY_LAYER[name])
        return augment(layer if wrap == "alone" else getattr(keras, wrap, layers.Pipeline)([layer]))

    one, other = fresh(), fresh()
    first, again, later = pictures(one), pictures(other), pictures(one, epoch=1)
    assert first.dtype == np.float32
    assert first.shape == PICTURES.shape
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, pictures(one))
    if name not in CONSTANT:
        assert not np.array_equal(first, later)


class TestAlternatingFlip:
    def flipped(self, step: Augmentation, drawn: Drawn, axis: int = 2) -> np.ndarray:
        """Which of the pictures were mirrored; asserts that the others are as they were."""
        images = RNG.integers(0, 256, (len(drawn.places), 4, 5, 3), dtype=np.uint8)
        labels = np.zeros(len(images), int)
        out, _ = step(images, labels, epoch=0, step=0, drawn=drawn)
        kept = (out == images).all((1, 2, 3))
        mirrored = (out == np.flip(images, axis)).all((1, 2, 3))
        assert (kept ^ mirrored).all()
        return np.asarray(mirrored)

    @pytest.mark.parametrize(("mode", "axis"), [("horizontal", 2), ("vertical", 1)])
    def test_a_batch_may_span_two_passes(self, mode: str, axis: int) -> None:
        places, passes = np.tile(np.arange(21), 2), np.repeat([4, 5], 21)
        once, again = self.flipped(
            augment(AlternatingFlip(mode)), Drawn(places, passes, 21), axis
        ).reshape(2, 21)
        assert (once ^ again).all()
        assert once.sum() == 10

    def test_what_is_mirrored_is_the_same_whenever_it_is_asked(self) -> None:
        late = Drawn(np.array([5, 0, 7]), np.array([3, 3, 3]), 8)
        everything = Drawn(np.arange(8), np.full(8, 3), 8)
        whole = self.flipped(augment(AlternatingFlip()), everything)
        found = self.flipped(augment(AlternatingFlip()), late)
        assert found.tolist() == whole[[5, 0, 7]].tolist()

    def test_two_of_them_mirror_halves_of_their_own(self) -> None:
        drawn = Drawn(np.arange(64), np.zeros(64, int), 64)
        step = augment(AlternatingFlip(), AlternatingFlip())
        images = np.arange(64 * 3, dtype=np.uint8).reshape(64, 1, 3, 1)
        out, _ = step(images, np.zeros(64, int), epoch=0, step=0, drawn=drawn)
        twice_or_never = (out == images).all((1, 2, 3)).sum()
        assert 16 < twice_or_never < 48


class TestMixing:
    # CutMix weighs by the area of a box whose sides it does not round to whole pixels.
    @pytest.mark.parametrize(("mixing", "within"), [("MixUp", 1e-4), ("CutMix", 0.1)])
    def test_labels_are_mixed_as_the_pictures_are(self, mixing: str, within: float) -> None:
        # Pictures of class k are k everywhere, so the mean of a mixed one is its expected class.
        labels = np.arange(64) % 4
        plain = np.broadcast_to(labels[:, None, None, None], (64, 64, 64, 1)).astype(np.uint8)
        step = augment(getattr(layers, mixing)())
        assert step.mixes_labels
        images, mixed = step(plain, labels, epoch=0, step=0)
        assert mixed.dtype == np.float32
        assert mixed.shape == (64, 4)
        np.testing.assert_allclose(mixed.sum(1), 1, rtol=1e-5)
        np.testing.assert_allclose(images.mean((1, 2, 3)), mixed @ np.arange(4), atol=within)
        assert (np.count_nonzero(mixed > 1e-3, axis=1) == 2).any()

    def test_layers_around_take_pictures_alone(self) -> None:
        step = augment(layers.RandomFlip(), layers.MixUp(), layers.Rescaling(1.0), layers.CutMix())
        _, mixed = step(PICTURES, LABELS, epoch=0, step=0)
        assert mixed.shape == (8, 4)
        np.testing.assert_allclose(mixed.sum(1), 1, rtol=1e-5)

    def test_inside_a_pipeline(self) -> None:
        step = augment(layers.Pipeline([layers.RandomFlip(), layers.MixUp()]))
        assert step.mixes_labels
        assert step(PICTURES, LABELS, epoch=0, step=0)[1].shape == (8, 4)

    def test_labels_may_be_one_hot_already(self) -> None:
        one_hot = np.eye(4, dtype=np.float32)[LABELS]
        step = augment(layers.MixUp())
        for a, b in zip(
            step(PICTURES, LABELS, epoch=0, step=0),
            step(PICTURES, one_hot, epoch=0, step=0),
            strict=True,
        ):
            np.testing.assert_array_equal(a, b)

    def test_others_do_not_mix(self) -> None:
        assert not report().mixes_labels
        assert not augment(layers.Pipeline([layers.RandomFlip()])).mixes_labels

    def test_needs_classes(self) -> None:
        with pytest.raises(DataError, match="CutMix mixes the labels"):
            augment(layers.CutMix(), class_count=None)

    @pytest.mark.parametrize(
        ("labels", "message"),
        [
            (LABELS + 1, "labels go from 1 to 4, but 4 classes are numbered 0 to 3"),
            (LABELS - 1, "labels go from -1 to 2"),
            (LABELS / 2, "needs integer labels"),
            (LABELS[:, None], "needs integer labels"),
        ],
    )
    def test_labels_that_are_no_classes(self, labels: np.ndarray, message: str) -> None:
        with pytest.raises(DataError, match=message):
            augment(layers.MixUp())(PICTURES, labels, epoch=0, step=0)


class TestErrors:
    def test_pictures_of_another_size_than_the_network_takes(self) -> None:
        step = augment(layers.RandomFlip(), layers.CenterCrop(6, 8), layers.RandomInvert())
        with pytest.raises(
            DataError, match=r"augmentation\[1\], CenterCrop, leaves pictures of 6x8x3, .* 12x12x3"
        ):
            pictures(step)

    def test_a_size_may_change_on_the_way(self) -> None:
        step = augment(layers.RandomCrop(6, 8), layers.Resizing(SIZE, SIZE))
        assert pictures(step).shape == PICTURES.shape

    def test_a_layer_that_fails_is_named_with_the_backend(self) -> None:
        step = augment(layers.RandomFlip(), layers.RandomHue(0.5))
        with pytest.raises(KspecError) as caught:
            pictures(step, PICTURES[..., :1])
        message = str(caught.value)
        assert message.startswith("augmentation[1]: RandomHue fails on pictures of 12x12x1 under ")
        assert keras.backend.backend() in message
        assert "\n" not in message

    def test_samples_that_are_no_pictures(self) -> None:
        with pytest.raises(DataError, match="these samples are 5"):
            report()(np.zeros((2, 5)), np.zeros(2, int), epoch=0, step=0)


class Loader(keras.utils.PyDataset):  # type: ignore[misc]
    """Augments batches as they are asked for and remembers them."""

    def __init__(self, step: Augmentation) -> None:
        super().__init__()
        self.step, self.epoch = step, 0
        self.seen: dict[tuple[int, int], np.ndarray] = {}

    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        images, labels = self.step(PICTURES, LABELS, epoch=self.epoch, step=index)
        self.seen[self.epoch, index] = images.copy()
        return images, labels

    def begin(self, epoch: int, logs: object = None) -> None:
        self.epoch = epoch


def test_in_fit_it_draws_as_outside_and_the_model_stays_compiled() -> None:
    def model() -> keras.Model:
        made = keras.Sequential(
            [keras.Input((SIZE, SIZE, 3)), layers.Flatten(), layers.Dense(4, "softmax")]
        )
        made.compile("sgd", "sparse_categorical_crossentropy")
        return made

    loader, trained, plain = Loader(report()), model(), model()
    begin = keras.callbacks.LambdaCallback(on_epoch_begin=loader.begin)
    trained.fit(loader, epochs=2, shuffle=False, verbose=0, callbacks=[begin])
    assert trained.jit_compile == plain.jit_compile
    assert {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)} <= set(loader.seen)
    step = report()
    for (epoch, index), images in loader.seen.items():
        np.testing.assert_array_equal(pictures(step, epoch=epoch, step=index), images)


def test_another_thread_draws_the_same() -> None:
    here, there = pictures(report(), step=5), []
    thread = threading.Thread(target=lambda: there.append(pictures(report(), step=5)))
    thread.start()
    thread.join()
    np.testing.assert_array_equal(here, there[0])
