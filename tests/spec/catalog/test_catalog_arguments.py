import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.spec import catalog
from kspec.spec.catalog import check_object

VALID = [
    ("layers", {"type": "Conv2D", "filters": 64, "kernel_size": 3, "padding": "same"}),
    (
        "layers",
        {
            "type": "Conv2D",
            "filters": 64,
            "kernel_size": [3, 3],
            "padding": "SAME",
            "strides": 2,
            "activation": "relu",
            "kernel_initializer": "he_uniform",
            "kernel_regularizer": {"type": "L2", "l2": 1e-4},
            "bias_initializer": {"type": "Constant", "value": 1},
            "kernel_constraint": {"type": "MaxNorm", "max_value": 3},
            "name": "conv",
            "dtype": "mixed_float16",
            "trainable": False,
        },
    ),
    ("layers", {"type": "Conv1D", "filters": 8, "kernel_size": 3, "padding": "causal"}),
    ("layers", "BatchNormalization"),
    ("layers", {"type": "BatchNormalization", "momentum": 0.9, "epsilon": 1e-5, "name": None}),
    ("layers", {"type": "ReLU", "max_value": 6}),
    ("layers", {"type": "LeakyReLU", "negative_slope": 0.1}),
    ("layers", {"type": "Dropout", "rate": 0, "seed": 3, "noise_shape": [None, 1, 4]}),
    ("layers", {"type": "MaxPooling2D", "pool_size": [2, 2], "strides": None}),
    ("layers", {"type": "MaxPooling1D", "pool_size": [2], "padding": "same"}),
    ("layers", {"type": "Dense", "units": 10, "activation": "softmax", "use_bias": False}),
    ("layers", {"type": "Dense", "units": 1, "activation": {"type": "LeakyReLU"}}),
    ("layers", {"type": "Dense", "units": 1, "activation": None, "kernel_regularizer": "l2"}),
    ("layers", {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 8}}),
    ("layers", {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 8}}),
    ("layers", {"type": "RNN", "cell": [{"type": "GRUCell", "units": 8}]}),
    ("layers", {"type": "StackedRNNCells", "cells": [{"type": "LSTMCell", "units": 8}]}),
    ("layers", {"type": "Pipeline", "layers": [{"type": "RandomFlip", "mode": "horizontal"}]}),
    ("layers", {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 16, "dropout": 0.1}),
    ("layers", {"type": "Embedding", "input_dim": 100, "output_dim": 8, "mask_zero": True}),
    ("layers", {"type": "Reshape", "target_shape": [-1, 3]}),
    ("layers", {"type": "Rescaling", "scale": [0.1, 0.2, 0.3], "offset": -1}),
    ("layers", {"type": "RandomRotation", "factor": 0.0139, "fill_mode": "nearest"}),
    ("layers", {"type": "RandomTranslation", "height_factor": [-0.1, 0.1], "width_factor": 0.1}),
    ("layers", {"type": "RandomBrightness", "factor": [0, 0.2], "value_range": [0, 1]}),
    ("layers", {"type": "RandomBrightnessFactor", "factor": [0.9, 1.2], "name": "bright"}),
    ("layers", {"type": "CategoryEncoding", "num_tokens": 4, "output_mode": "one_hot"}),
    ("layers", {"type": "StringLookup", "vocabulary": ["a", "b"]}),
    ("layers", {"type": "Normalization", "axis": None, "mean": [0.5], "variance": 1}),
    ("layers", {"type": "LSTM", "units": 8, "return_sequences": True, "implementation": 1}),
    ("layers", {"type": "Dense", "units": 3, "inputs": "#-2"}),
    ("layers", {"type": "LSTM", "units": 3, "dtype": "int8_from_mixed_bfloat16"}),
    ("layers", {"type": "ops.mean", "axis": 1}),
    ("layers", {"type": "ops.mean", "axis": [1, 2], "keepdims": True, "inputs": "x", "name": "m"}),
    ("layers", {"type": "ops.multiply", "inputs": ["x", 0.5]}),
    ("layers", {"type": "ops.multiply", "x2": [0.5, 1]}),
    ("layers", {"type": "ops.rearrange", "pattern": "b (h w) c -> b h w c", "h": 3}),
    ("layers", {"type": "ops.nn.relu"}),
    ("layers", {"type": "Shared", "layer": "embed", "inputs": "right", "name": "again"}),
    (
        "layers",
        {
            "type": "Model",
            "name": "tower",
            "inputs": {"a": "x"},
            "layers": [
                {"type": "Dense", "units": 3, "name": "d", "inputs": "a"},
                {"type": "Shared", "layer": "d"},
                {"type": "ops.abs"},
                {"type": "Model", "layers": [{"type": "ReLU", "inputs": "input"}]},
            ],
            "outputs": ["d", "#-1"],
        },
    ),
    (
        "layers",
        {
            "type": "TimeDistributed",
            "layer": {"type": "Model", "layers": [{"type": "Dense", "units": 3}]},
        },
    ),
    ("layers", {"type": "LayerScale", "init_values": 1e-6, "projection_dim": 96}),
    ("layers", {"type": "StochasticDepth", "rate": 0.1}),
    ("applications", {"type": "VGG16", "include_top": False, "input_shape": [224, 224, 3]}),
    ("optimizers", "adam"),
    ("optimizers", {"type": "Adam", "learning_rate": 1, "clipnorm": 1.0, "weight_decay": None}),
    (
        "optimizers",
        {
            "type": "SGD",
            "momentum": 0.9,
            "nesterov": True,
            "learning_rate": {
                "type": "CosineDecay",
                "initial_learning_rate": 0.1,
                "decay_steps": 1e4,
            },
        },
    ),
    ("optimizers", {"type": "LossScaleOptimizer", "inner_optimizer": {"type": "adam"}}),
    ("schedules", {"type": "PiecewiseConstantDecay", "boundaries": [10], "values": [0.1, 0.01]}),
    ("losses", "sparse_categorical_crossentropy"),
    ("losses", {"type": "CategoricalCrossentropy", "label_smoothing": 0.1, "reduction": "sum"}),
    ("losses", {"type": "binary_crossentropy", "from_logits": True}),
    ("metrics", "accuracy"),
    ("metrics", {"type": "SparseTopKCategoricalAccuracy", "k": 5, "name": "top5"}),
    ("metrics", {"type": "AUC", "curve": "PR", "num_thresholds": 100}),
    ("callbacks", {"type": "ReduceLROnPlateau", "factor": 0.5, "patience": 3, "min_lr": 1e-5}),
    ("callbacks", {"type": "LearningRateScheduler", "schedule": "lr * 0.5"}),
    ("callbacks", {"type": "CSVLogger"}),
    ("callbacks", "TerminateOnNaN"),
]


