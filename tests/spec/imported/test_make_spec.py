"""A model file becomes a spec that a person would have written, and that `check` takes."""

import json
from pathlib import Path

import pytest

import kspec
from kspec.errors import SpecError
from kspec.spec.foreign import read_foreign
from kspec.spec.imported import make_spec

FILES = sorted((Path(__file__).parent.parent / "foreign" / "files").glob("*.json"))


def layer(class_name, name, **config):
    return {"class_name": class_name, "config": {"name": name, **config}}


def sequential(*layers, **around):
    config = {"name": "net", "layers": list(layers)}
    return {"class_name": "Sequential", "config": config, **around}


def node(class_name, name, inbound, **config):
    entries = [[each, 0, 0, {}] for each in inbound]
    nodes = [entries] if entries else []
    return {**layer(class_name, name, **config), "name": name, "inbound_nodes": nodes}


def functional(*layers, inputs, outputs, **around):
    config = {
        "name": "net",
        "layers": list(layers),
        "input_layers": [[name, 0, 0] for name in inputs],
        "output_layers": [[name, 0, 0] for name in outputs],
    }
    return {"class_name": "Functional", "config": config, **around}


def made(model, **options):
    return make_spec(read_foreign(json.dumps(model)), "model.json", **options)


IN_8 = {"batch_input_shape": [None, 8]}


def dense(name="dense_1", units=3, **more):
    return layer("Dense", name, units=units, **more)


