"""A kernel that passes its channels on unchanged."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.initializers import Dirac

pytestmark = pytest.mark.keras


def kernel(shape, **arguments):
    return np.asarray(keras.ops.convert_to_numpy(Dirac(**arguments)(shape)))


@given(
    sides=st.lists(st.integers(1, 4), max_size=3),
    channels=st.integers(1, 5),
    more=st.integers(0, 4),
)
def test_the_first_filters_pass_their_channels_on(sides, channels, more):
    found = kernel((*sides, channels, channels + more), rest_initializer="ones")
    middle = tuple(side // 2 for side in sides)
    np.testing.assert_array_equal(found[middle][:, :channels], np.eye(channels))
    assert found[..., :channels].sum() == channels
    assert (found[..., channels:] == 1).all()


def test_fewer_filters_than_channels_pass_on_the_first():
    found = kernel((3, 3, 4, 2))
    np.testing.assert_array_equal(found[1, 1], np.eye(4, 2))
    assert np.count_nonzero(found) == 2


def test_a_convolution_gives_what_it_takes():
    x = np.random.default_rng(0).normal(size=(2, 5, 5, 3)).astype("float32")
    layer = keras.layers.Conv2D(3, 3, padding="same", kernel_initializer=Dirac())
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer(x)), x, atol=1e-6)


def test_a_weight_of_one_axis_is_refused():
    with pytest.raises(ValueError, match=r"Dirac is for kernels .* has the shape"):
        Dirac()((4,))


def test_it_is_made_of_its_configuration():
    config = Dirac("he_normal").get_config()
    again = Dirac.from_config(config)
    assert isinstance(again.rest_initializer, keras.initializers.HeNormal)
    assert again.get_config() == config
