"""Pools of lines and volumes, global ones, and what makes pictures larger, lowered."""

import keras
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from same_lowered import assert_same, model_of, results

from kspec.model.lower import lower

layers = keras.layers
FEW = 3 if keras.backend.backend() == "jax" else 25  # Where each operation is compiled by itself.
sides = st.sampled_from([4, 7])
channels = st.sampled_from([1, 3])
POOLS = [
    layers.AveragePooling1D,
    layers.AveragePooling2D,
    layers.AveragePooling3D,
    layers.MaxPooling1D,
    layers.MaxPooling2D,
    layers.MaxPooling3D,
]


@st.composite
def pools(draw):
    kind = draw(st.sampled_from(POOLS))
    rank = int(kind.__name__[-2])
    window = st.integers(1, 3) if rank == 1 else st.tuples(*[st.integers(1, 3)] * rank)
    said = {
        "pool_size": draw(window),
        "strides": draw(st.one_of(st.none(), window)),
        "padding": draw(st.sampled_from(["valid", "same"])),
    }
    return (*(draw(sides) for _ in range(rank)), draw(channels)), kind, said


@settings(max_examples=FEW)
@given(pools(), st.integers(0, 99))
def test_pools(made, seed):
    shape, kind, said = made
    layer = kind(**said)
    on_torch = keras.backend.backend() == "torch"
    assume(not (on_torch and "Average" in kind.__name__ and repeats_pixels(layer, shape)))
    assert_same(shape, layer, seed)


def repeats_pixels(layer, shape):
    """Whether one side gets more than the other: there Keras's average on PyTorch is another."""
    wanted = [
        max((-(-side // stride) - 1) * stride + size - side, 0)
        for side, stride, size in zip(shape, layer.strides, layer.pool_size, strict=False)
    ]
    return layer.padding == "same" and any(each % 2 for each in wanted)


@settings(max_examples=FEW)
@given(pools(), st.integers(0, 99))
def test_an_average_is_that_of_the_pixels_there_are(made, seed):
    """On all backends: a window over the border has fewer of them."""
    shape, kind, said = made
    rank = int(kind.__name__[-2])
    layer = getattr(layers, f"AveragePooling{rank}D")(**{**said, "padding": "same"})
    model, rng = model_of(layer, shape, seed)
    lower(model)
    x = rng.normal(size=(2, *shape)).astype("float32")
    found = keras.ops.convert_to_numpy(model(x))
    for place in np.ndindex(found.shape[1:-1]):
        window = []
        for at, side, stride, size in zip(
            place, shape, layer.strides, layer.pool_size, strict=False
        ):
            before = max((-(-side // stride) - 1) * stride + size - side, 0) // 2
            window.append(slice(max(at * stride - before, 0), at * stride - before + size))
        right = x[:, *window].mean(tuple(range(1, rank + 1)))
        np.testing.assert_allclose(found[:, *place], right, atol=1e-6)


@pytest.mark.parametrize("kind", [layers.MaxPooling1D, layers.MaxPooling2D, layers.MaxPooling3D])
@pytest.mark.parametrize(("size", "strides", "padding"), [(2, 2, "valid"), (3, 1, "same")])
def test_of_equals_the_gradient_goes_where_keras_sends_it(kind, size, strides, padding):
    """Zeros side by side, as a ReLU leaves them."""
    rank = int(kind.__name__[-2])
    layer = kind(size, strides, padding)
    model, rng = model_of(layer, (*[6] * rank, 2), 0)
    x = rng.integers(0, 2, (2, *[6] * rank, 2)).astype("float32")
    towards = rng.normal(size=(2, *model.output_shape[1:])).astype("float32")
    plain = results(model, x, towards, training=True)
    lower(model)
    np.testing.assert_allclose(results(model, x, towards, training=True)[-1], plain[-1], atol=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "int32"])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_maxima_of_whole_numbers(padding, dtype):
    entering = keras.Input((5, 6, 2), dtype=dtype)
    model = keras.Model(entering, layers.MaxPooling2D(3, 2, padding, dtype=dtype)(entering))
    x = np.random.default_rng(0).integers(0, 250, (2, 5, 6, 2)).astype(dtype)
    right = keras.ops.convert_to_numpy(model(x))
    lower(model)
    found = keras.ops.convert_to_numpy(model(x))
    assert found.dtype == right.dtype
    assert np.array_equal(found, right)


@pytest.mark.parametrize("strides", [1, 2])
def test_a_picture_smaller_than_the_window_has_no_maxima(strides, backend):
    if backend != "jax":  # PyTorch refuses it, lowered or not; elsewhere it is Keras's own layer.
        return
    layer = layers.MaxPooling2D(3, strides)
    model, _ = model_of(layer, (None, None, 1), 0)
    lower(model)
    assert layer(np.ones((2, 4, 1, 1), "float32")).shape == (2, 3 - strides, 0, 1)


@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_global_maximum(data_format, keepdims):
    assert_same((4, 5, 3), layers.GlobalMaxPooling2D(data_format, keepdims), 0)


def test_the_largest_of_a_picture_share_their_gradient_as_in_keras():
    model, rng = model_of(layers.GlobalMaxPooling2D(), (30, 20, 2), 0)
    x = rng.integers(0, 2, (3, 30, 20, 2)).astype("float32")
    towards = rng.normal(size=(3, 2)).astype("float32")
    plain = results(model, x, towards, training=True)[-1]
    lower(model)
    np.testing.assert_allclose(results(model, x, towards, training=True)[-1], plain, atol=1e-7)


@settings(max_examples=FEW)
@given(
    st.tuples(sides, sides, channels),
    st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 11), st.integers(1, 3))),
    st.sampled_from(["nearest", "bilinear"]),
)
def test_larger_pictures(shape, size, interpolation):
    assert_same(shape, layers.UpSampling2D(size, interpolation=interpolation), 0)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (layers.MaxPooling1D, (6, 3)),
        (layers.MaxPooling3D, (4, 4, 4, 3)),
        (layers.GlobalMaxPooling2D, (20, 20, 3)),
        (layers.UpSampling2D, (3, 3, 2)),
        (lambda dtype: layers.AveragePooling2D(3, 1, "same", dtype=dtype), (6, 6, 3)),
    ],
)
def test_half_precision(layer, shape):
    assert_same(shape, layer(dtype="bfloat16"), 1, tolerance=2e-2)
