"""A lowered recurrent layer computes what Keras's computes."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from same_lowered import assert_same_model

from kspec.model.lower import lower
from kspec.model.lower.stand_in import StandIn
from kspec.parity.gradients import gradients

LOWERED = {"jax": {"GRU"}, "tensorflow": set(), "torch": {"GRU", "LSTM", "SimpleRNN"}}
KINDS = {"GRU": 1, "LSTM": 2, "SimpleRNN": 1}
"""And how many states they have."""

lowered_here = pytest.mark.skipif(
    keras.backend.backend() == "tensorflow", reason="recurrent layers are Keras's own there"
)

EXAMPLES = 24 if keras.backend.backend() == "torch" else 2  # JAX compiles each.


@st.composite
def recurrent(draw):
    """The name of a class and arguments, some of which no class claims."""
    kind = draw(st.sampled_from(sorted(LOWERED[keras.backend.backend()])))
    said = {name: draw(st.booleans()) for name in ("use_bias", "go_backwards", "trainable")}
    said |= {name: draw(st.booleans()) for name in ("return_sequences", "return_state")}
    said["unroll"] = draw(st.sampled_from([False, False, True]))
    said["units"] = draw(st.integers(1, 5))
    said["activation"] = draw(st.sampled_from(["tanh", "tanh", "tanh", "relu"]))
    if kind != "SimpleRNN":
        said["recurrent_activation"] = draw(st.sampled_from(["sigmoid", "sigmoid", "tanh"]))
    if kind == "GRU":
        said["reset_after"] = draw(st.sampled_from([True, True, False]))
    return kind, said


def model_of(layer, shape, seed, *, states=0, units=0):
    """On a sequence, and on states of so many units if there are any."""
    sequence = keras.Input(shape)
    given_states = [keras.Input((units,)) for _ in range(states)]
    output = layer(sequence, initial_state=given_states) if states else layer(sequence)
    return with_weights(keras.Model([sequence, *given_states], output), seed)


def with_weights(model, seed):
    rng = np.random.default_rng(seed)
    model.at_first = [rng.normal(0, 0.5, w.shape).astype("float32") for w in model.get_weights()]
    model.set_weights(model.at_first)
    return model, rng


def drawn(model, rng, count=5):
    return [rng.normal(size=(count, *each.shape[1:])).astype("float32") for each in model.inputs]


def lowered_in(model):
    return {type(layer).__name__ for layer in model._flatten_layers() if isinstance(layer, StandIn)}


@lowered_here
@settings(max_examples=EXAMPLES)
@given(recurrent(), st.integers(1, 6), st.integers(1, 4), st.booleans(), st.integers(0, 99))
def test_recurrent_layers(made, steps, features, with_states, seed):
    kind, said = made
    layer = getattr(keras.layers, kind)(**said)
    states = KINDS[kind] if with_states else 0
    model, rng = model_of(layer, (steps, features), seed, states=states, units=said["units"])
    assert_same_model(model, drawn(model, rng), rng)


@lowered_here
@settings(max_examples=max(EXAMPLES // 3, 1))
@given(
    recurrent(), st.sampled_from(["concat", "sum", "mul", "ave"]), st.booleans(), st.integers(0, 99)
)
def test_both_directions(made, merge_mode, one_of_its_own, seed):
    """A layer's two layers are lowered, each for itself."""
    kind, said = made
    said |= {"go_backwards": False, "trainable": True, "return_state": False}
    layer, back = (
        getattr(keras.layers, kind)(**said | {"go_backwards": backwards})
        for backwards in (False, True)
    )
    both = keras.layers.Bidirectional(
        layer, merge_mode=merge_mode, backward_layer=back if one_of_its_own else None
    )
    model, rng = model_of(both, (4, 3), seed)
    assert_same_model(model, drawn(model, rng), rng)


@lowered_here
@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "bfloat16"])
@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("kind", sorted(LOWERED[keras.backend.backend()]))
def test_half_precision(kind, use_bias, dtype):
    """bfloat16 has 8 bits of fraction, and a state goes through several steps."""
    layer = getattr(keras.layers, kind)(
        4,
        return_sequences=True,
        use_bias=use_bias,
        recurrent_initializer="zeros",  # PyTorch makes no orthogonal matrix of 16 bits.
        dtype=dtype,
    )
    model, rng = model_of(layer, (5, 3), 1)
    xs = drawn(model, rng)
    if keras.backend.backend() == "jax" and not use_bias:
        # Keras 3.15 adds zeros of float32 there, and fails.
        lower(model)
        assert model(xs).dtype == "bfloat16"
        return
    assert_same_model(model, xs, rng, tolerance=3e-2)
    assert lowered_in(model) == {kind}
    assert layer.compute_dtype == "bfloat16"


@lowered_here
@settings(max_examples=EXAMPLES)
@given(recurrent(), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 99))
def test_steps_that_are_masked_out(made, with_states, zeros, both, seed):
    """They do not change the state, wherever they lie, and one sequence may have nothing else."""
    kind, said = made
    said |= {
        "unroll": False,  # Keras 3.15 cannot turn a mask round there.
        "go_backwards": said["go_backwards"] and not both,
        "return_state": said["return_state"] and not both,
    }
    layer = getattr(keras.layers, kind)(**said, zero_output_for_mask=zeros)
    count = KINDS[kind] * (with_states and not both)
    sequence = keras.Input((6, 2))
    states = [keras.Input((said["units"],)) for _ in range(count)]
    if both:
        layer = keras.layers.Bidirectional(layer)
    output = layer(keras.layers.Masking()(sequence), initial_state=states or None)
    model, rng = with_weights(keras.Model([sequence, *states], output), seed)
    xs = drawn(model, rng)
    xs[0][rng.random((5, 6)) < rng.random((5, 1))] = 0
    xs[0][3, 2:] = 0
    xs[0][4] = 0
    assert_same_model(model, xs, rng)