@pytest.mark.parametrize(("kind", "spec"), VALID)
def test_real_life_objects_pass(kind, spec):
    assert check_object(kind, spec) == []


# Each object with the one finding it must have: path, code, a part of the message, on_key.
WRONG = [
    (
        {"type": "Conv2D", "fliters": 3, "kernel_size": 3},
        (("fliters",), "unknown-argument", 'Conv2D has no argument "fliters". Did you mean', True),
    ),
    (
        {"type": "Dense", "units": 3, "xyzzy": 1},
        (("xyzzy",), "unknown-argument", '"xyzzy"; it has "units", "activation"', True),
    ),
    (
        {"type": "Conv2D", "kernel_size": 3},
        ((), "missing-argument", 'Conv2D needs "filters"', False),
    ),
    (
        {"type": "Conv2D"},
        ((), "missing-argument", 'needs "filters" and "kernel_size"', False),
    ),
    (
        {"type": "Conv2D", "filters": "many", "kernel_size": 3},
        (("filters",), "wrong-type", 'Conv2D: "filters" must be an integer, not "many"', False),
    ),
    (
        {"type": "Dense", "units": True},
        (("units",), "wrong-type", "must be an integer, not true", False),
    ),
    ({"type": "Dense", "units": 2.5}, (("units",), "wrong-type", "not 2.5", False)),
    ({"type": "Dense", "units": None}, (("units",), "wrong-type", "not null", False)),
    (
        {"type": "Dense", "units": 3, "use_bias": 1},
        (("use_bias",), "wrong-type", "must be true or false, not 1", False),
    ),
    (
        {"type": "Dropout", "rate": "0.3"},
        (("rate",), "wrong-type", 'must be a number, not "0.3"', False),
    ),
    (
        {"type": "Conv2D", "filters": 3, "kernel_size": 3, "padding": "causal"},
        (("padding",), "wrong-type", 'must be "same" or "valid", not "causal"', False),
    ),
    (
        {"type": "RandomFlip", "mode": "sideways"},
        (("mode",), "wrong-type", '"horizontal"', False),
    ),
    (
        {"type": "Dense", "units": 3, "kernel_initializer": "he_normall"},
        (("kernel_initializer",), "unknown-initializer", 'Did you mean "he_normal"?', False),
    ),
    (
        {"type": "Dense", "units": 3, "kernel_regularizer": "he_normal"},
        (("kernel_regularizer",), "unknown-regularizer", 'no regularizer "he_normal"', False),
    ),
    (
        {"type": "Dense", "units": 3, "kernel_regularizer": {"type": "L2", "l3": 1}},
        (("kernel_regularizer", "l3"), "unknown-argument", "L2 has no argument", True),
    ),
    (
        {"type": "Dense", "units": 3, "kernel_regularizer": {"l2": 1}},
        (("kernel_regularizer",), "missing-argument", 'a regularizer needs "type"', False),
    ),
    (
        {"type": "Dense", "units": 3, "bias_initializer": 0},
        (("bias_initializer",), "wrong-type", "must name an initializer, not 0", False),
    ),
    (
        {"type": "Dense", "units": 3, "activation": "LeakyReLU"},
        (("activation",), "unknown-activation", 'Did you mean "leaky_relu"?', False),
    ),
    (
        {"type": "Dense", "units": 3, "activation": {"type": "leaky_relu", "negative_slope": 1}},
        (("activation", "negative_slope"), "unknown-argument", 'layer "LeakyReLU" does', True),
    ),
    (
        {"type": "Dense", "units": 3, "activation": {"type": "Lambda", "function": "x"}},
        (("activation", "type"), "refused", "Lambda runs code", False),
    ),
    (
        {"type": "Bidirectional", "layer": {"type": "LSTM", "units": "x"}},
        (("layer", "units"), "wrong-type", "LSTM", False),
    ),
    (
        {"type": "Bidirectional", "layer": "LSTM"},
        (("layer",), "wrong-type", 'must be a layer, not "LSTM"', False),
    ),
    (
        {"type": "RNN", "cell": [{"type": "GRUCell"}]},
        (("cell", 0), "missing-argument", 'GRUCell needs "units"', False),
    ),
    (
        {"type": "Pipeline", "layers": ["RandomFlip"]},
        (("layers", 0), "wrong-type", 'not "RandomFlip"', False),
    ),
    (
        {
            "type": "Embedding",
            "input_dim": 1,
            "output_dim": 1,
            "weights": [{"type": "NoSuchThing"}],
        },
        (("weights", 0, "type"), "unknown-object", '"NoSuchThing"', False),
    ),
    (
        {"type": "StringLookup", "vocabulary": "/etc/passwd"},
        (("vocabulary",), "refused", "a spec names no files", False),
    ),
    (
        {"type": "TextVectorization", "vocabulary": "words.txt"},
        (("vocabulary",), "refused", "a spec names no files", False),
    ),
    (
        {"type": "Dense", "units": 3, "kernel_initializer": {"class_name": "x", "config": {}}},
        (("kernel_initializer",), "refused", '"class_name"', False),
    ),
    (
        {"type": "Dense", "units": 3, "input_shape": [3]},
        (("input_shape",), "refused", 'spec\'s "input"', True),
    ),
    (
        {"type": "Conv2D", "filters": 3, "kernel_size": "3"},
        (("kernel_size",), "wrong-type", 'must be an integer or a list, not "3"', False),
    ),
    (
        {"type": "Conv2D", "filters": 3, "kernel_size": [3, "3"]},
        (("kernel_size", 1), "wrong-type", '"kernel_size[1]" must be an integer, not "3"', False),
    ),
    (
        {"type": "Conv2D", "filters": 0, "kernel_size": 3},
        (("filters",), "wrong-value", '"filters" must be at least 1, not 0', False),
    ),
    (
        {"type": "MaxPooling2D", "pool_size": [2, 0]},
        (("pool_size", 1), "wrong-value", '"pool_size[1]" must be at least 1, not 0', False),
    ),
    (
        {"type": "Dropout", "rate": 1.5},
        (("rate",), "wrong-value", 'Dropout: "rate" must be from 0 to 1, not 1.5', False),
    ),
    (
        {"type": "ZeroPadding2D", "padding": [[1, 1], [1, 2.5]]},
        (("padding", 1, 1), "wrong-type", '"padding[1][1]" must be an integer, not 2.5', False),
    ),
    ({"type": "Softmax", "axis": "a"}, (("axis",), "wrong-type", 'not "a"', False)),
    ({"type": "RandomRotation", "factor": True}, (("factor",), "wrong-type", "not true", False)),
    ({"type": "ReLU", "name": 3}, (("name",), "wrong-type", "text or null, not 3", False)),
    ({"type": "ReLU", "dtype": "float3"}, (("dtype",), "wrong-type", '"float32"', False)),
    (
        {"type": "Dense", "units": 3, "activation": 5},
        (("activation",), "wrong-type", "must name an activation, not 5", False),
    ),
    (
        {"type": "Dense", "units": 3, "kernel_regularizer": {"type": "L2", "l2": "x"}},
        (("kernel_regularizer", "l2"), "wrong-type", 'not "x"', False),
    ),
    (
        {"type": "GRU", "units": 3, "use_cudnn": "never"},
        (("use_cudnn",), "wrong-type", '"auto" or true or false', False),
    ),
    (
        {"type": "VarianceScaling"},
        (("type",), "unknown-layer", 'no layer "VarianceScaling"', False),
    ),
    (
        {"type": "ops.meen", "axis": 1},
        (
            ("type",),
            "unknown-operation",
            'no operation "ops.meen". Did you mean "ops.mean"?',
            False,
        ),
    ),
    (
        {"type": "mean", "axis": 1},
        (("type",), "unknown-layer", 'no layer "mean". Did you mean "ops.mean"?', False),
    ),
    ({"type": "ops.cond"}, (("type",), "refused", "ops.cond takes a function", False)),
    (
        {"type": "ops.mean", "axs": 1},
        (("axs",), "unknown-argument", 'ops.mean has no argument "axs". Did you mean "axis"', True),
    ),
    (
        {"type": "ops.mean", "axis": "a"},
        (("axis",), "wrong-type", 'ops.mean: "axis" must be', False),
    ),
    ({"type": "ops.reshape"}, ((), "missing-argument", 'ops.reshape needs "newshape"', False)),
    (
        {"type": "ops.multiply", "x2": "skip"},
        (("x2",), "wrong-type", 'ops.multiply: "x2" must be', False),
    ),
    (
        {"type": "ops.rearrange", "pattern": "(a b) -> a b", "a": "x"},
        (("a",), "wrong-type", 'ops.rearrange: "a" must be an integer', False),
    ),
    ({"type": "Shared", "layer": 3}, (("layer",), "wrong-type", "must be text, not 3", False)),
    ({"type": "Shared"}, ((), "missing-argument", 'Shared needs "layer"', False)),
    ({"type": "Model"}, ((), "missing-argument", 'Model needs "layers"', False)),
    ({"type": "Model", "layers": []}, (("layers",), "wrong-value", '"layers" is empty', False)),
    (
        {"type": "Model", "layers": [{"type": "ReLU"}, {"type": "Dense", "units": "x"}]},
        (("layers", 1, "units"), "wrong-type", 'Dense: "units"', False),
    ),
    (
        {"type": "Model", "layers": ["ReLU"]},
        (("layers", 0), "wrong-type", 'not "ReLU"', False),
    ),
    (
        {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 3, "inputs": "x"}},
        (("layer", "inputs"), "unknown-argument", "only in the layers of a network", True),
    ),
    (
        {"type": "TimeDistributed", "layer": {"type": "ops.mean"}},
        (("layer", "type"), "refused", "only in the layers of a network", False),
    ),
    (
        {"type": "TimeDistributed", "layer": {"type": "Shared", "layer": "x"}},
        (("layer", "type"), "refused", "only in the layers of a network", False),
    ),
    (
        {
            "type": "TimeDistributed",
            "layer": {"type": "Model", "layers": [{"type": "ReLU"}], "outputs": "x"},
        },
        (("layer", "outputs"), "refused", "a plain sequence", True),
    ),
    ({"type": "Conv2d"}, (("type",), "unknown-layer", 'Did you mean "Conv2D"?', False)),
    ({"type": "Lambda"}, (("type",), "refused", "Lambda runs code", False)),
    ({"type": 3}, (("type",), "wrong-type", "not 3", False)),
    ({"units": 3}, ((), "missing-argument", 'a layer needs "type"', False)),
]


