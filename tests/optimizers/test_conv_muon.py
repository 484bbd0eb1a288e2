"""Muon for the kernels of convolutions."""

import functools
import zipfile

import keras
import numpy as np
import pytest

import kspec
from kspec.model.compile import compile_model
from kspec.optimizers import ConvMuon

RATE, MOMENTUM = 0.1, 0.6


def steepened(matrix, steps):
    """The Newton-Schulz iteration of Keller Jordan's Muon, in float64."""
    x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = x / np.linalg.norm(x)
    for _ in range(steps):
        square = x @ x.T
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x.T if matrix.shape[0] > matrix.shape[1] else x


def stepped(optimizer, shape, gradients, name="kernel"):
    """What `optimizer` makes of zeros of `shape` with `gradients` one after the other."""
    variable = keras.Variable(np.zeros(shape, "float32"), name=name)
    optimizer.build([variable])
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)])
    return keras.ops.convert_to_numpy(variable)


def gradients_of(shape, count=3):
    random = np.random.default_rng(0)
    return [random.normal(size=shape).astype("float32") for _ in range(count)]


@pytest.mark.parametrize("shape", [(3, 3, 4, 6), (1, 1, 2, 9), (3, 5, 7), (2, 2, 2, 3, 4), (6, 4)])
@pytest.mark.parametrize("nesterov", [True, False])
def test_a_kernel_is_trained_as_a_matrix(shape, nesterov):
    options = {"rms_rate": None, "weight_decay": 0, "ns_steps": 3, "nesterov": nesterov}
    gradients = gradients_of(shape)
    found = stepped(ConvMuon(RATE, momentum=MOMENTUM, **options), shape, gradients)
    momentum, expected = np.zeros(shape), np.zeros(shape)
    for gradient in gradients:
        momentum = MOMENTUM * momentum + gradient
        direction = gradient + MOMENTUM * momentum if nesterov else momentum
        update = steepened(direction.reshape(-1, shape[-1]), 3)
        expected -= RATE * update.reshape(shape)
    np.testing.assert_allclose(found, expected, atol=2e-5)


@pytest.mark.parametrize(("shape", "longer"), [((3, 3, 4, 6), 36), ((1, 1, 2, 9), 9)])
def test_the_update_grows_with_the_longer_side(shape, longer):
    gradients = gradients_of(shape, 1)
    plain = stepped(ConvMuon(RATE, rms_rate=None, weight_decay=0), shape, gradients)
    scaled = stepped(ConvMuon(RATE, rms_rate=0.5, weight_decay=0), shape, gradients)
    np.testing.assert_allclose(scaled, plain * 0.5 * longer**0.5, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "name", "excluded"),
    [((5,), "bias", []), ((4, 6), "embeddings", []), ((3, 3, 4, 6), "kernel", ["kern"])],
)
def test_what_is_no_kernel_or_excluded_is_trained_as_by_keras(shape, name, excluded):
    options = {"exclude_layers": excluded, "adam_weight_decay": 0.1}
    gradients = gradients_of(shape)
    found = stepped(ConvMuon(RATE, **options), shape, gradients, name)
    expected = stepped(keras.optimizers.Muon(RATE, **options), shape, gradients, name)
    np.testing.assert_array_equal(found, expected)
    assert np.abs(found).min() > 0


LAYERS = [
    keras.layers.Conv2D(1, 1, name="conv_of_one"),
    keras.layers.Conv2D(6, 3, name="conv"),
    keras.layers.Conv2DTranspose(4, 3, name="transposed"),
    keras.layers.PReLU(name="prelu"),
    keras.layers.LayerNormalization(axis=[1, 2, 3], name="norm"),
    keras.layers.DepthwiseConv2D(3, name="depthwise"),
    keras.layers.SeparableConv2D(5, 3, depth_multiplier=2, name="separable"),
    keras.layers.Reshape((16, 5), name="rows"),
    keras.layers.Conv1D(6, 2, name="conv1d"),
    keras.layers.LSTM(3, name="lstm"),
    keras.layers.Dense(2, name="dense"),
]
MATRICES = {
    *("conv/kernel", "transposed/kernel", "separable/pointwise_kernel", "conv1d/kernel"),
    *("lstm/lstm_cell/kernel", "lstm/lstm_cell/recurrent_kernel", "dense/kernel"),
}


def made_orthogonal(model):
    """The paths of the variables of `model` that are not left to AdamW."""
    optimizer = ConvMuon()
    optimizer.build(model.trainable_variables)
    pairs = zip(model.trainable_variables, optimizer.adam_velocities, strict=True)
    return {variable.path for variable, velocity in pairs if velocity is None}


def test_kernels_with_a_column_for_each_filter_are_matrices_and_nothing_else():
    x = keras.Input((8, 8, 4))
    y = functools.reduce(lambda tensor, layer: layer(tensor), LAYERS, x)
    assert made_orthogonal(keras.Model(x, y)) == MATRICES


def test_kernels_of_attention_are_left_to_adamw():
    x = keras.Input((4, 6))
    attention = keras.layers.MultiHeadAttention(2, 3, use_bias=False, name="attention")
    grouped = keras.layers.GroupQueryAttention(3, 2, 1, use_bias=False, name="grouped")
    model = keras.Model(x, grouped(attention(x, x), x))
    assert len(model.trainable_variables) == 8
    assert made_orthogonal(model) == set()


def test_a_matrix_is_trained_as_by_keras():
    gradients = gradients_of((8, 5))
    found = stepped(ConvMuon(RATE), (8, 5), gradients)
    np.testing.assert_array_equal(found, stepped(keras.optimizers.Muon(RATE), (8, 5), gradients))


def test_a_spec_trains_with_it_and_plain_keras_opens_the_model(tiny, tmp_path):
    optimizer = {"type": "ConvMuon", "learning_rate": 0.05, "rms_rate": None, "weight_decay": 0.01}
    groups = [{"matching": "*/bias", "learning_rate_multiplier": 0.5}]
    spec = tiny(**{"training.optimizer": optimizer, "training.parameter_groups": groups})
    model = kspec.build(spec)
    compile_model(model, spec, one_hot=False, samples=160)
    random = np.random.default_rng(0)
    x, y = random.normal(size=(16, 8, 8, 3)).astype("float32"), np.arange(16) % 3
    losses = [float(model.train_on_batch(x, y)[0]) for _ in range(30)]
    assert losses[-1] < 0.7 * losses[0]
    model.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        assert b"kspec" not in archive.read("config.json")
    with pytest.warns(UserWarning, match="Skipping variable loading for optimizer"):
        opened = keras.saving.load_model(tmp_path / "model.keras")
    assert type(opened.optimizer) is keras.optimizers.Muon
    assert opened.optimizer.get_config() == model.optimizer.get_config()
    wanted, found = (each.predict(x, verbose=0) for each in (model, opened))
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
