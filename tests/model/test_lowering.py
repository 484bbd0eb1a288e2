"""A lowered layer computes what Keras's computes, and is saved as Keras's."""

import keras
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from same_lowered import assert_same, keras_survives, model_of, results
from tiny_spec import TINY

import kspec
from kspec.model.lower import lower, raise_again
from kspec.model.lower.stand_in import StandIn
from kspec.parity.gradients import gradients

LOWERED = {
    "jax": {"BatchNormalization", "Dropout", "MaxPooling2D"},
    "tensorflow": {"BatchNormalization", "Dropout"},
    "torch": {
        "AveragePooling2D",
        "BatchNormalization",
        "Conv2D",
        "Dropout",
        "MaxPooling2D",
        "ReLU",
    },
}

sides = st.sampled_from([4, 7])
pictures = st.tuples(sides, sides, st.sampled_from([1, 3, 4]))
windows = st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3)))
paddings = st.sampled_from(["valid", "same"])


@st.composite
def convolutions(draw):
    shape = draw(pictures)
    steps = draw(st.sampled_from([{}, {"strides": 2}, {"strides": (1, 2)}, {"dilation_rate": 2}]))
    padding = "same" if "dilation_rate" in steps else draw(paddings)
    groups = draw(st.sampled_from([1, shape[-1]]))
    return shape, {
        "filters": groups * draw(st.sampled_from([1, 2])),
        "kernel_size": draw(windows),
        "padding": padding,
        "use_bias": draw(st.booleans()),
        "groups": groups,
        "activation": draw(st.sampled_from([None, "relu"])),
        **steps,
    }


@st.composite
def normalizations(draw):
    shape = draw(st.one_of(st.tuples(st.integers(1, 9)), pictures, st.tuples(sides, sides)))
    return shape, {
        "axis": draw(st.sampled_from([-1, 1])),
        "momentum": draw(st.sampled_from([0.99, 0.5, 0.0])),
        "epsilon": draw(st.sampled_from([1e-3, 1.001e-5, 1e-7])),
        "center": draw(st.booleans()),
        "scale": draw(st.booleans()),
        "trainable": draw(st.booleans()),
    }


@settings(max_examples=10)
@given(convolutions(), st.integers(0, 99))
def test_convolutions(made, seed):
    shape, said = made
    assume(keras_survives(said))
    layer = keras.layers.Conv2D(**said)
    if keras.backend.backend() != "jax" and shape[-1] == 1 and len(set(layer.strides)) > 1:
        assume(layer.compute_output_shape((1, *shape))[2] > 1)  # Keras is wrong there: see below.
    assert_same(shape, layer, seed)


@keras.saving.register_keras_serializable()
class Holding(keras.layers.Layer):
    """With layers that it has no use for yet."""

    def __init__(self, **said):
        super().__init__(**said)
        self.inner = [
            keras.layers.BatchNormalization(),
            keras.layers.Conv2D(2, 3),
            keras.layers.GroupNormalization(2),
            keras.layers.LayerNormalization(),
            keras.layers.MultiHeadAttention(2, 2),
        ]

    def call(self, inputs):
        return inputs + 1


def test_layers_that_are_not_built_remain_keras_own():
    layer = Holding()
    assert_same((3, 2), layer, 0)
    assert [type(each) for each in layer.inner] == [
        getattr(keras.layers, type(each).__name__) for each in layer.inner
    ]


def test_one_channel_in_each_group_is_another_thing():
    layer = keras.layers.Conv2D(6, 2, strides=(1, 2), groups=3)
    assert_same((5, 7, 3), layer, 0)


def test_one_channel_with_strides_that_differ():
    """By way of Keras's own layer PyTorch 2.13 and TensorFlow 2.21 give another second row."""
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(5, 4, 4, 1)), rng.normal(size=(3, 3, 1, 2))
    layer = keras.layers.Conv2D(2, 3, strides=(1, 2), use_bias=False)
    model, _ = model_of(layer, (4, 4, 1), 0)
    layer.kernel.assign(kernel.astype("float32"))
    lower(model)
    found = keras.ops.convert_to_numpy(model(x.astype("float32")))
    rows = [np.einsum("nhwc,hwcf->nf", x[:, row : row + 3, :3], kernel) for row in (0, 1)]
    np.testing.assert_allclose(found[:, :, 0], np.stack(rows, axis=1), atol=1e-5)


