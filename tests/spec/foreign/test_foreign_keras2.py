"""Keras 2 and tf.keras."""

import pytest
from foreign_files import functional, layer, node, only_layer, read, read_file, sequential

from kspec.errors import SpecError

INPUT = node("InputLayer", "x", [], batch_input_shape=[None, 4, 4])


def scaling(scale, mode, distribution):
    config = {"scale": scale, "mode": mode, "distribution": distribution, "seed": None}
    return {"class_name": "VarianceScaling", "config": config}


def test_a_graph_with_functions_a_shared_layer_and_a_nested_model():
    foreign = read_file("keras2-functional")
    assert foreign.dialect == "keras2"
    assert foreign.keras_version == "2.4.0"
    assert foreign.inputs["input"].shape == (None, None, 3)
    assert foreign.layers == [
        {"type": "ops.divide", "name": "tf_math_truediv", "inputs": ["input", 127.5]},
        {"type": "ops.subtract", "name": "tf_math_subtract", "inputs": ["tf_math_truediv", 1.0]},
        {
            "type": "Conv2D",
            "name": "block1_conv",
            "filters": 8,
            "kernel_size": 3,
            "padding": "same",
            "kernel_initializer": "he_normal",
            "kernel_regularizer": {"type": "L2", "l2": 0.0001},
        },
        {"type": "BatchNormalization", "name": "bn", "axis": 3},
        {"type": "LeakyReLU", "name": "leaky", "negative_slope": 0.1},
        {"type": "DepthwiseConv2D", "name": "dw", "kernel_size": 3, "padding": "same"},
        {
            "type": "Conv2D",
            "name": "shared",
            "filters": 8,
            "kernel_size": 1,
            "padding": "same",
        },
        {"type": "Shared", "name": "shared_1", "layer": "shared", "inputs": "leaky"},
        {"type": "ops.add", "name": "tf___operators___add", "inputs": ["shared", "shared_1"]},
        {"type": "ops.get_item", "name": "tf___operators___getitem", "key": "..., :4"},
        {
            "type": "Model",
            "name": "head",
            "layers": [
                {"type": "GlobalAveragePooling2D", "name": "gap"},
                {
                    "type": "Dense",
                    "name": "scores",
                    "units": 2,
                    "activation": "softmax",
                    "kernel_initializer": {
                        "type": "VarianceScaling",
                        "scale": 3.0,
                        "mode": "fan_out",
                        "distribution": "uniform",
                    },
                },
            ],
        },
    ]
    assert foreign.outputs == ["head"]
    (note,) = foreign.notes
    assert "training=False" in note.message