@pytest.mark.parametrize(("spec", "expected"), WRONG)
def test_one_mistake_is_one_finding(spec, expected):
    path, code, message, on_key = expected
    [finding] = check_object("layers", spec)
    assert (finding.path, finding.code, finding.on_key) == (path, code, on_key)
    assert message in finding.message


@pytest.mark.parametrize(
    ("kind", "spec", "code", "message"),
    [
        ("optimizers", "adm", "unknown-optimizer", 'Did you mean "adam"?'),
        ("optimizers", {"type": "Adam", "lr": 1}, "unknown-argument", '"learning_rate"'),
        (
            "optimizers",
            {"type": "Adam", "learning_rate": "fast"},
            "wrong-type",
            "a number or a schedule",
        ),
        ("losses", "mean_square_error", "unknown-loss", '"mean_squared_error"'),
        ("metrics", "acuracy", "unknown-metric", '"accuracy"'),
        ("metrics", {"type": "accuracy", "name": "a"}, "unknown-argument", "takes no arguments"),
        ("metrics", "IoU", "missing-argument", '"num_classes" and "target_class_ids"'),
        ("callbacks", "EarlyStopping", "refused", "training.early_stopping"),
        ("schedules", {"type": "CosineDecay", "decay_steps": 1}, "missing-argument", "initial"),
        ("schedules", "Cosine", "unknown-schedule", "CosineDecay"),
        ("constraints", "maxnorm", "unknown-constraint", '"MaxNorm"'),
    ],
)
def test_every_kind_is_checked(kind, spec, code, message):
    [finding] = check_object(kind, spec)
    assert finding.code == code
    assert message in finding.message


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"type": "RandomFlip", "inputs": "x"}, '"inputs" is allowed only in the layers'),
        ({"type": "ops.abs"}, "only in the layers of a network"),
        ({"type": "Shared", "layer": "x"}, "only in the layers of a network"),
    ],
)
def test_outside_a_network_there_are_no_connections(spec, message):
    [finding] = check_object("layers", spec, in_list=False)
    assert message in finding.message