def test_one_channel_in_each_group_with_strides_that_differ(backend):
    """In 16 bits; by way of Keras's own layer PyTorch 2.13 gives other rows after the first."""
    if backend != "torch":  # Keras itself has no such convolution on TensorFlow.
        return
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(2, 5, 4, 2)), rng.normal(size=(3, 3, 1, 4))
    layer = keras.layers.Conv2D(
        4, 3, strides=(1, 2), groups=2, use_bias=False, dtype="mixed_bfloat16"
    )
    model, _ = model_of(layer, (5, 4, 2), 0)
    layer.kernel.assign(kernel.astype("float32"))
    lower(model)
    found = keras.ops.convert_to_numpy(keras.ops.cast(model(x.astype("float32")), "float32"))
    kernel = kernel.reshape(3, 3, 2, 2)
    rows = [
        np.einsum("nhwg,hwgf->ngf", x[:, row : row + 3, :3], kernel).reshape(2, 4)
        for row in range(3)
    ]
    np.testing.assert_allclose(found[:, :, 0], np.stack(rows, axis=1), atol=0.1)


@pytest.mark.parametrize(("channels", "window"), [(16, 4), (24, 4), (8, 8), (4, 16)])
@pytest.mark.parametrize("beyond", [0, 1])
def test_one_place_for_the_window(channels, window, beyond):
    """In 16 bits; by way of Keras's own layer PyTorch 2.13 gives other numbers."""
    rng = np.random.default_rng(0)
    width = window + beyond
    x, kernel = rng.normal(size=(2, 5, width, channels)), rng.normal(size=(3, window, channels, 4))
    layer = keras.layers.Conv2D(
        4, (3, window), strides=(1, window), use_bias=False, dtype="mixed_bfloat16"
    )
    model, _ = model_of(layer, (5, width, channels), 0)
    layer.kernel.assign(kernel.astype("float32"))
    lower(model)
    found = keras.ops.convert_to_numpy(keras.ops.cast(model(x.astype("float32")), "float32"))
    rows = [np.einsum("nhwc,hwcf->nf", x[:, row : row + 3, :window], kernel) for row in range(3)]
    np.testing.assert_allclose(found[:, :, 0], np.stack(rows, axis=1), atol=0.4)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_one_place_in_each_dimension(rank, padding):
    """As above; with TensorFlow 2.21, too, and in volumes with both."""
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(2, *[4] * rank, 16)), rng.normal(size=(*[4] * rank, 16, 3))
    layer = getattr(keras.layers, f"Conv{rank}D")(
        3, 4, strides=4, padding=padding, use_bias=False, dtype="mixed_bfloat16"
    )
    model, _ = model_of(layer, (*[4] * rank, 16), 0)
    layer.kernel.assign(kernel.astype("float32"))
    lower(model)
    found = keras.ops.convert_to_numpy(keras.ops.cast(model(x.astype("float32")), "float32"))
    right = x.reshape(2, -1) @ kernel.reshape(-1, 3)
    np.testing.assert_allclose(found.reshape(2, 3), right, atol=0.03 * np.abs(right).max())


def test_one_place_behind_causal_padding():
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(2, 3, 16)), rng.normal(size=(4, 16, 3))
    layer = keras.layers.Conv1D(
        3, 4, strides=4, padding="causal", use_bias=False, dtype="mixed_bfloat16"
    )
    model, _ = model_of(layer, (3, 16), 0)
    layer.kernel.assign(kernel.astype("float32"))
    lower(model)
    found = keras.ops.convert_to_numpy(keras.ops.cast(model(x.astype("float32")), "float32"))
    np.testing.assert_allclose(found[:, 0], x[:, 0] @ kernel[3], atol=0.2)


def test_one_filter_in_16_bits():
    """In whose gradient Keras's own layer breaks off on PyTorch 2.13."""
    found = []
    for dtype in ("float32", "mixed_float16"):
        layer = keras.layers.Conv2D(1, (2, 3), strides=2, use_bias=False, dtype=dtype)
        model, rng = model_of(layer, (6, 5, 8), 0)
        lower(model)
        x, towards = rng.normal(size=(3, 6, 5, 8)), rng.normal(size=(3, 3, 2, 1))
        arrays = (each.astype("float32") for each in (x, towards))
        found.append(results(model, *arrays, training=True))
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(other, one, atol=0.05)


@pytest.mark.parametrize("strides", [(1, 2), (3, 1), (2, 2)])
def test_groups_of_single_pixels_beyond_the_picture(strides, backend):
    if backend == "torch":  # Keras itself has no gradient of groups on TensorFlow.
        layer = keras.layers.Conv2D(6, 1, strides=strides, groups=3, use_bias=False)
        assert_same((7 if strides[0] == 1 else 1, 1, 6), layer, 0)


