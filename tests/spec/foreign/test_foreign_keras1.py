"""Keras 0.3 and 1: another name for almost everything."""

import pytest
from foreign_files import functional, layer, node, only_layer, read, read_file, sequential

from kspec.errors import SpecError
from kspec.spec.foreign import ForeignInput


def test_a_convolutional_network():
    foreign = read_file("keras1-sequential")
    assert foreign.dialect == "keras1"
    assert foreign.inputs == {
        "input": ForeignInput((3, 32, 32), "float32", "convolution2d_1_input")
    }
    first = {"data_format": "channels_first"}
    assert foreign.layers == [
        {
            "type": "Conv2D",
            "name": "convolution2d_1",
            "filters": 16,
            "kernel_size": [5, 3],
            "strides": 2,
            "padding": "same",
            "activation": "relu",
            **first,
            "kernel_initializer": "he_normal",
            "kernel_regularizer": {"type": "L2", "l2": 0.0005},
        },
        {"type": "BatchNormalization", "name": "batchnormalization_1", "axis": 1},
        {
            "type": "Conv2D",
            "name": "atrous_1",
            "filters": 8,
            "kernel_size": 3,
            "dilation_rate": 2,
            **first,
        },
        {"type": "MaxPooling2D", "name": "maxpooling2d_1", **first},
        {
            "type": "ZeroPadding2D",
            "name": "zeropadding2d_1",
            "padding": [[1, 1], [2, 2]],
            **first,
        },
        {"type": "SpatialDropout2D", "name": "spatial_1", "rate": 0.25, **first},
        {"type": "Flatten", "name": "flatten_1"},
        {
            "type": "Dense",
            "name": "dense_1",
            "units": 10,
            "activation": "softmax",
            "use_bias": False,
            "kernel_initializer": "random_uniform",
            "kernel_constraint": {"type": "MaxNorm", "max_value": 3},
        },
    ]


def test_a_network_of_two_inputs():
    foreign = read_file("keras1-functional")
    assert foreign.inputs == {
        "words": ForeignInput((20,), "int32", "words"),
        "facts": ForeignInput((4,), "float32", "facts"),
    }
    assert foreign.outputs == ["out"]
    old = {"recurrent_activation": "hard_sigmoid", "dropout": 0.2}
    assert foreign.layers == [
        {
            "type": "Embedding",
            "name": "embedding_1",
            "input_dim": 1000,
            "output_dim": 8,
            "mask_zero": True,
            "inputs": "words",
        },
        {
            "type": "Bidirectional",
            "name": "bidirectional_1",
            "layer": {"type": "LSTM", "units": 6, **old, "return_sequences": True},
        },
        {
            "type": "TimeDistributed",
            "name": "timedistributed_1",
            "layer": {"type": "Dense", "units": 5},
        },
        {"type": "GRU", "name": "gru_1", "units": 3, **old, "reset_after": False},
        {"type": "Concatenate", "name": "merge_1", "inputs": ["gru_1", "facts"]},
        {"type": "Dense", "name": "out", "units": 1, "activation": "sigmoid"},
    ]


def test_the_old_hard_sigmoid_is_told_of():
    foreign = read_file("keras1-functional")
    scaled = {source.path[-1]: source.scaled for source in foreign.sources if source.scaled}
    assert scaled == {
        "bidirectional_1": ("layer.recurrent_activation",),
        "gru_1": ("recurrent_activation",),
    }
    (note,) = foreign.notes
    assert "hard_sigmoid" in note.message
    assert note.level == "note"


def test_a_merge_at_the_front_takes_several_inputs():
    foreign = read_file("keras1-merge")
    assert [(name, each.shape) for name, each in foreign.inputs.items()] == [
        ("dense_1_input", (3,)),
        ("dense_2_input", (5,)),
    ]
    assert [(each["type"], each.get("inputs")) for each in foreign.layers] == [
        ("Dense", "dense_1_input"),
        ("Dense", "dense_2_input"),
        ("Multiply", ["dense_1", "dense_2"]),
        # hard_sigmoid of 1.2 x is what it was of x.
        ("Rescaling", None),
        ("Activation", None),
        ("Dense", None),
    ]
    assert foreign.layers[3]["scale"] == 1.2