def test_a_name_alone_has_its_findings_at_itself():
    assert [finding.path for finding in check_object("layers", "Conv2d")] == [()]
    assert [finding.path for finding in check_object("layers", "Dense")] == [()]


def test_every_mistake_is_told():
    spec = {"type": "Conv2D", "filters": "x", "kernel_size": "y", "zzz": 1, "activation": "wrong"}
    assert len(check_object("layers", spec)) == 4


@pytest.mark.parametrize("kind", catalog.KINDS)
def test_a_value_of_another_type_is_a_finding(kind):
    """Each default replaced by values of other types; what Keras takes is no finding, as null."""
    wrong = {"bool": True, "number": 2.5, "str": "zzz", "object": {"a": 1}, "list": [{"a": 1}]}
    silent, tried = [], 0
    for name in catalog.names(kind):
        for argument in catalog.find(kind, name).arguments.values():
            for type_, value in wrong.items():
                if argument.default is not None and type_ != type_name(argument.default):
                    tried += 1
                    findings = check_object(
                        kind if kind != "ops" else "layers",
                        {"type": name if kind != "ops" else f"ops.{name}", argument.name: value},
                    )
                    if not any(found.path for found in findings):
                        silent.append((name, argument.name, value))
    assert len(silent) <= 0.02 * tried, silent


