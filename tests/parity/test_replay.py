"""One call made again: its gradients are right, and nothing of it stays."""

import keras
import numpy as np
import pytest

from kspec.parity.calls import looked_at
from kspec.parity.gradients import gradients
from kspec.parity.replay import Replay
from kspec.parity.supply import Supply

SUPPLY = Supply(0, {}, "supplied")


def replay_of(layer, x, **kwargs):
    """The replay of a call of `layer`, and what the call gave."""
    made = []

    def look(call, run, args, kwargs):
        made.append(Replay(call, run, args, kwargs, SUPPLY))
        return run(*args, **kwargs)

    with looked_at(look, {}):
        result = layer(x, **kwargs)
    (replay,) = made
    return replay, np.asarray(keras.ops.convert_to_numpy(result))


def test_gradients_of_a_function():
    weight = keras.Variable(np.array([3.0], "float32"))

    def function(tensors):
        return keras.ops.sum(tensors[0] ** 2 * weight)

    (by_tensor,), (by_weight,) = gradients(
        function, [keras.ops.convert_to_tensor(np.array([1.0, 2.0], "float32"))], [weight]
    )
    assert by_tensor.tolist() == [6, 12]
    assert by_weight.tolist() == [5]


def test_what_a_function_does_not_depend_on_has_the_gradient_zero():
    weight = keras.Variable(np.array([3.0], "float32"))
    tensors = [keras.ops.convert_to_tensor(np.ones(2, "float32")) for _ in range(2)]
    (first, second), (by_weight,) = gradients(
        lambda tensors: keras.ops.sum(tensors[0]), tensors, [weight]
    )
    assert (first.tolist(), second.tolist(), by_weight.tolist()) == ([1, 1], [0, 0], [0])


def test_a_dense_layer_on_other_inputs():
    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    kernel = np.arange(6, dtype="float32").reshape(3, 2)
    layer.set_weights([kernel, np.ones(2, "float32")])
    replay, _ = replay_of(layer, np.zeros((1, 3), "float32"))
    x = np.array([[1.0, 2.0, 3.0]], "float32")
    outputs, state = replay.outputs([x], [None])
    assert outputs["output"] == pytest.approx(x @ kernel + 1)
    assert state == {}
    found = replay.gradients([x], [None], outputs, seed=0)
    assert sorted(found) == ["0 kernel", "1 bias", "input"]
    # The gradient of the bias is the factor of each output.
    factors = found["1 bias"]
    assert found["0 kernel"] == pytest.approx(np.outer(x, factors))
    assert found["input"] == pytest.approx((kernel @ factors)[None])


def test_moving_averages_are_told_and_put_back():
    layer = keras.layers.BatchNormalization(momentum=0.5)
    layer.build((None, 2))
    x = np.array([[0.0, 0.0], [2.0, 4.0]], "float32")
    replay, _ = replay_of(layer, x, training=False)
    again, _ = replay_of(layer, x, training=True)
    before = [np.array(weight) for weight in layer.get_weights()]
    _, unchanged = replay.outputs([x], [None])
    _, changed = again.outputs([x], [None])
    assert unchanged["0 moving_mean"].tolist() == before[2].tolist()
    assert changed["0 moving_mean"] == pytest.approx((before[2] + [1, 2]) / 2)
    again.gradients([x], [None], {"output": x}, seed=0)
    for weight, value in zip(layer.get_weights(), before, strict=True):
        assert np.array_equal(weight, value)


def test_masks_are_fed_too():
    layer = keras.layers.LSTM(2)
    x = np.arange(12, dtype="float32").reshape(2, 3, 2) / 12
    replay, plain = replay_of(layer, keras.ops.convert_to_tensor(x))
    mask = np.array([[True, True, False], [True, True, True]])
    outputs, _ = replay.outputs([x], [mask])
    assert outputs["output"][1] == pytest.approx(plain[1], abs=1e-6)
    shorter, _ = replay.outputs([x[:, :2]], [None])
    assert outputs["output"][0] == pytest.approx(shorter["output"][0], abs=1e-6)


def test_whole_numbers_have_no_gradient():
    layer = keras.layers.Embedding(5, 2)
    replay, given = replay_of(layer, np.array([[1, 3]], "int32"))
    outputs, _ = replay.outputs([np.array([[1, 1]], "int32")], [None])
    found = replay.gradients([np.array([[1, 1]], "int32")], [None], outputs, seed=0)
    assert list(found) == ["0 embeddings"]
    rows = np.abs(found["0 embeddings"]).sum(axis=1)
    assert (rows > 0).tolist() == [False, True, False, False, False]
    assert given.shape == outputs["output"].shape
