"""Convolutions of lines, of each channel by itself and transposed ones, lowered."""

import keras
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from same_lowered import assert_same, keras_survives, model_of

from kspec.model.lower import lower

layers = keras.layers
FEW = 3 if keras.backend.backend() == "jax" else 10  # Where each operation is compiled by itself.
sides = st.sampled_from([5, 8])
channels = st.sampled_from([1, 2, 4])
sizes = st.integers(1, 3)
activations = st.sampled_from([None, "relu"])


def steps(draw):
    """Strides or a dilation, the same in all directions as TensorFlow has them."""
    return draw(st.sampled_from([{}, {"strides": 2}, {"dilation_rate": 2}]))


@st.composite
def lines(draw):
    groups = draw(st.sampled_from([1, 2]))
    said = {
        "filters": 2 * draw(st.integers(1, 2)),
        "kernel_size": draw(sizes),
        "padding": draw(st.sampled_from(["valid", "same", "causal"])),
        "use_bias": draw(st.booleans()),
        "activation": draw(activations),
        "groups": groups,
        **steps(draw),
    }
    return (draw(sides), groups * draw(channels)), layers.Conv1D, said


@st.composite
def by_channel(draw):
    kind = draw(
        st.sampled_from(
            [
                layers.DepthwiseConv1D,
                layers.DepthwiseConv2D,
                layers.SeparableConv1D,
                layers.SeparableConv2D,
            ]
        )
    )
    rank = 1 if kind.__name__.endswith("1D") else 2
    said = {
        "kernel_size": draw(sizes if rank == 1 else st.one_of(sizes, st.tuples(sizes, sizes))),
        "padding": draw(st.sampled_from(["valid", "same"])),
        "depth_multiplier": draw(st.integers(1, 2)),
        "use_bias": draw(st.booleans()),
        "activation": draw(activations),
        "trainable": draw(st.booleans()),
        **steps(draw),
    }
    if kind.__name__.startswith("Separable"):
        said["filters"] = draw(st.integers(1, 3))
    return (*(draw(sides) for _ in range(rank)), draw(channels)), kind, said


@st.composite
def transposed(draw):
    size = draw(st.one_of(sizes, st.tuples(sizes, sizes)))
    said = {
        "filters": draw(st.integers(1, 3)),
        "kernel_size": size,
        "strides": size,
        "padding": draw(st.sampled_from(["valid", "same"])),
        "use_bias": draw(st.booleans()),
        "activation": draw(activations),
    }
    return (draw(sides), draw(sides), draw(channels)), layers.Conv2DTranspose, said


@st.composite
def volumes(draw):
    groups = draw(st.sampled_from([1, 2]))
    said = {
        "filters": 2 * draw(st.integers(1, 2)),
        "kernel_size": draw(st.one_of(sizes, st.tuples(sizes, sizes, sizes))),
        "padding": draw(st.sampled_from(["valid", "same"])),
        "use_bias": draw(st.booleans()),
        "activation": draw(activations),
        "groups": groups,
        **steps(draw),
    }
    return (*(draw(sides) for _ in range(3)), groups * draw(channels)), layers.Conv3D, said


@settings(max_examples=FEW)
@given(volumes(), st.integers(0, 99))
def test_convolutions_of_volumes(made, seed):
    shape, kind, said = made
    assert_same(shape, kind(**said), seed)


def test_a_volume_of_integers_takes_the_dtype_of_the_kernel(backend):
    if backend != "jax":  # Elsewhere Keras 3.15 refuses it.
        return
    layer = layers.Conv3D(2, 2)
    model = keras.Sequential([keras.Input((3, 3, 3, 1), dtype="int32"), layer])
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(2, 2, 2, 1, 2)).astype("float32")
    layer.kernel.assign(kernel)
    lower(model)
    x = rng.integers(-5, 5, (2, 3, 3, 3, 1))
    windows = np.lib.stride_tricks.sliding_window_view(x[..., 0], (2, 2, 2), axis=(1, 2, 3))
    wanted = np.einsum("ndhwijk,ijkf->ndhwf", windows, kernel[..., 0, :])
    found = layer(keras.ops.convert_to_tensor(x.astype("int32")))
    np.testing.assert_allclose(keras.ops.convert_to_numpy(found), wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "said", "shape"),
    [
        (layers.DepthwiseConv1D, {"kernel_size": 2}, (5, 2)),
        (layers.SeparableConv2D, {"filters": 2, "kernel_size": 2}, (5, 5, 2)),
        (layers.Conv2DTranspose, {"filters": 2, "kernel_size": 2, "strides": 2}, (3, 3, 2)),
    ],
)
def test_integers_are_refused_as_by_keras(kind, said, shape, backend):
    """Their outputs are not integers."""
    if backend != "jax":
        return
    layer = kind(**said)
    model, _ = model_of(layer, shape, 0)
    lower(model)
    with pytest.raises(TypeError, match="same dtype"):
        layer(np.ones((1, *shape), "int32"))


