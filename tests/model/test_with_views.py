"""The mean over views of a picture, against one that is computed by hand."""

import keras
import numpy as np
import pytest

from kspec.model.views import with_views
from kspec.spec.models import Views


@pytest.fixture(scope="module")
def pictures():
    return np.random.default_rng(0).normal(size=(3, 5, 7, 2)).astype("float32")


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((5, 7, 2)),
            keras.layers.Conv2D(3, 3),
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dense(4),
        ]
    )


def seen(network, pictures):
    return keras.ops.convert_to_numpy(network(pictures))


def test_a_picture_counts_as_much_as_its_mirror_image(network, pictures):
    for flip, axis in (("vertical", 1), ("horizontal", 2)):
        wanted = (seen(network, pictures) + seen(network, np.flip(pictures, axis))) / 2
        viewed = with_views(network, Views(flip=flip))
        np.testing.assert_allclose(seen(viewed, pictures), wanted, rtol=1e-5, atol=1e-6)


def test_of_shifted_pictures_the_one_in_its_place_counts_half(network, pictures):
    padded = np.pad(pictures, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="reflect")
    shifted = padded[:, 4:, 4:], padded[:, :-4, :-4]
    wanted = seen(network, pictures) / 2 + sum(seen(network, each) for each in shifted) / 4
    viewed = with_views(network, Views(shift=2))
    np.testing.assert_allclose(seen(viewed, pictures), wanted, rtol=1e-5, atol=1e-6)


def test_in_four_directions_it_counts_as_much_as_two_shifted_ones(network, pictures):
    padded = np.pad(pictures, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="reflect")
    shifted = padded[:, 4:, 4:], padded[:, :-4, :-4], padded[:, 4:, :-4], padded[:, :-4, 4:]
    wanted = seen(network, pictures) / 3 + sum(seen(network, each) for each in shifted) / 6
    viewed = with_views(network, Views(shift=2, directions=4))
    np.testing.assert_allclose(seen(viewed, pictures), wanted, rtol=1e-5, atol=1e-6)


def test_a_picture_is_what_its_mirror_image_is(network, pictures):
    viewed = with_views(network, Views(flip="horizontal"))
    assert not np.allclose(seen(network, pictures), seen(network, pictures[:, :, ::-1]))
    np.testing.assert_allclose(
        seen(viewed, pictures), seen(viewed, pictures[:, :, ::-1]), rtol=1e-5, atol=1e-6
    )


def test_with_both_each_of_the_shifted_ones_is_mirrored(network, pictures):
    mirrored = with_views(network, Views(flip="horizontal"))
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    wanted = seen(mirrored, pictures) / 2
    wanted = wanted + (seen(mirrored, padded[:, 2:, 2:]) + seen(mirrored, padded[:, :-2, :-2])) / 4
    viewed = with_views(network, Views(flip="horizontal", shift=1))
    np.testing.assert_allclose(seen(viewed, pictures), wanted, rtol=1e-5, atol=1e-6)


def test_whole_numbers_and_pictures_of_any_size_are_shifted_too():
    entering = keras.Input((None, None, 1), dtype="int32")
    first_two = keras.ops.reshape(entering[:, 0, :2, 0], (-1, 2))
    network = keras.Model(entering, keras.ops.cast(first_two, "float32"))
    viewed = with_views(network, Views(shift=1))
    picture = np.arange(12, dtype="int32").reshape(1, 3, 4, 1)
    # In its place 0 1, up and left 5 6, down and right 5 4.
    np.testing.assert_array_equal(seen(viewed, picture), [[2.5, 3.0]])


def test_the_weights_are_those_of_the_network_itself(network, pictures):
    viewed = with_views(network, Views(flip="horizontal"))
    assert [each.path for each in viewed.weights] == [each.path for each in network.weights]
    before = seen(viewed, pictures)
    bias = network.layers[-1].bias
    bias.assign(bias + 1)
    np.testing.assert_allclose(seen(viewed, pictures), before + 1, rtol=1e-5, atol=1e-5)
    bias.assign(bias - 1)