def test_strides_larger_than_the_picture():
    """In 16 bits the gradient at the padding is 0; by way of Keras's own layer PyTorch 2.13 returns
    what was in that memory before."""
    layer = keras.layers.Conv2D(16, 3, strides=2, padding="same", dtype="mixed_bfloat16")
    model, rng = model_of(layer, (1, 1, 16), 0)
    lower(model)
    x = rng.normal(size=(2, 1, 1, 16)).astype("float32")
    for _ in range(20):
        keras.ops.full((3, 3, 16, 16), 7.0)  # Memory that is used again.
        found = results(model, x, np.ones((2, 1, 1, 16), "float32"), training=True)
        of_kernel = next(each for each in found[::-1] if each.shape == (3, 3, 16, 16))
        at_pixel = of_kernel[1, 1].copy()
        of_kernel[1, 1] = 0
        assert not of_kernel.any()
        right = np.repeat(x.sum((0, 1, 2))[:, None], 16, axis=1)
        np.testing.assert_allclose(at_pixel, right, atol=0.05)


@settings(max_examples=10)
@given(normalizations(), st.integers(0, 99))
def test_batch_normalization(made, seed):
    # In float32 Keras takes the mean of squares less the square of the mean on some backends.
    shape, said = made
    assert_same(shape, keras.layers.BatchNormalization(**said), seed, tolerance=2e-4)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (keras.layers.Conv2D, {"filters": 4, "kernel_size": 3, "padding": "same"}),
        (keras.layers.BatchNormalization, {}),
        (keras.layers.BatchNormalization, {"scale": False}),
        (keras.layers.BatchNormalization, {"center": False, "scale": False}),
        (keras.layers.MaxPooling2D, {}),
        (keras.layers.AveragePooling2D, {"pool_size": 2}),
    ],
)
@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "bfloat16"])
def test_half_precision(kind, said, dtype):
    """bfloat16 has 8 bits of fraction."""
    layer = kind(**said, dtype=dtype)
    assert_same((6, 6, 3), layer, 1, tolerance=2e-2)
    assert layer.compute_dtype == "bfloat16"


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("around", "inner"), [("float32", "bfloat16"), ("bfloat16", "float32")])
def test_a_layer_within_one_of_another_precision(around, inner, training):
    """It gets what that computes with, and returns its own dtype."""
    layer = keras.layers.BatchNormalization(dtype=f"mixed_{inner}" if inner != "float32" else inner)
    both = keras.layers.TimeDistributed(layer, dtype=around)
    model, rng = model_of(both, (2, 4, 4, 3), 0)
    x = rng.normal(2, 3, (5, 2, 4, 4, 3)).astype("float32")
    model.set_weights(model.at_first)
    plain = both(x, training=training)
    model.set_weights(model.at_first)
    lower(model)
    found = both(x, training=training)
    assert keras.backend.standardize_dtype(found.dtype) == inner
    np.testing.assert_allclose(
        *(keras.ops.convert_to_numpy(keras.ops.cast(y, "float32")) for y in (found, plain)),
        atol=2e-2,
    )


def test_the_first_of_equals_has_the_gradient():
    """Of a pool over zeros, as a ReLU leaves them."""
    model, _ = model_of(keras.layers.MaxPooling2D(2), (4, 4, 1), 0)
    lower(model)
    zeros = np.zeros((1, 4, 4, 1), "float32")
    first = results(model, zeros, np.ones((1, 2, 2, 1), "float32"), training=True)[-1]
    assert first[0, :, :, 0].tolist() == [[1, 0, 1, 0], [0] * 4, [1, 0, 1, 0], [0] * 4]


def test_a_large_window_remains_keras_own(backend):
    """As slices it would take minutes to compile on JAX."""
    model, _ = model_of(keras.layers.MaxPooling2D(8), (16, 16, 1), 0)
    lower(model)
    assert layers_of(model) == (set() if backend != "torch" else {"MaxPooling2D"})


def test_a_mask_goes_keras_own_way():
    """The steps that are masked out take no part in the statistics."""
    layer = keras.layers.BatchNormalization(momentum=0.0)
    model, _ = model_of(layer, (3, 2), 0)
    lower(model)
    x = keras.ops.convert_to_tensor(np.arange(6, dtype="float32").reshape(1, 3, 2))
    mask = keras.ops.convert_to_tensor([[True, True, False]])
    layer(x, training=True, mask=mask)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer.moving_mean), [1, 2], rtol=1e-6)