def test_a_volume_too_small_for_the_window_is_refused_as_by_keras(backend):
    if backend != "jax":  # Elsewhere it is Keras's own layer.
        return
    for lowered in (True, False):
        layer = layers.Conv3D(2, 3)
        model, _ = model_of(layer, (None, None, None, 1), 0)
        if lowered:
            lower(model)
        with pytest.raises(ValueError, match="empty output"):
            layer(np.zeros((1, 2, 4, 4, 1), "float32"))


def test_a_deep_window_remains_keras_own():
    layer = layers.Conv3D(2, (9, 1, 1))
    model, _ = model_of(layer, (9, 3, 3, 2), 0)
    lower(model)
    assert type(layer) is layers.Conv3D


@settings(max_examples=FEW)
@given(lines(), st.integers(0, 99))
def test_convolutions_of_lines(made, seed):
    shape, kind, said = made
    assume(keras_survives(said))
    assert_same(shape, kind(**said), seed)


@settings(max_examples=2 * FEW)
@given(by_channel(), st.integers(0, 99))
def test_convolutions_of_each_channel(made, seed):
    shape, kind, said = made
    assume(keras_survives(said))
    assert_same(shape, kind(**said), seed)


@settings(max_examples=FEW)
@given(transposed(), st.integers(0, 99))
def test_transposed_convolutions(made, seed):
    """Of windows side by side; all others are Keras's own."""
    shape, kind, said = made
    assert_same(shape, kind(**said), seed)


@pytest.mark.parametrize("strides", [1, 2])
def test_transposed_convolutions_of_other_windows_remain_keras_own(strides):
    layer = layers.Conv2DTranspose(2, 3, strides=strides, padding="same")
    model, _ = model_of(layer, (4, 4, 2), 0)
    lower(model)
    assert type(layer) is layers.Conv2DTranspose


@pytest.mark.parametrize(
    ("kind", "said", "shape"),
    [
        (layers.Conv1D, {"filters": 2, "kernel_size": 3, "padding": "causal"}, (6, 3)),
        (layers.DepthwiseConv1D, {"kernel_size": 3}, (6, 3)),
        (layers.DepthwiseConv2D, {"kernel_size": 3, "padding": "same"}, (6, 6, 3)),
        (layers.SeparableConv2D, {"filters": 2, "kernel_size": 3}, (6, 6, 3)),
        (layers.Conv3D, {"filters": 2, "kernel_size": 3, "padding": "same"}, (5, 6, 4, 3)),
        (layers.Conv2DTranspose, {"filters": 2, "kernel_size": 2, "strides": 2}, (3, 3, 3)),
    ],
)
def test_half_precision(kind, said, shape):
    layer = kind(**said, dtype="mixed_bfloat16")
    assert_same(shape, layer, 1, tolerance=2e-2)
    assert layer.compute_dtype == "bfloat16"


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_sums_of_16_bits_are_as_exact_as_keras_has_them(dtype):
    """Of 49 places, against the same in float32."""
    found = {}
    for policy, lowered in (("float32", False), (dtype, False), (dtype, True)):
        layer = layers.DepthwiseConv2D(7, padding="same", dtype=policy)
        model, rng = model_of(layer, (12, 12, 8), 0)
        model.set_weights(model.at_first)
        if lowered:
            lower(model)
        x = rng.uniform(size=(4, 12, 12, 8)).astype("float32")
        y = keras.ops.cast(model(keras.ops.convert_to_tensor(x)), "float32")
        found[policy, lowered] = keras.ops.convert_to_numpy(y)
    right = found["float32", False]
    theirs, ours = (np.abs(found[dtype, lowered] - right).max() for lowered in (False, True))
    assert 0 < ours < 1.5 * theirs


def test_sizes_that_are_open_where_a_model_is_exported(backend):
    if backend != "jax":  # Elsewhere none is needed.
        return
    import jax
    from jax import export

    for layer in (
        layers.DepthwiseConv2D(3),
        layers.MaxPooling2D(),
        layers.Conv2DTranspose(2, 2, 2),
    ):
        model, rng = model_of(layer, (None, None, 3), 0)
        x = rng.normal(size=(2, 6, 8, 3)).astype("float32")
        right = model(x)
        lower(model)
        shape = export.symbolic_shape("n, 2*h, 2*w, 3")
        exported = export.export(jax.jit(model))(jax.ShapeDtypeStruct(shape, "float32"))
        np.testing.assert_allclose(exported.call(x), right, atol=1e-5)


def test_channels_first_remain_keras_own(backend):
    if backend != "torch":  # Keras itself has no such convolution elsewhere on a processor.
        return
    layer = layers.DepthwiseConv2D(3, data_format="channels_first")
    assert_same((3, 6, 5), layer, 0)
    assert type(layer) is layers.DepthwiseConv2D
