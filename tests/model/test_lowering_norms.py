"""Group and layer normalization, GELU, and dropout of whole channels, lowered."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from same_lowered import assert_same, model_of

from kspec.model.lower import lower

layers = keras.layers
FEW = 3 if keras.backend.backend() == "jax" else 15  # Where each operation is compiled by itself.
sides = st.sampled_from([1, 4, 5])


@st.composite
def said(draw):
    return {
        "epsilon": draw(st.sampled_from([1e-3, 1e-5])),
        "center": draw(st.booleans()),
        "scale": draw(st.booleans()),
        "trainable": draw(st.booleans()),
    }


@settings(max_examples=FEW)
@given(said(), st.lists(sides, max_size=3), st.sampled_from([1, 2, 8, -1]), st.integers(0, 99))
def test_groups(said, shape, groups, seed):
    layer = layers.GroupNormalization(groups, **said)
    assert_same((*shape, 8), layer, seed, tolerance=1e-4)


def test_groups_of_channels_that_come_first():
    assert_same((8, 4, 5), layers.GroupNormalization(2, axis=1), 0, tolerance=1e-4)


def test_groups_right_behind_the_input():
    """Whose gradient nobody needs: PyTorch's kernel ends the process there."""
    model, rng = model_of(layers.GroupNormalization(1), (8, 6, 4), 0)
    lower(model)
    model.compile("sgd", "mse")
    x, y = rng.normal(size=(2, 5, 8, 6, 4))
    before = model.evaluate(x, y, verbose=0)
    assert model.fit(x, y, epochs=20, verbose=0).history["loss"][-1] < before


@settings(max_examples=FEW)
@given(said(), st.lists(sides, min_size=1, max_size=3), st.data(), st.integers(0, 99))
def test_layers(said, shape, data, seed):
    shape = (*shape, 6)
    axes = st.sets(st.integers(1, len(shape)), min_size=1).map(sorted)
    if keras.backend.backend() == "torch":  # Keras takes axes before the last for the last there.
        axes = st.integers(1, len(shape)).map(lambda first: list(range(first, len(shape) + 1)))
    axis = data.draw(st.one_of(st.just(-1), axes))
    assert_same(shape, layers.LayerNormalization(axis, **said), seed, tolerance=2e-4)


@settings(max_examples=FEW)
@given(said(), st.sets(st.integers(1, 3), min_size=1), st.booleans(), st.integers(0, 99))
def test_layers_are_normalized_over_the_axes_they_say(said, axes, from_behind, seed):
    """On all backends, and where other axes have the same sizes."""
    axis = [each - 4 if from_behind else each for each in sorted(axes)]
    layer = layers.LayerNormalization(axis, **said)
    model, rng = model_of(layer, (4, 4, 4), seed)
    model.set_weights(model.at_first)
    lower(model)
    x = rng.normal(2, 3, (5, 4, 4, 4)).astype("float32")
    mean, variance = (of(x, tuple(axes), keepdims=True) for of in (np.mean, np.var))
    right = (x - mean) / np.sqrt(variance + said["epsilon"])
    for weight, name in ((layer.gamma, "scale"), (layer.beta, "center")):
        if said[name]:
            value = keras.ops.convert_to_numpy(weight)
            value = value.reshape([4 if each in axes else 1 for each in range(4)])
            right = right * value if name == "scale" else right + value
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(x)), right, atol=1e-4)


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16", "bfloat16"])
def test_gelu(dtype):
    layer = layers.Activation("gelu", dtype=dtype)
    assert_same((5, 50), layer, 0, tolerance=2e-6 if dtype == "float32" else 2e-2)


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "bfloat16"])
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (layers.GroupNormalization, {"groups": 2}),
        (layers.GroupNormalization, {"groups": 2, "scale": False}),
        (layers.LayerNormalization, {}),
        (layers.LayerNormalization, {"center": False}),
    ],
)
def test_half_precision(kind, said, dtype):
    layer = kind(**said, dtype=dtype)
    assert_same((4, 5, 8), layer, 1, tolerance=2e-2)
    assert layer.compute_dtype == "bfloat16"


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (layers.SpatialDropout1D, (5, 400)),
        (layers.SpatialDropout2D, (3, 2, 400)),
        (layers.SpatialDropout3D, (2, 2, 2, 400)),
    ],
)
@pytest.mark.parametrize("seed", [None, 7])
def test_whole_channels_are_dropped(kind, shape, seed):
    model, _ = model_of(kind(0.3, seed=seed), shape, 0)
    lower(model)
    x = keras.ops.ones((3, *shape))
    drawn = keras.ops.convert_to_numpy(model(x, training=True)).reshape(3, -1, 400)
    assert np.array_equal(drawn, np.broadcast_to(drawn[:, :1], drawn.shape))
    assert set(np.unique(drawn)) == {0, np.float32(1 / np.float32(0.7))}
    assert abs((drawn[:, 0] == 0).mean() - 0.3) < 5 * np.sqrt(0.21 / 1200)
    assert np.array_equal(keras.ops.convert_to_numpy(model(x, training=False)), np.ones(x.shape))


def test_the_same_channels_as_keras_drops():
    """With the same seed, and at once for a batch that goes through the same generator."""
    plain, lowered = (
        model_of(layers.SpatialDropout2D(0.5, seed=3), (4, 4, 50), 0)[0] for _ in "ab"
    )
    lower(lowered)
    x = np.random.default_rng(0).normal(size=(4, 4, 4, 50)).astype("float32")
    for _ in range(2):
        one, other = (
            keras.ops.convert_to_numpy(each(keras.ops.convert_to_tensor(x), training=True))
            for each in (plain, lowered)
        )
        np.testing.assert_allclose(other, one, rtol=1e-6)