def test_keras_0_has_the_class_under_name():
    foreign = read_file("keras0-sequential")
    assert foreign.dialect == "keras1"
    assert foreign.inputs["input"].shape == (30, 6)
    assert foreign.layers == [
        {
            "type": "Conv1D",
            "name": "conv",
            "filters": 4,
            "kernel_size": 3,
            "activation": "relu",
            "kernel_initializer": "random_uniform",
        },
        {"type": "MaxPooling1D", "name": "max_pooling1d"},
        {"type": "Flatten", "name": "flatten"},
        {"type": "Dense", "name": "dense", "units": 2, "activation": "softmax"},
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            layer("Convolution3D", nb_filter=2, kernel_dim1=1, kernel_dim2=2, kernel_dim3=3),
            {"type": "Conv3D", "filters": 2, "kernel_size": [1, 2, 3]},
        ),
        (
            layer("AtrousConvolution1D", nb_filter=2, filter_length=3, atrous_rate=2),
            {"type": "Conv1D", "filters": 2, "kernel_size": 3, "dilation_rate": 2},
        ),
        (
            layer("SeparableConvolution2D", nb_filter=2, nb_row=3, nb_col=3, init="he_uniform"),
            {
                "type": "SeparableConv2D",
                "filters": 2,
                "kernel_size": 3,
                "depthwise_initializer": "he_uniform",
                "pointwise_initializer": "he_uniform",
            },
        ),
        (
            layer("AveragePooling1D", pool_length=3, stride=2),
            {"type": "AveragePooling1D", "pool_size": 3, "strides": 2},
        ),
        (layer("UpSampling1D", length=3), {"type": "UpSampling1D", "size": 3}),
        (layer("GaussianNoise", sigma=0.1), {"type": "GaussianNoise", "stddev": 0.1}),
        (layer("GaussianDropout", p=0.1), {"type": "GaussianDropout", "rate": 0.1}),
        (layer("ThresholdedReLU", theta=0.5), {"type": "ReLU", "threshold": 0.5}),
        (layer("LeakyReLU", alpha=0.2), {"type": "LeakyReLU", "negative_slope": 0.2}),
        (layer("ELU", alpha=0.5), {"type": "ELU", "alpha": 0.5}),
        (layer("PReLU", init="zero"), {"type": "PReLU"}),
        (layer("PReLU", init="one"), {"type": "PReLU", "alpha_initializer": "ones"}),
        (layer("TimeDistributedDense", output_dim=3), {"type": "Dense", "units": 3}),
        (
            layer("ZeroPadding1D", padding={"left_pad": 1, "right_pad": 2}),
            {"type": "ZeroPadding1D", "padding": [1, 2]},
        ),
        (
            layer("ZeroPadding2D", padding={"top_pad": 1, "left_pad": 3}),
            {"type": "ZeroPadding2D", "padding": [[1, 0], [3, 0]]},
        ),
        (
            layer("LSTM", output_dim=2, inner_activation="sigmoid", forget_bias_init="zero"),
            {"type": "LSTM", "units": 2, "unit_forget_bias": False},
        ),
        (
            layer("Embedding", input_dim=9, output_dim=2, W_constraint={"name": "NonNeg"}),
            {
                "type": "Embedding",
                "input_dim": 9,
                "output_dim": 2,
                "embeddings_constraint": "non_neg",
            },
        ),
        (
            layer("Dense", output_dim=2, W_regularizer={"name": "L1L2Regularizer", "l1": 0.0}),
            {"type": "Dense", "units": 2},
        ),
        (
            layer("Dense", output_dim=2, b_regularizer={"name": "L1L2Regularizer", "l1": 0.1}),
            {"type": "Dense", "units": 2, "bias_regularizer": {"type": "L1", "l1": 0.1}},
        ),
    ],
    ids=lambda value: value.get("class_name", ""),
)
def test_one_layer(old, new):
    assert only_layer(old["class_name"], "1.2.0", **old["config"]) == new


@pytest.mark.parametrize(
    ("mode", "new"),
    [
        ("sum", {"type": "Add"}),
        ("mul", {"type": "Multiply"}),
        ("concat", {"type": "Concatenate", "axis": 1}),
        ("ave", {"type": "Average"}),
        ("max", {"type": "Maximum"}),
        ("dot", {"type": "Dot", "axes": [1, 2]}),
        ("cos", {"type": "Dot", "axes": [1, 2], "normalize": True}),
    ],
)
def test_the_modes_of_merge(mode, new):
    model = functional(
        node("InputLayer", "x", [], batch_input_shape=[None, 4, 4]),
        node("Activation", "a", [[["x", 0, 0]]], activation="tanh"),
        node("Merge", "y", [[["a", 0, 0], ["x", 0, 0]]], mode=mode, concat_axis=1,
             dot_axes=[[1], [2]], mode_type="raw"),
        keras_version="1.2.2",
    )  # fmt: skip
    assert read(model).layers[-1] == {**new, "name": "y", "inputs": ["a", "input"]}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (layer("Highway"), 'layer "it" is a Highway, which Keras 3 no longer has'),
        (layer("MaxoutDense"), 'layer "it" is a MaxoutDense, which Keras 3 no longer has'),
        (layer("BatchNormalization", mode=1), '"mode" is 1'),
        (layer("LSTM", output_dim=2, forget_bias_init="normal"), '"forget_bias_init" is "normal"'),
        (layer("Dense", output_dim=2, W_regularizer={"name": "EigenvalueRegularizer", "k": 1}),
         "EigenvalueRegularizer"),
        (layer("Convolution2D", nb_filter=1, nb_row=1, nb_col=1, border_mode="full"), '"full"'),
        (layer("Merge", mode=["code"], mode_type="lambda"), '"mode" holds code'),
    ],
    ids=lambda value: value.get("class_name", "") if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_keras_3_cannot_do_is_refused(bad, reason):
    with pytest.raises(SpecError) as caught:
        only_layer(bad["class_name"], "1.2.0", **bad["config"])
    (problem,) = caught.value.problems
    assert reason in problem.message
    assert '"it"' in problem.message


def test_sizes_from_input_dim():
    assert read(sequential(layer("Dense", output_dim=2, input_dim=7))).inputs["input"].shape == (7,)
    lstm = layer("LSTM", output_dim=2, input_dim=7, input_length=5)
    assert read(sequential(lstm)).inputs["input"].shape == (5, 7)
    embedding = layer("Embedding", input_dim=100, output_dim=2)
    assert read(sequential(embedding)).inputs["input"] == ForeignInput(
        (None,), "int32", "embedding_input"
    )