def test_a_source_remembers_the_name_in_the_file():
    (source,) = [s for s in read_file("keras2-functional").sources if "block1" in s.name]
    assert (source.path, source.name) == (("block1_conv",), "block1/conv")
    assert source.config["filters"] == 8


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (scaling(1.0, "fan_avg", "uniform"), None),
        (scaling(1, "fan_avg", "normal"), "glorot_normal"),
        (scaling(2.0, "fan_in", "uniform"), "he_uniform"),
        (scaling(2.0, "fan_in", "normal"), "he_normal"),
        (scaling(2.0, "fan_in", "truncated_normal"), "he_normal"),
        (scaling(1.0, "fan_in", "uniform"), "lecun_uniform"),
        (scaling(1.0, "fan_in", "normal"), "lecun_normal"),
        (scaling(1.0, "fan_in", "untruncated_normal"),
         {"type": "VarianceScaling", "distribution": "untruncated_normal"}),
        ({"class_name": "GlorotUniform", "config": {"dtype": "float32"}}, None),
        ({"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 0.01}},
         {"type": "RandomNormal", "stddev": 0.01}),
        ({"class_name": "HeNormalV2", "config": {"seed": 3}}, {"type": "HeNormal", "seed": 3}),
        ("uniform", "random_uniform"),
    ],
)  # fmt: skip
def test_initializers(old, new):
    assert only_layer("Dense", units=2, kernel_initializer=old).get("kernel_initializer") == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (layer("BatchNormalizationV2", axis=[3], fused=True), {"axis": 3}),
        (layer("BatchNormalization", epsilon=0.0010000000474974513), {}),
        (layer("SyncBatchNormalization"), {}),
        (layer("BatchNormalization", synchronized=True), {}),
        (layer("CuDNNLSTM", units=2), {"units": 2}),
        (layer("CuDNNGRU", units=2), {"units": 2}),
        (layer("GRU", units=2, recurrent_activation="sigmoid"), {"units": 2, "reset_after": False}),
        (layer("GRU", units=2, recurrent_activation="sigmoid", reset_after=True, time_major=False,
               implementation=2), {"units": 2}),
        (layer("LeakyReLU", alpha={"type": "ndarray", "value": 0.30000001192092896}), {}),
        (layer("ReLU", max_value={"type": "ndarray", "value": 6}), {"max_value": 6}),
        (layer("Dense", units=2.0, activation="linear", dtype={
            "class_name": "Policy", "config": {"name": "mixed_float16"}}),
         {"units": 2, "dtype": "mixed_float16"}),
        (layer("Dense", units=2, trainable=False), {"units": 2, "trainable": False}),
        (layer("Dropout", rate=0.5, trainable=False, noise_shape=None, seed=None), {"rate": 0.5}),
        (layer("UpSampling2D", size=[2, 2], interpolation="bilinear"),
         {"interpolation": "bilinear"}),
        (layer("Conv2DTranspose", filters=2, kernel_size=[4, 4], strides=[2, 2], groups=1,
               output_padding=None), {"filters": 2, "kernel_size": 4, "strides": 2}),
        (layer("SeparableConv2D", filters=2, kernel_size=[3, 3], groups=1,
               kernel_initializer="glorot_uniform"), {"filters": 2, "kernel_size": 3}),
        (layer("AveragePooling2D", pool_size=[3, 3], strides=[3, 3]), {"pool_size": 3}),
        (layer("MaxPooling2D", pool_size=[3, 3], strides=[2, 2]), {"pool_size": 3, "strides": 2}),
        (layer("Activation", activation="swish"), {"activation": "silu"}),
        (layer("Dense", units=1, kernel_regularizer={"class_name": "L1L2", "config": {
            "l1": 0.0, "l2": 0.009999999776482582}}), {"units": 1, "kernel_regularizer": "l2"}),
        (layer("CategoryEncoding", max_tokens=4, output_mode="binary"),
         {"num_tokens": 4}),
    ],
    ids=lambda value: value.get("class_name", ""),
)  # fmt: skip
def test_one_layer(old, new):
    found = only_layer(old["class_name"], **old["config"])
    assert {key: value for key, value in found.items() if key != "type"} == new


def test_cudnn_layers_had_another_activation():
    assert only_layer("LSTM", units=2)["recurrent_activation"] == "hard_sigmoid"
    assert "recurrent_activation" not in only_layer("CuDNNLSTM", units=2)


@pytest.mark.parametrize(
    ("kind", "said"),
    [("SyncBatchNormalization", {}), ("BatchNormalization", {"synchronized": True})],
)
def test_statistics_of_several_devices_are_left_out_with_a_note(kind, said):
    foreign = read(sequential(layer(kind, **said, batch_input_shape=[None, 3])))
    assert any("shares its statistics among devices" in note.message for note in foreign.notes)


def test_a_stateful_layer_becomes_a_plain_one_with_a_note():
    first = layer("LSTM", units=2, stateful=True, batch_input_shape=[1, 5, 3], name="memory")
    foreign = read(sequential(first, keras_version="2.1.0"))
    assert "stateful" not in foreign.layers[0]
    assert any('"memory" is stateful' in note.message for note in foreign.notes)


def test_initial_states_are_named():
    model = functional(
        INPUT,
        node("LSTM", "a", [[["x", 0, 0, {}]]], units=4, return_state=True,
             recurrent_activation="sigmoid"),
        node("LSTM", "y", [[["x", 0, 0, {}], ["a", 0, 1, {}], ["a", 0, 2, {}]]], units=4,
             recurrent_activation="sigmoid"),
    )  # fmt: skip
    assert read(model).layers[-1]["inputs"] == {
        "sequences": "input",
        "initial_state": ["a[1]", "a[2]"],
    }


def test_tensors_among_the_keywords():
    model = functional(
        INPUT,
        node("Dense", "a", [[["x", 0, 0, {}]]], units=4),
        node("MultiHeadAttention", "y", [["x", 0, 0, {"value": ["a", 0, 0]}]], num_heads=1,
             key_dim=2, query_shape=[None, 4, 4]),
    )  # fmt: skip
    assert read(model).layers[-1]["inputs"] == ["input", "a"]


