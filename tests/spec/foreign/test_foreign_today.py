"""What Keras 3 writes of layers that are not in the files beside the tests."""

from foreign_files import layer, read


def model(*layers):
    first = layer("ReLU", name="first", batch_shape=[None, 4, 4, 3])
    config = {"name": "net", "layers": [first, *layers]}
    return {"class_name": "Sequential", "config": config, "keras_version": "3.15.0"}


def last(class_name, **config):
    found = read(model(layer(class_name, name="it", **config))).layers[-1]
    assert found.pop("name") == "it"
    return found


def test_private_layers_of_the_applications():
    assert last("StochasticDepth", drop_path_rate=0.1) == {"type": "StochasticDepth", "rate": 0.1}
    assert last("LayerScale", init_values=1e-6, projection_dim=3) == {
        "type": "LayerScale",
        "init_values": 1e-6,
        "projection_dim": 3,
    }


def tensor(name):
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}


def node(class_name, name, args, module=None, **config):
    found = {
        "class_name": class_name,
        "config": {"name": name, **config},
        "name": name,
        "inbound_nodes": [{"args": args, "kwargs": {}}] if args else [],
    }
    return found if module is None else {**found, "module": module}


def graph(*nodes):
    x = node("InputLayer", "x", [], batch_shape=[None, 4])
    config = {"name": "net", "layers": [x, *nodes], "input_layers": ["x", 0, 0]}
    config["output_layers"] = [nodes[-1]["name"], 0, 0]
    return read({"class_name": "Functional", "config": config, "keras_version": "3.15.0"})


def test_the_scaled_sum_of_inception_resnet():
    arguments = {"trainable": True, "dtype": "float32", "scale": 0.17}
    for module in ("keras.src.applications.inception_resnet_v2", None):
        relu = node("ReLU", "r", [tensor("x")], trainable=True)
        total = node("CustomScaleLayer", "s", [[tensor("x"), tensor("r")]], module, **arguments)
        assert graph(relu, total).layers == [
            {"type": "ReLU", "name": "r"},
            {"type": "Rescaling", "name": "s_scaled", "scale": 0.17},
            {"type": "Add", "name": "s", "inputs": ["input", "s_scaled"]},
        ]


def test_in_hdf5_operations_have_no_module():
    operation = node("Add", "plus", [tensor("x"), 3.0])
    layer_ = node("Add", "add", [[tensor("plus"), tensor("x")]], trainable=True, dtype="float32")
    assert graph(operation, layer_).layers == [
        {"type": "ops.add", "name": "plus", "inputs": ["input", 3.0]},
        {"type": "Add", "name": "add", "inputs": ["plus", "input"]},
    ]


def test_grouped_attention_by_either_of_its_names():
    arguments = {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2, "trainable": True}
    for name in ("GroupQueryAttention", "GroupedQueryAttention"):
        found = graph(node(name, "it", [tensor("x"), tensor("x")], **arguments))
        assert found.layers[-1]["type"] == "GroupQueryAttention"


def test_null_says_nothing_where_it_is_no_value():
    recurrent = last("LSTM", units=3, unit_forget_bias=None)
    assert recurrent == {"type": "LSTM", "units": 3}


def test_bins_that_are_known_are_not_counted_as_well():
    assert last("Discretization", bin_boundaries=[0.5, 0.75], num_bins=4) == {
        "type": "Discretization",
        "bin_boundaries": [0.5, 0.75],
    }


def test_a_vocabulary_that_is_not_in_the_file_is_told_of():
    said = {"max_tokens": None, "vocabulary": None}
    (note,) = read(model(layer("TextVectorization", name="words", **said))).notes
    assert note.message.startswith('layer "words" has a vocabulary that it learned from data')
    assert read(model(layer("StringLookup", name="words", vocabulary=["a"]))).notes == ()


def test_how_the_model_was_compiled():
    recipe = {"loss": "mse", "optimizer": "adam"}
    assert read({**model(), "compile_config": recipe}).training == recipe
    wrapped = {"modelTopology": {"model_config": model(), "training_config": recipe}}
    assert read(wrapped).training == recipe
    assert read(model()).training is None
