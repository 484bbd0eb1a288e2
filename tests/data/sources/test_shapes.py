import hashlib

import numpy as np
import pytest

from kspec.data.sources.shapes import CLASS_NAMES, draw, read
from kspec.errors import DataError

SHAPE = (32, 32, 3)


def test_what_is_drawn():
    found = read(shape=SHAPE, train_samples=40, test_samples=20)
    assert found.train.x.shape == (40, *SHAPE)
    assert found.train.x.dtype == np.uint8
    assert np.bincount(found.train.y).tolist() == [4] * 10
    assert np.bincount(found.test.y).tolist() == [2] * 10
    assert found.class_names == CLASS_NAMES
    assert len(CLASS_NAMES) == 10


@pytest.mark.parametrize("shape", [(28, 28, 1), (8, 12, 3), (40, 24, 1), (9, 64, 3)])
def test_any_size(shape):
    assert draw("train", 15, shape).x.shape == (15, *shape)


def test_the_first_pictures_are_the_same_however_many_are_asked_for():
    assert np.array_equal(draw("train", 7, SHAPE).x, draw("train", 230, SHAPE).x[:7])


def test_no_picture_comes_twice():
    x = np.concatenate([draw(part, 400, SHAPE).x for part in ("train", "test")])
    assert len({picture.tobytes() for picture in x}) == 800


@pytest.mark.parametrize(
    ("shape", "digest"),
    [
        (SHAPE, "5f4916747c4aa75f16d582155b21c2c45980ae3794d4fce78365af5282b6841d"),
        ((28, 28, 1), "e572158fb281c90a6d69c1627660548db165b3dd723a656b67e63f1ace6f6fdf"),
    ],
)
def test_the_pictures_are_the_same_on_every_machine(shape, digest):
    assert hashlib.sha256(draw("train", 120, shape).x.tobytes()).hexdigest() == digest


def test_masks_say_where_the_figure_is_and_what_it_is():
    plain, masked = draw("train", 120, SHAPE), draw("train", 120, SHAPE, "masks")
    assert np.array_equal(plain.x, masked.x)
    assert masked.y.shape == (120, 32, 32)
    for mask, label in zip(masked.y, plain.y, strict=True):
        assert set(np.unique(mask)) == {0, label + 1}
    share = (masked.y > 0).mean()
    assert 0.1 < share < 0.3
    # Within a mask pixels are more alike than the whole picture: it lies where the figure is.
    inside, whole = [], []
    for picture, mask in zip(masked.x.astype(float), masked.y, strict=True):
        inside.append(picture[mask > 0].std(axis=0).mean())
        whole.append(picture.reshape(-1, 3).std(axis=0).mean())
    assert np.mean(inside) < 0.5 * np.mean(whole)


@pytest.mark.parametrize("shape", [(32, 32), (32, 32, 4), (7, 32, 3), (100,)])
def test_shapes_of_no_picture(shape):
    with pytest.raises(DataError, match=r"input\.shape"):
        read(shape=shape, train_samples=None, test_samples=None)


def test_fewer_samples_than_classes():
    with pytest.raises(DataError, match="train_samples is 9, but shapes has 10 classes"):
        read(shape=SHAPE, train_samples=9, test_samples=None)


def test_a_linear_model_stays_under_60_percent():
    train, test = draw("train", 4000, SHAPE), draw("test", 1000, SHAPE)
    x, x_test = (
        split.x.reshape(len(split), -1) / np.float32(255) - np.float32(0.5)
        for split in (train, test)
    )
    targets = np.eye(10, dtype="float32")[train.y] - np.float32(0.1)
    gram, moment = x.T @ x, x.T @ targets
    accuracies = []
    for ridge in (10.0, 1000.0):
        weights = np.linalg.solve(gram + ridge * np.eye(x.shape[1], dtype="float32"), moment)
        accuracies.append(((x_test @ weights).argmax(axis=1) == test.y).mean())
    assert 0.12 < max(accuracies) < 0.6


@pytest.mark.slow
def test_a_small_cnn_passes_95_percent():
    import keras

    keras.utils.set_random_seed(0)
    train, test = draw("train", 8000, SHAPE), draw("test", 2000, SHAPE)
    layers = [keras.Input(SHAPE), keras.layers.Rescaling(1 / 255)]
    for filters in (16, 32, 64):
        layers += [
            keras.layers.Conv2D(filters, 3, padding="same", use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.ReLU(),
            keras.layers.MaxPooling2D(),
        ]
    layers += [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    model = keras.Sequential(layers)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(train.x, train.y, batch_size=64, epochs=8, verbose=0)
    assert model.evaluate(test.x, test.y, verbose=0)[1] > 0.95