def test_the_whole_of_a_small_one():
    model = sequential(
        layer("Conv2D", "conv2d_1", filters=4, kernel_size=[3, 3], batch_input_shape=[1, 9, 9, 3]),
        layer("Flatten", "flatten_1"),
        layer("Dense", "dense_1", units=10, activation="softmax"),
        keras_version="2.2.4",
    )
    assert made(model).text == (
        "{\n"
        '  "kspec": 1,\n'
        '  "name": "net",\n'
        '  "description": "From model.json, a model file of Keras 2.2.4.",\n'
        '  "input": {"shape": [9, 9, 3]},\n'
        '  "layers": [\n'
        '    {"type": "Conv2D", "filters": 4, "kernel_size": 3},\n'
        '    {"type": "Flatten"},\n'
        '    {"type": "Dense", "units": 10, "activation": "softmax"}\n'
        "  ],\n"
        '  "data": {"source": "npz", "path": "data.npz"},\n'
        '  "training": {"optimizer": "Adam", "loss": "sparse_categorical_crossentropy", '
        '"epochs": 10}\n'
        "}\n"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_check_finds_nothing_wrong(path, tmp_path):
    imported = make_spec(read_foreign(path), str(path))
    (tmp_path / "spec.json").write_text(imported.text)
    problems = kspec.check(tmp_path / "spec.json")
    assert [problem for problem in problems if problem.level == "error"] == []
    loaded = kspec.load(tmp_path / "spec.json")
    assert loaded.resolved() == imported.spec.resolved()
    assert len(loaded.layers) == len(imported.layers)
    for own, named in zip(loaded.layers, imported.layers, strict=True):
        assert own.type == named["type"]


@pytest.mark.parametrize(
    ("class_name", "name", "config"),
    [
        ("Dense", "dense", {"units": 3}),
        ("Dense", "dense_12", {"units": 3}),
        ("Dense", "dense_Dense12", {"units": 3}),
        ("MaxPooling2D", "max_pooling2d_2", {}),
        ("MaxPooling2D", "maxpooling2d_2", {}),
        ("LeakyReLU", "leaky_re_lu", {}),
        ("Activation", "activation_3", {"activation": "tanh"}),
        ("Convolution2D", "convolution2d_1", {"nb_filter": 3, "nb_row": 1, "nb_col": 1}),
    ],
)
def test_names_that_keras_counted_are_left_out(class_name, name, config):
    start = layer("ReLU", "first", batch_input_shape=[None, 8, 8, 3])
    first, second = made(sequential(start, layer(class_name, name, **config))).members["layers"]
    assert first["name"] == "first"
    assert "name" not in second


@pytest.mark.parametrize("name", ["denser", "dense_a", "conv2d_1", "my_dense_1", "logits"])
def test_names_that_somebody_gave_are_kept(name):
    (only,) = made(sequential(dense(name, **IN_8))).members["layers"]
    assert only["name"] == name


def test_what_refers_to_a_layer_without_a_name_counts():
    x = node("InputLayer", "input_1", [], batch_input_shape=[None, 8])
    one = node("Dense", "dense_1", ["input_1"], units=8, activation="relu")
    two = node("Dense", "dense_2", ["dense_1"], units=8)
    add = node("Add", "add_1", ["dense_1", "dense_2"])
    end = node("Dense", "logits", ["add_1"], units=3)
    model = functional(x, one, two, add, end, inputs=["input_1"], outputs=["logits"])
    assert made(model).members["layers"] == [
        {"type": "Dense", "units": 8, "activation": "relu"},
        {"type": "Dense", "units": 8},
        {"type": "Add", "inputs": ["#-2", "#-1"]},
        {"type": "Dense", "name": "logits", "units": 3},
    ]


def named_stages(count):
    """Blocks of layers whose names differ in the middle."""
    layers = [layer("ReLU", "start", batch_input_shape=[None, 32, 32, 3])]
    for stage in range(1, count + 1):
        layers += [
            layer("Conv2D", f"conv_dw_{stage}", filters=8 * stage, kernel_size=3, padding="same"),
            layer("BatchNormalization", f"conv_dw_{stage}_bn"),
            layer("ReLU", f"conv_dw_{stage}_relu"),
        ]
    return sequential(*layers)


def test_names_that_make_a_spec_long_are_kept_only_if_asked_for():
    model = named_stages(8)
    short, long = made(model), made(model, names=True)
    assert not short.is_named
    assert "conv_dw" not in short.text
    assert long.is_named
    assert "conv_dw_8" in json.dumps(long.spec.resolved())
    assert len(short.text) * 1.5 < len(long.text)
    # What is not in the spec is not lost: the weights need it.
    assert [each["name"] for each in short.layers] == [each["name"] for each in long.layers]


def test_names_are_left_out_if_asked_for():
    model = sequential(dense("logits", **IN_8))
    assert made(model).is_named
    (only,) = made(model, names=False).members["layers"]
    assert only == {"type": "Dense", "units": 3}


def test_inputs():
    left = node("InputLayer", "left", [], batch_input_shape=[None, None, 3])
    right = node("InputLayer", "right", [], batch_input_shape=[None, 4], dtype="int32")
    pooled = node("GlobalMaxPooling1D", "pool", ["left"])
    embedded = node("Embedding", "embed", ["right"], input_dim=9, output_dim=3)
    flat = node("Flatten", "flat", ["embed"])
    both = node("Concatenate", "both", ["pool", "flat"])
    model = functional(
        *(left, right, pooled, embedded, flat, both), inputs=["left", "right"], outputs=["both"]
    )
    assert made(model).members["inputs"] == {
        "left": {"shape": [None, 3]},
        "right": {"shape": [4], "dtype": "int32"},
    }


def test_several_outputs():
    x = node("InputLayer", "x", [], batch_input_shape=[None, 8])
    one, two = node("Dense", "one", ["x"], units=3), node("Dense", "two", ["x"], units=2)
    model = functional(x, one, two, inputs=["x"], outputs=["two", "one"])
    assert made(model).members["outputs"] == ["two", "one"]


@pytest.mark.parametrize(
    ("last", "loss", "labels"),
    [
        (dense(units=5, activation="softmax"), "sparse_categorical_crossentropy", None),
        (dense(units=1, activation="sigmoid"), "binary_crossentropy", None),
        (dense(units=1), "mean_squared_error", "numbers"),
        (layer("Softmax", "softmax_1"), "sparse_categorical_crossentropy", None),
    ],
)
def test_a_usual_recipe_for_what_the_network_gives(last, loss, labels):
    imported = made(sequential(dense("dense_0", units=5, **IN_8), last))
    assert not imported.has_recipe
    training = imported.members["training"]
    assert (training["optimizer"], training["loss"], training["epochs"]) == ("Adam", loss, 10)
    assert imported.members["data"].get("labels") == labels
    assert training.get("metrics") == (["mean_absolute_error"] if labels else None)


def test_a_class_for_every_pixel():
    conv = {"filters": 4, "kernel_size": 3, "padding": "same"}
    model = sequential(
        layer("Conv2D", "conv2d", batch_input_shape=[None, 16, 16, 3], **conv),
        layer("Conv2D", "conv2d_1", activation="softmax", **conv),
    )
    assert made(model).members["data"]["labels"] == "masks"


def recipe(training_config, **last):
    model = sequential(dense(units=5, activation="softmax", **IN_8, **last))
    return made({**model, "training_config": training_config})


def test_the_recipe_of_the_file():
    optimizer = {"class_name": "SGD", "config": {"lr": 0.1, "momentum": 0.9, "decay": 0.0}}
    imported = recipe(
        {
            "optimizer_config": optimizer,
            "loss": "categorical_crossentropy",
            "metrics": ["accuracy", "categorical_hinge"],
        }
    )
    assert imported.has_recipe
    assert imported.members["training"] == {
        "optimizer": {"type": "SGD", "learning_rate": 0.1, "momentum": 0.9},
        "loss": "categorical_crossentropy",
        "metrics": ["accuracy", "categorical_hinge"],
        "epochs": 10,
    }


def test_metrics_of_the_file_that_say_nothing_are_left_out():
    # The class is always among the five largest of five outputs.
    metrics = ["accuracy", "top_k_categorical_accuracy"]
    imported = recipe(
        {"optimizer_config": "sgd", "loss": "categorical_crossentropy", "metrics": metrics}
    )
    assert imported.has_recipe
    assert imported.members["training"] == {
        "optimizer": "sgd",
        "loss": "categorical_crossentropy",
        "epochs": 10,
    }


def test_a_recipe_of_the_file_that_a_rule_objects_to_is_left_out():
    imported = recipe(
        {"optimizer_config": {"class_name": "Adam", "config": {"beta_2": 999}}, "loss": "mse"}
    )
    assert not imported.has_recipe
    assert imported.members["training"] == {
        "optimizer": "Adam",
        "loss": "sparse_categorical_crossentropy",
        "epochs": 10,
    }


def test_the_recipe_of_keras_3():
    schedule = {
        "module": "keras.optimizers.schedules",
        "class_name": "ExponentialDecay",
        "config": {"initial_learning_rate": 0.1, "decay_steps": 9, "decay_rate": 0.5, "name": "e"},
    }
    imported = recipe(
        {
            "optimizer": {
                "module": "keras.optimizers",
                "class_name": "Adam",
                "config": {"learning_rate": schedule, "beta_1": 0.8, "amsgrad": False},
            },
            "loss": {
                "module": "keras.losses",
                "class_name": "CategoricalCrossentropy",
                "config": {"label_smoothing": 0.1, "reduction": "sum_over_batch_size"},
            },
            "metrics": ["accuracy"],
        }
    )
    assert imported.members["training"] == {
        "optimizer": {
            "type": "Adam",
            "learning_rate": {
                "type": "ExponentialDecay",
                "initial_learning_rate": 0.1,
                "decay_steps": 9,
                "decay_rate": 0.5,
            },
            "beta_1": 0.8,
        },
        "loss": {"type": "CategoricalCrossentropy", "label_smoothing": 0.1},
        "epochs": 10,
    }


@pytest.mark.parametrize(
    "training",
    [
        {"optimizer_config": {"class_name": "Mine", "config": {}}, "loss": "mse"},
        {"optimizer_config": {"class_name": "Adam", "config": {}}, "loss": {"a": "mse"}},
        {"optimizer_config": {"class_name": "Adam", "config": {}}, "loss": "my_loss"},
        {"loss": "mse"},
        {},
    ],
)
def test_a_recipe_that_a_spec_cannot_say_is_not_taken_in_part(training):
    imported = recipe(training)
    assert not imported.has_recipe
    assert imported.members["training"]["loss"] == "sparse_categorical_crossentropy"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        *(("my model/2", "my_model_2"), ("_net", "model_net"), ("x" * 300, "x" * 100)),
        *(("sequential_3", "dogs"), ("model1", "dogs"), ("models", "models")),
    ],
)
def test_a_name_that_a_spec_may_have(name, wanted):
    model = sequential(dense(**IN_8))
    model["config"]["name"] = name
    assert make_spec(read_foreign(json.dumps(model)), "nets/dogs.json").spec.name == wanted


def test_an_input_without_axes_is_refused():
    x = node("InputLayer", "x", [], batch_input_shape=[None])
    model = functional(x, node("ReLU", "a", ["x"]), inputs=["x"], outputs=["a"])
    with pytest.raises(SpecError) as caught:
        made(model)
    (problem,) = caught.value.problems
    assert problem.code == "import-refused"
    assert problem.message.startswith('a spec cannot hold this network: "shape" is empty')


def test_text_that_begins_with_a_dollar_stays_text():
    model = sequential(dense("first", **IN_8), dense("second"))
    model["config"]["layers"][1]["config"]["name"] = "$second"
    imported = made(model)
    assert imported.spec.layers[1].arguments["name"] == "layer_second"