@pytest.mark.parametrize("counted", [0, 1])
def test_calls_of_a_nested_model_are_counted_from_0_or_1(counted):
    inner = sequential(layer("Dense", units=4, name="d", batch_input_shape=[None, 4, 4]))
    nested = {**inner, "name": "m", "inbound_nodes": [[["x", 0, 0, {}]], [["a", 0, 0, {}]]]}
    model = functional(
        INPUT,
        node("Activation", "a", [[["x", 0, 0, {}]]], activation="tanh"),
        nested,
        node("Add", "y", [[["m", counted, 0, {}], ["m", counted + 1, 0, {}]]]),
    )
    layers = [(each["type"], each.get("inputs")) for each in read(model).layers]
    assert layers == [
        ("Activation", None),
        ("Model", None),
        ("Shared", "input"),
        # The first call is the one that stands further down.
        ("Add", ["m_1", "m"]),
    ]


def test_frozen_models_freeze_what_is_in_them():
    inner = {"name": "m", "trainable": False, "layers": [
        layer("Dense", units=4, name="d", batch_input_shape=[None, 4, 4]),
        layer("Dropout", rate=0.5, name="drop")]}  # fmt: skip
    model = sequential({"class_name": "Sequential", "config": inner})
    assert read(model).layers[0]["layers"] == [
        {"type": "Dense", "name": "d", "units": 4, "trainable": False},
        {"type": "Dropout", "name": "drop", "rate": 0.5},
    ]


@pytest.mark.parametrize(
    ("function", "keywords", "new"),
    [
        ("math.reduce_mean", {"axis": [1, 2], "keepdims": True},
         {"type": "ops.mean", "axis": [1, 2], "keepdims": True}),
        ("nn.relu6", {}, {"type": "ops.relu6"}),
        ("expand_dims", {"axis": -1}, {"type": "ops.expand_dims", "axis": -1}),
        ("cast", {"dtype": "float16"}, {"type": "ops.cast", "dtype": "float16"}),
        ("clip_by_value", {"clip_value_min": 0, "clip_value_max": 6},
         {"type": "ops.clip", "x_min": 0, "x_max": 6}),
        ("reshape", {"shape": [-1, 16]}, {"type": "ops.reshape", "newshape": [-1, 16]}),
        ("math.multiply", {"y": 0.5}, {"type": "ops.multiply", "inputs": ["input", 0.5]}),
        ("__operators__.add", {"y": ["x", 0, 0]},
         {"type": "ops.add", "inputs": ["input", "input"]}),
    ],
)  # fmt: skip
def test_functions_of_tensorflow(function, keywords, new):
    entry = ["x", 0, 0, {**keywords, "name": None}]
    model = functional(INPUT, node("TFOpLambda", "y", [entry], function=function))
    (found,) = read(model).layers
    assert found == {**new, "name": "y"}


def test_a_constant_before_the_tensor():
    entry = ["_CONSTANT_VALUE", -1, 1.0, {"y": ["x", 0, 0], "name": None}]
    model = functional(INPUT, node("TFOpLambda", "y", [entry], function="math.subtract"))
    assert read(model).layers[0]["inputs"] == [1.0, "input"]


def test_operations_of_tensorflow_2_1():
    config = {"node_def": {"op": "AddV2"}, "constants": {"1": 3.0}}
    model = functional(INPUT, node("TensorFlowOpLayer", "y", [[["x", 0, 0, {}]]], **config))
    assert read(model).layers == [{"type": "ops.add", "name": "y", "inputs": ["input", 3.0]}]


@pytest.mark.parametrize(
    ("function", "keywords", "reason"),
    [
        ("compat.v1.shape", {}, "it is tf.compat.v1.shape, which keras.ops does not have"),
        ("linalg.matmul", {"b": ["x", 0, 0], "transpose_b": True}, '"transpose_b"'),
    ],
)
def test_functions_that_keras_does_not_have_are_refused(function, keywords, reason):
    model = functional(INPUT, node("TFOpLambda", "y", [["x", 0, 0, keywords]], function=function))
    with pytest.raises(SpecError, match="TFOpLambda") as caught:
        read(model)
    assert reason in str(caught.value)


def test_training_for_ever_is_refused():
    model = functional(INPUT, node("Dropout", "y", [[["x", 0, 0, {"training": True}]]], rate=0.5))
    with pytest.raises(SpecError, match=r'"y" \(Dropout\) is called with training=True'):
        read(model)
