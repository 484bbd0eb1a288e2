"""Graphs as Keras models."""

import keras
import numpy as np
import pytest
from net_spec import LEFT_AND_RIGHT, net

import kspec
from kspec.errors import BuildError
from kspec.model.build import build
from kspec.model.table import tabulate, tabulate_spec


def run(model, *arrays):
    inputs = [keras.ops.convert_to_tensor(array.astype("float32")) for array in arrays]
    outputs = model(inputs if len(inputs) > 1 else inputs[0])
    return [keras.ops.convert_to_numpy(output) for output in keras.tree.flatten(outputs)]


X = np.linspace(-1, 1, 8).reshape(2, 4)
Y = np.linspace(2, 3, 8).reshape(2, 4)


def test_a_residual_sum():
    model = build(net({"type": "ReLU"}, {"type": "Add", "inputs": ["#-1", "input"]}))
    np.testing.assert_allclose(run(model, X)[0], np.maximum(X, 0) + X, rtol=1e-6)


def test_several_inputs_in_their_order_and_several_outputs():
    layers = [
        {"type": "Subtract", "inputs": ["left", "right"], "name": "difference"},
        {"type": "ReLU"},
    ]
    model = build(net(*layers, **LEFT_AND_RIGHT, outputs=["difference", "#-1"]))
    difference, positive = run(model, X, Y)
    np.testing.assert_allclose(difference, X - Y, rtol=1e-6)
    np.testing.assert_allclose(positive, np.zeros_like(X), atol=0)


def test_a_shared_layer_has_one_set_of_weights():
    model = build(
        net(
            {"type": "Dense", "units": 3, "inputs": "left", "name": "d"},
            {"type": "Shared", "layer": "d", "inputs": "right"},
            {"type": "Subtract", "inputs": ["d", "#-1"]},
            **LEFT_AND_RIGHT,
        )
    )
    assert model.count_params() == 4 * 3 + 3
    np.testing.assert_allclose(run(model, X, X)[0], np.zeros((2, 3)), atol=1e-6)
    assert np.abs(run(model, X, Y)[0]).max() > 0.1


def test_a_nested_model_is_one_row_and_can_be_shared():
    tower = {
        "type": "Model",
        "name": "tower",
        "inputs": "left",
        "layers": [
            {"type": "Dense", "units": 4},
            {"type": "Add", "inputs": ["#-1", "input"]},
        ],
    }
    again = {"type": "Shared", "layer": "tower", "inputs": "right"}
    network = net(tower, again, {"type": "Subtract", "inputs": ["tower", "#-1"]}, **LEFT_AND_RIGHT)
    model = build(network)
    rows = tabulate(model).rows
    assert [(row.type, row.output_shape, row.params) for row in rows] == [
        ("Functional", (4,), 20),
        ("Subtract", (4,), 0),
    ]
    assert tabulate_spec(network) == tabulate(model)
    np.testing.assert_allclose(run(model, X, X)[0], np.zeros((2, 4)), atol=1e-6)


def test_a_nested_model_of_several_inputs_and_outputs():
    inner = [
        {"type": "Subtract", "inputs": ["b", "a"], "name": "difference"},
        {"type": "ReLU", "inputs": "a"},
    ]
    pair = {
        "type": "Model",
        "inputs": {"a": "left", "b": "right"},
        "layers": inner,
        "outputs": ["difference", "#-1"],
    }
    model = build(net(pair, {"type": "Add", "inputs": ["#-1[0]", "#-1[1]"]}, **LEFT_AND_RIGHT))
    np.testing.assert_allclose(run(model, X, Y)[0], Y - X + np.maximum(X, 0), rtol=1e-5)


def test_a_frozen_nested_model_has_nothing_to_train():
    model = build(
        net({"type": "Model", "trainable": False, "layers": [{"type": "Dense", "units": 2}]})
    )
    assert model.trainable_weights == [] and len(model.weights) == 2


def test_tensors_by_keyword_and_one_by_one():
    sequence = {"input": {"shape": [5, 4]}}
    attention = {"type": "MultiHeadAttention", "num_heads": 1, "key_dim": 2, "name": "a"}
    by_keyword = build(
        net({**attention, "inputs": {"value": "input", "query": "input"}}, **sequence)
    )
    one_by_one = build(net({**attention, "inputs": ["input", "input"]}, **sequence))
    x = np.linspace(-1, 1, 20).reshape(1, 5, 4)
    np.testing.assert_allclose(run(by_keyword, x)[0], run(one_by_one, x)[0], rtol=1e-5)
    causal = build(
        net(
            {**attention, "inputs": {"query": "input", "value": "input", "use_causal_mask": True}},
            **sequence,
        )
    )
    assert np.abs(run(causal, x)[0] - run(one_by_one, x)[0]).max() > 1e-6


def test_one_of_several_outputs():
    lstm = {"type": "LSTM", "units": 3, "return_state": True, "return_sequences": True, "name": "l"}
    model = build(
        net(
            lstm,
            {
                "type": "LSTM",
                "units": 3,
                "inputs": {"sequences": "l[0]", "initial_state": ["l[1]", "l[2]"]},
            },
            input={"shape": [5, 4]},
        )
    )
    assert tabulate(model).rows[0].output_shape == ((5, 3), (3,), (3,))
    assert model.output_shape == (None, 3)