@lowered_here
@pytest.mark.parametrize("kind", sorted(LOWERED[keras.backend.backend()]))
def test_a_state_that_is_kept_from_batch_to_batch(kind):
    sequence = keras.Input(batch_shape=(2, 3, 2))
    layer = getattr(keras.layers, kind)(4, stateful=True)
    model, rng = with_weights(keras.Model(sequence, layer(sequence)), 0)
    batches = [drawn(model, rng, 2)[0] for _ in range(3)]

    def outputs():
        layer.reset_state()
        return [keras.ops.convert_to_numpy(model(batch, training=True)) for batch in batches]

    plain = outputs()
    lower(model)
    assert lowered_in(model) == {kind}
    np.testing.assert_allclose(outputs(), plain, atol=1e-6)
    assert not np.allclose(plain[0], plain[1])


@lowered_here
@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("kind", sorted(LOWERED[keras.backend.backend()]))
def test_the_gradient_of_a_state_that_is_kept(kind, masked, backend):
    """On PyTorch the state is overwritten between the way forward and the way back. (There Keras
    3.15 fails for `LSTM` and `GRU` without a mask: hence the comparison with no state at all.)"""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 2)).astype("float32")
    mask = np.array([[True, True, True], [True, False, True]]) if masked else None
    found = []
    for stateful in (True, False):
        layer = getattr(keras.layers, kind)(4, stateful=stateful)
        sequence = keras.Input(batch_shape=(2, 3, 2))
        model, _ = with_weights(keras.Model(sequence, layer(sequence)), 0)
        layer.set_weights(model.at_first[:3])
        lower(model)

        def loss(tensors, layer=layer):
            layer.reset_state()
            return keras.ops.sum(layer(tensors[0], mask=mask, training=True))

        of_input, of_weights = gradients(
            loss, [keras.ops.convert_to_tensor(x)], layer.trainable_variables
        )
        found.append([*of_input, *of_weights])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


@lowered_here
@pytest.mark.parametrize("kind", sorted(LOWERED[keras.backend.backend()]))
def test_dropout_at_the_input_is_keras_own(kind):
    """The same of it is dropped in each step."""
    layer = getattr(keras.layers, kind)(4, dropout=0.5, return_sequences=True)
    model, rng = model_of(layer, (3, 6), 0)
    x = drawn(model, rng)
    state = layer.cell.seed_generator.state
    before = np.array(keras.ops.convert_to_numpy(state))

    def outputs():
        keras.utils.set_random_seed(1)  # On PyTorch it is the only one that counts.
        state.assign(before)
        return keras.ops.convert_to_numpy(model(x, training=True))

    plain = outputs()
    lower(model)
    np.testing.assert_allclose(outputs(), plain, atol=1e-6)
    assert not np.allclose(plain, keras.ops.convert_to_numpy(model(x, training=False)))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_prediction(kind, backend):
    """Where no gradient is asked for there may be another kernel."""
    model, rng = model_of(getattr(keras.layers, kind)(16, return_sequences=True), (20, 8), 0)
    x = drawn(model, rng, 32)
    plain = model.predict(x, verbose=0)
    lower(model)
    model.predict_function = None
    assert lowered_in(model) == {kind} & LOWERED[backend]
    np.testing.assert_allclose(model.predict(x, verbose=0), plain, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("LSTM", {"activation": "relu"}),
        ("LSTM", {"recurrent_activation": "hard_sigmoid"}),
        ("SimpleRNN", {"activation": None}),
    ],
)
def test_other_activations_remain_keras_own(kind, said):
    model, _ = model_of(getattr(keras.layers, kind)(2, **said), (3, 2), 0)
    lower(model)
    assert lowered_in(model) == set()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_dropout_of_the_state_remains_keras_own(kind):
    model, _ = model_of(getattr(keras.layers, kind)(2, recurrent_dropout=0.1), (3, 2), 0)
    lower(model)
    assert lowered_in(model) == set()


def test_a_model_of_them_is_saved_as_keras_own(tmp_path, backend):
    layers = [
        keras.layers.Bidirectional(keras.layers.LSTM(3, return_sequences=True)),
        keras.layers.GRU(2, return_sequences=True),
        keras.layers.SimpleRNN(2),
    ]
    model, rng = with_weights(keras.Sequential([keras.Input((4, 2)), *layers]), 0)
    written = model.to_json()
    lower(model)
    assert lowered_in(model) == LOWERED[backend]
    assert model.to_json() == written
    model.save(tmp_path / "lowered.keras")
    opened = keras.saving.load_model(tmp_path / "lowered.keras")
    assert lowered_in(opened) == set()
    x = drawn(model, rng)[0]
    one, other = (keras.ops.convert_to_numpy(each(x)) for each in (opened, model))
    np.testing.assert_allclose(one, other, atol=1e-6)