def type_name(value):
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "number"
    return {"dict": "object"}.get(type(value).__name__, type(value).__name__)


@pytest.mark.parametrize("kind", catalog.KINDS)
def test_the_defaults_pass_their_own_types(kind):
    for name in catalog.names(kind):
        entry = catalog.find(kind, name)
        if entry.is_function or name == "Backbone":  # whose arguments are those of what it names
            continue
        defaults = {
            argument.name: argument.default
            for argument in entry.arguments.values()
            # A default of None may also be one that JSON cannot hold.
            if not argument.required and (argument.default is not None or argument.null)
        }
        findings = check_object(kind, {"type": name, **defaults})
        assert [finding for finding in findings if finding.code != "missing-argument"] == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "layer", "class_name", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.sampled_from(catalog.names("layers")),
    st.dictionaries(
        st.sampled_from(["layer", "cells", "filters", "activation", "name", "vocabulary"]),
        json_values,
    ),
)
def test_any_json_gets_findings_and_their_paths_lead_somewhere(name, arguments):
    spec = {"type": name, **arguments}
    for finding in check_object("layers", spec):
        value = spec
        for step in finding.path:
            value = value[step]
        assert "\n" not in finding.message
        assert finding.message


@pytest.mark.parametrize("application", ["VGG16", "runs/arch3"])
def test_an_unknown_argument_of_a_backbone_is_one_of_its_application(application):
    spec = {"type": "Backbone", "application": application, "until": "x", "aplha": 0.5}
    (found,) = check_object("layers", spec)
    assert found.message.startswith(f'Backbone of {application} has no argument "aplha"; it has "')


@pytest.mark.parametrize("weights", ["imagnet", "ImageNet", "imagenett", "imgaenet"])
def test_imagenet_misspelt_is_no_run(weights):
    spec = {"type": "Backbone", "application": "MobileNet", "weights": weights}
    (found,) = check_object("layers", spec)
    assert (found.path, found.code) == (("weights",), "wrong-value")
    assert found.message.endswith('which would be a run. Did you mean "imagenet"?')


@pytest.mark.parametrize("weights", ["imagenet", None, "runs/imagnet", "w.weights.h5", "head"])
def test_other_weights_may_be_a_file_or_a_run(weights):
    spec = {"type": "Backbone", "application": "MobileNet", "weights": weights}
    assert check_object("layers", spec) == []