class TestDropout:
    def drop(self, rate=0.3, shape=(1001, 301), **arguments):
        layer = keras.layers.Dropout(rate, seed=1, **arguments)
        model, _ = model_of(layer, shape[1:], 0)
        lower(model)
        ones = keras.ops.ones(shape)
        return [keras.ops.convert_to_numpy(model(ones, training=True)) for _ in range(2)]

    def test_so_many_are_dropped_and_the_others_scaled(self):
        for drawn in self.drop(0.3):
            assert set(np.unique(drawn)) == {0, np.float32(1 / np.float32(0.7))}
            assert abs((drawn == 0).mean() - 0.3) < 5 * np.sqrt(0.21 / drawn.size)

    def test_neighbours_and_calls_are_independent(self):
        first, second = (drawn == 0 for drawn in self.drop(0.5))
        flat = first.ravel()
        pairs = [(first, second), *((flat[lag:], flat[:-lag]) for lag in (1, 2, 4, 301))]
        for one, other in pairs:
            assert abs((one & other).mean() - 0.25) < 5 * np.sqrt(0.25 * 0.75 / other.size)

    @pytest.mark.parametrize("rate", [1e-6, 1e-4, 0.9999, 0.999999])
    def test_rates_that_16_bits_hardly_tell(self, rate):
        drawn = self.drop(rate)[0]
        assert abs((drawn == 0).mean() - rate) < 5e-5

    def test_at_inference_nothing_happens(self):
        model, _ = model_of(keras.layers.Dropout(0.5), (50,), 0)
        lower(model)
        x = keras.ops.ones((4, 50))
        assert np.array_equal(
            keras.ops.convert_to_numpy(model(x, training=False)), np.ones((4, 50))
        )

    @pytest.mark.parametrize(("rate", "right"), [(0.0, {1.0}), (0.5, {0.0, 2.0}), (1.0, {0.0})])
    def test_a_rate_that_is_changed(self, rate, right):
        """As by a callback that lets it end at 0."""
        layer = keras.layers.Dropout(0.3)
        model, _ = model_of(layer, (400,), 0)
        lower(model)
        layer.rate = rate
        drawn = keras.ops.convert_to_numpy(model(keras.ops.ones((1, 400)), training=True))
        assert set(np.unique(drawn)) == right

    def test_the_gradient_passes_where_a_value_is_kept(self):
        model, _ = model_of(keras.layers.Dropout(0.5), (400,), 0)
        lower(model)
        kept = []

        def loss(tensors):
            kept.append(model(tensors[0], training=True))
            return keras.ops.sum(kept[0])

        x = np.full((1, 400), 3, "float32")
        ((found,), _) = gradients(loss, [keras.ops.convert_to_tensor(x)], [])
        assert set(np.unique(found)) == {0.0, 2.0}


def layers_of(model):
    return {type(layer).__name__ for layer in model._flatten_layers() if isinstance(layer, StandIn)}


def test_which_layers_are_lowered(tiny, backend):
    pools = [{"type": "MaxPooling2D"}, {"type": "AveragePooling2D", "pool_size": 2}]
    spec = tiny(layers=[*TINY["layers"][:3], *pools, *TINY["layers"][3:]])
    assert layers_of(kspec.build(spec)) == LOWERED[backend]
    assert layers_of(kspec.build(spec, lowering=False)) == set()


@pytest.mark.parametrize("use_bias", [True, False])
def test_a_convolution_with_a_bias_is_lowered_on_tensorflow(use_bias, backend):
    model, _ = model_of(keras.layers.Conv2D(2, 3, use_bias=use_bias), (6, 6, 3), 0)
    lower(model)
    assert bool(layers_of(model)) == (backend == "torch" or (backend == "tensorflow" and use_bias))


def test_a_lowered_model_is_saved_as_keras_own(tiny, tmp_path):
    model = kspec.build(tiny())
    plain = kspec.build(tiny(), lowering=False)
    assert model.to_json() == plain.to_json()
    model.save(tmp_path / "lowered.keras")
    opened = keras.saving.load_model(tmp_path / "lowered.keras")
    assert [type(layer) for layer in opened.layers] == [type(layer) for layer in plain.layers]
    x = keras.ops.convert_to_tensor(np.random.default_rng(0).random((3, 8, 8, 3), "float32"))
    one, other = (keras.ops.convert_to_numpy(each(x)) for each in (opened, model))
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_weights_of_a_plain_model_go_into_a_lowered_one_and_back(tiny, tmp_path):
    model, plain = kspec.build(tiny()), kspec.build(tiny(seed=7), lowering=False)
    plain.save_weights(tmp_path / "plain.weights.h5")
    model.load_weights(tmp_path / "plain.weights.h5")
    for one, other in zip(model.get_weights(), plain.get_weights(), strict=True):
        assert np.array_equal(one, other)
    model.save_weights(tmp_path / "lowered.weights.h5")
    plain.load_weights(tmp_path / "lowered.weights.h5")


def test_a_layer_can_be_what_it_was(tiny):
    model = kspec.build(tiny())
    for layer in model.layers:
        raise_again(layer)
    assert layers_of(model) == set()


def test_layers_within_layers_are_lowered(backend):
    inner = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.BatchNormalization()])
    entering = keras.Input((2, 4, 4, 3))
    model = keras.Model(entering, keras.layers.TimeDistributed(inner)(entering))
    lower(model)
    assert ("BatchNormalization" in layers_of(model)) == ("BatchNormalization" in LOWERED[backend])