def test_operations_of_keras():
    model = build(
        net(
            {"type": "ops.multiply", "inputs": ["input", 0.5]},
            {"type": "ops.concatenate", "inputs": ["#-1", "input"], "axis": -1},
            {"type": "ops.mean", "axis": 1, "keepdims": True},
            {"type": "ops.subtract", "inputs": [1, "#-1"], "name": "rest"},
        )
    )
    expected = 1 - np.concatenate([X / 2, X], axis=1).mean(axis=1, keepdims=True)
    np.testing.assert_allclose(run(model, X)[0], expected, rtol=1e-5)
    assert [row.name for row in tabulate(model).rows] == ["multiply", "concatenate", "mean", "rest"]


def test_a_model_with_operations_can_be_saved_and_read(tmp_path):
    model = build(
        net({"type": "Dense", "units": 2}, {"type": "ops.multiply", "inputs": ["#-1", 2]})
    )
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(run(again, X)[0], run(model, X)[0], rtol=1e-6)


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        (
            [
                {"type": "LSTM", "units": 3, "return_state": True},
                {"type": "Dense", "units": 2},
            ],
            'layers[0] LSTM gives 3 outputs; say which: "#-1[0]" to "#-1[2]"',
        ),
        (
            [
                {"type": "LSTM", "units": 3, "return_state": True},
                {"type": "Dense", "units": 2, "inputs": "#-1[3]"},
            ],
            "layers[0] LSTM gives 3 outputs, counted from 0",
        ),
        (
            [
                {"type": "LSTM", "units": 3},
                {"type": "Add", "inputs": ["#-1", "input"]},
            ],
            "layers[1] Add cannot take the shapes (3,), (5, 4)",
        ),
        (
            [{"type": "Model", "layers": [{"type": "Conv2D", "filters": 2, "kernel_size": 3}]}],
            "layers[0].layers[0] Conv2D cannot take the shape (5, 4)",
        ),
    ],
)
def test_what_does_not_fit_is_named(layers, says):
    with pytest.raises(BuildError) as caught:
        build(net(*layers, input={"shape": [5, 4]}))
    assert says in str(caught.value)


@pytest.mark.parametrize("initializer", ["Dirac", "Orthogonal"])
def test_what_is_for_matrices_is_refused_at_its_layer(initializer):
    layer = {"type": "Dense", "units": 2, "bias_initializer": initializer}
    with pytest.raises(BuildError, match=r"layers\[0\] Dense cannot take the shape \(5, 4\)"):
        build(net(layer, input={"shape": [5, 4]}))


def test_weights_do_not_depend_on_the_layers_around(write_spec):
    alone = kspec.load(write_spec())
    model = build(alone)
    branch = {"type": "Dense", "units": 3, "name": "side", "inputs": "#-2"}
    layers = [*alone.resolved()["layers"], branch]
    more = build(kspec.load(write_spec(layers=layers, outputs=["#-2", "side"])))
    for before, after in zip(model.weights, more.weights, strict=False):
        np.testing.assert_array_equal(
            keras.ops.convert_to_numpy(before), keras.ops.convert_to_numpy(after)
        )


def test_weights_that_no_memory_holds_are_refused_before_they_are_allocated():
    huge = net({"type": "Dense", "units": 10**12})
    with pytest.raises(BuildError, match=r"layers\[0\] Dense: the weights .* take 1[0-9.]+ TB"):
        build(huge)
    assert tabulate_spec(huge).total_params == 5 * 10**12


TWO_HEADS = {
    "type": "Model",
    "layers": [
        {"type": "Dense", "units": 3, "name": "narrow"},
        {"type": "Dense", "units": 5, "name": "wide", "inputs": "input"},
    ],
    "outputs": ["narrow", "wide"],
}


def test_a_model_of_several_outputs_called_again_shares_its_weights(write_spec):
    path = write_spec(
        input={"shape": [4]},
        layers=[
            {**TWO_HEADS, "name": "heads"},
            {"type": "ReLU", "inputs": "input", "name": "positive"},
            {"type": "Shared", "layer": "heads", "inputs": "positive", "name": "again"},
            {"type": "Subtract", "inputs": ["heads[0]", "again[0]"]},
            {"type": "Concatenate", "inputs": ["#-1", "heads[1]", "again[1]"]},
            {"type": "Dense", "units": 10, "activation": "softmax"},
        ],
    )
    model = build(kspec.load(path))
    assert len(model.weights) == 4 + 2
    narrow = keras.Model(model.input, model.get_layer("subtract").output)
    kernel = next(weight for weight in model.weights if "narrow/kernel" in weight.path)
    kernel = keras.ops.convert_to_numpy(kernel)
    np.testing.assert_allclose(run(narrow, X)[0], (X - np.maximum(X, 0)) @ kernel, rtol=1e-5)


def test_a_model_gives_all_that_the_last_of_its_layers_gives(write_spec):
    inner = {"type": "Model", "layers": [TWO_HEADS], "outputs": "#-1", "name": "inner"}
    path = write_spec(
        input={"shape": [4]},
        layers=[inner, {"type": "Concatenate", "inputs": ["inner[1]", "inner[0]"]}],
    )
    assert build(kspec.load(path)).output_shape == (None, 8)
