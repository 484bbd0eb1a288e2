"""The model files beside the tests, and ways to write small ones."""

import json
from pathlib import Path

from pydantic import TypeAdapter

from kspec.spec import catalog
from kspec.spec.foreign import read_foreign
from kspec.spec.graph import wire
from kspec.spec.models import network

FOLDER = Path(__file__).parent / "files"
FILES = sorted(FOLDER.glob("*.json"))

LAYERS = TypeAdapter(tuple[network.AnyLayer, ...])


def read_file(name):
    return read_foreign(FOLDER / f"{name}.json")


def layer(class_name, **config):
    return {"class_name": class_name, "config": config}


def sequential(*layers, **around):
    """A Sequential in the form of Keras 1 and 2."""
    return {"class_name": "Sequential", "config": list(layers), **around}


def node(class_name, name, inbound, **config):
    """A layer of a Functional in the form of Keras 1 and 2."""
    config = {"name": name, **config}
    return {"class_name": class_name, "name": name, "config": config, "inbound_nodes": inbound}


def functional(*layers, inputs=("x",), outputs=("y",), **around):
    config = {
        "name": "net",
        "layers": list(layers),
        "input_layers": [[name, 0, 0] for name in inputs],
        "output_layers": [[name, 0, 0] if isinstance(name, str) else name for name in outputs],
    }
    return {"class_name": "Model", "config": config, **around}


def read(model):
    return read_foreign(json.dumps(model))


def only_layer(class_name, version="2.2.4", **config):
    """What becomes of one layer behind another in a Sequential."""
    first = layer("Activation", activation="relu", batch_input_shape=[None, 8, 8, 3], name="first")
    model = sequential(first, layer(class_name, name="it", **config), keras_version=version)
    found = read(model)
    assert found.layers[-1].pop("name") == "it"
    return found.layers[-1]


def faults(foreign):
    """What the language itself finds wrong with what was read."""
    parsed = LAYERS.validate_python(foreign.layers)
    _, found = wire(parsed, list(foreign.inputs), foreign.outputs)
    return [*found, *(fault for each in foreign.layers for fault in _findings(each))]


def _findings(item):
    if item["type"] == "Model":
        return [fault for each in item["layers"] for fault in _findings(each)]
    return catalog.check_object("layers", item)
