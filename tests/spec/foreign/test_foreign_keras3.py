"""Keras 3's own files."""

from foreign_files import read_file


def test_a_residual_network():
    foreign = read_file("keras3-residual")
    assert foreign.dialect == "keras3"
    assert foreign.name == "residual"
    assert foreign.layers == [
        {"type": "Rescaling", "name": "rescaling", "scale": 1 / 255},
        {"type": "RandomFlip", "name": "random_flip", "mode": "horizontal"},
        {
            "type": "Conv2D",
            "name": "conv2d",
            "filters": 8,
            "kernel_size": 3,
            "padding": "same",
            "use_bias": False,
            "kernel_initializer": "he_normal",
            "kernel_regularizer": {"type": "L2", "l2": 0.0001},
        },
        {"type": "BatchNormalization", "name": "batch_normalization"},
        {"type": "ReLU", "name": "re_lu"},
        {
            "type": "Conv2D",
            "name": "conv2d_1",
            "filters": 8,
            "kernel_size": 3,
            "padding": "same",
            "kernel_initializer": {"type": "HeNormal", "seed": 3},
        },
        {"type": "Add", "name": "add", "inputs": ["conv2d_1", "re_lu"]},
        {"type": "GlobalAveragePooling2D", "name": "global_average_pooling2d"},
        {"type": "Dense", "name": "dense", "units": 10, "activation": "softmax"},
    ]


def test_a_sequential():
    foreign = read_file("keras3-sequential")
    assert foreign.inputs["input"].dtype == "int32"
    assert foreign.layers == [
        {
            "type": "Embedding",
            "name": "embedding",
            "input_dim": 100,
            "output_dim": 8,
            "mask_zero": True,
        },
        {
            "type": "Bidirectional",
            "name": "bidirectional",
            "layer": {"type": "LSTM", "units": 4, "return_sequences": True},
        },
        {
            "type": "TimeDistributed",
            "name": "time_distributed",
            "layer": {"type": "Dense", "units": 3},
        },
        {"type": "GRU", "name": "gru", "units": 5, "dropout": 0.1},
        {"type": "Dense", "name": "dense_2", "units": 1, "activation": "sigmoid"},
    ]


def test_cells_wrapped_layers_and_layers_as_activations():
    first, both, _, _, _, last = read_file("keras3-cells").layers
    cells = [{"type": "LSTMCell", "units": 3}, {"type": "GRUCell", "units": 4}]
    assert first["cell"] == {"type": "StackedRNNCells", "cells": cells}
    assert both["backward_layer"] == {
        "type": "GRU",
        "units": 2,
        "activation": "relu",
        "go_backwards": True,
    }
    assert last["activation"] == {"type": "ReLU", "max_value": 3}


def test_shared_layers_a_nested_model_and_operations():
    foreign = read_file("keras3-towers")
    assert foreign.outputs == ["same", "tower"]
    shared = [each for each in foreign.layers if each["type"] == "Shared"]
    assert shared == [
        {"type": "Shared", "name": "embed_1", "layer": "embed", "inputs": "right"},
        {"type": "Shared", "name": "tower_1", "layer": "tower"},
    ]
    # There is an operation and a layer of this name.
    kinds = [each["type"] for each in foreign.layers if "oncat" in each["type"]]
    assert kinds == ["ops.concatenate", "Concatenate"]


def test_attention_and_a_model_of_two_inputs_called_twice():
    foreign = read_file("keras3-attention")
    model, again = foreign.layers
    assert model["inputs"] == {"query": "query", "value": "value"}
    assert again["inputs"] == {"query": "block", "value": "value"}
    own, cross = model["layers"][:2]
    assert own["inputs"] == {"query": "query", "value": "query", "use_causal_mask": True}
    assert cross["inputs"] == ["self", "value", "value"]
    assert foreign.outputs == ["block_1"]


def test_operations():
    foreign = read_file("keras3-ops")
    layers = {each["name"]: each for each in foreign.layers}
    assert layers["get_item"]["key"] == ":, 0"
    assert layers["get_item_1"]["key"] == ":, 1:3, ::2"
    assert layers["get_item"]["inputs"] == "enc[0]"
    assert layers["subtract_1"]["inputs"] == [1, "get_item"]
    assert layers["clip"] == {"type": "ops.clip", "name": "clip", "x_min": 0, "x_max": 6}
    assert layers["softmax_2"] == {"type": "ops.softmax", "name": "softmax_2"}
    assert layers["einsum"]["subscripts"] == "bi,bi->b"
    assert layers["einsum"]["inputs"] == ["clip", "softmax_2"]
    assert layers["where"]["inputs"] == ["greater", "clip", 0.0]
    assert layers["resize"] == {"type": "ops.image.resize", "name": "resize", "size": [4, 4]}
    assert layers["dec"]["inputs"] == {
        "sequences": "enc[0]",
        "initial_state": ["enc[1]", "enc[2]"],
    }
    assert "split[1]" in foreign.outputs
    # Not "input", for a layer stands before it.
    assert layers["inner"]["inputs"] == "input"
    assert "inputs" not in layers["inner"]["layers"][0]


def test_masks_that_keras_finds_again_are_left_out():
    layers = read_file("keras3-masks").layers
    assert [each["type"] for each in layers] == [
        *("Masking", "Bidirectional", "Attention", "Concatenate", "GlobalAveragePooling1D")
    ]
    assert all("mask" not in str(each.get("inputs")) for each in layers)


def test_a_model_that_takes_and_gives_by_name():
    foreign = read_file("keras3-dict")
    (model,) = foreign.layers
    assert model["inputs"] == {"left": "left", "right": "right"}
    # Keras counts the outputs of an object by their keys in order: "a2", "out".
    assert model["outputs"] == ["dense_11", "add_2"]
    assert foreign.outputs == ["functional_6[1]"]
