"""The schema of spec files: right itself, and it takes what is right."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_edit import WRONG

import kspec
from kspec.spec import catalog
from kspec.spec.catalog.misfits import misfits

SPECS = sorted(Path("specs").glob("*.json"))
BASE = {
    "kspec": 1,
    "name": "good",
    "input": {"shape": [8]},
    "layers": [{"type": "ReLU"}],
    "data": {"source": "shapes"},
    "training": {"optimizer": "adam", "loss": "mse", "epochs": 1},
}
KINDS = [*(kind for kind in catalog.OBJECT_KINDS if kind != "activations"), "ops"]
# A Model is more than arguments: a network.
ENTRIES = [(kind, name) for kind in KINDS for name in catalog.names(kind) if name != "Model"]


@pytest.fixture(scope="module")
def messages(errors_of):
    """What the schema says of a whole spec: of BASE with some keys in the place of its own."""

    def messages(**keys):
        spec = {key: value for key, value in (BASE | keys).items() if value is not ...}
        return [f"{error.json_path}: {error.message}" for error in errors_of(spec)]

    return messages


def is_class(name):
    kind, _, rest = name.partition(".")
    return kind in catalog.KINDS and rest not in ("", "arguments", "partial", "within")


def test_the_schema_is_one(whole):
    """All but what says of each class what all other classes say too; `-m slow` has that."""
    parts = {name: part for name, part in whole["$defs"].items() if not is_class(name)}
    jsonschema.Draft202012Validator.check_schema({**whole, "$defs": parts})


@pytest.mark.slow
def test_the_schema_is_one_with_all_classes(whole):
    jsonschema.Draft202012Validator.check_schema(whole)


def test_every_definition_is_used_and_every_reference_leads_somewhere(whole):
    used = set(re.findall(r'"\$ref": "#/\$defs/(.+?)"', json.dumps(whole)))
    assert used == set(whole["$defs"])


def test_it_is_small(whole):
    assert len(json.dumps(whole)) < 1_500_000


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_it_takes_the_shipped_specs(errors_of, path):
    assert errors_of(json.loads(path.read_text())) == []


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_it_takes_the_shipped_specs_resolved(errors_of, path):
    resolved = json.loads(json.dumps(kspec.load(path).resolved()))
    assert errors_of(resolved) == []


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_shipped_specs_name_it_in_their_first_line(path):
    text = path.read_text()
    assert text.startswith('{\n  "$schema": "../docs/kspec.schema.json",\n')
    assert (path.parent / json.loads(text)["$schema"]).is_file()


def test_every_key_has_a_meaning(whole):
    """Editors show it where the mouse rests on a key."""
    definitions = whole["$defs"]

    def lacks_meaning(part):
        while "$ref" in part and "description" not in part and "type" not in part:
            part = definitions[part["$ref"].removeprefix("#/$defs/")]
        return "description" not in part

    models = ["Spec", *kspec.Spec.model_json_schema()["$defs"]]
    lacking = {
        f"{model}.{key}"
        for model in models
        for key, part in definitions.get(model, {}).get("properties", {}).items()
        if lacks_meaning(part)
    }
    assert lacking == set()


def sample(argument):
    """A value that an argument takes."""
    if argument.choices:
        return argument.choices[0]
    match catalog.kind_of_argument(argument.name):
        case "layers" if argument.types != ("str",):
            # A cell is a layer, and the layer that is wrapped here is one that all of these take.
            inner = {"type": "LSTM" if argument.name.endswith("layer") else "LSTMCell", "units": 3}
            return [inner] if "list" in argument.types else inner
        case "optimizers":
            return {"type": "Adam"}
        case "activations":
            return "relu"
    first = argument.types[0]
    lowest = argument.minimum if argument.minimum is not None else 1
    item = "a" if argument.items == ("str",) else max(1, int(lowest))
    return {"bool": True, "float": lowest, "int": item, "list": [item], "str": "a"}[first]


def example(kind, name):
    """An object with what it must have."""
    if name == "Backbone":
        return {"type": name, "application": "VGG16"}
    entry = catalog.find(kind, name)
    required = [argument for argument in entry.arguments.values() if argument.required]
    before = "ops." if kind == "ops" else ""
    return {"type": f"{before}{name}", **{each.name: sample(each) for each in required}}


def definition(kind):
    return {"layers": "layer", "ops": "ops.arguments"}.get(kind, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_it_takes_every_object_of_the_catalogue_with_what_it_must_have(takes, kind):
    for name in catalog.names(kind):
        value = example(kind, name)
        assert takes(definition(kind), value), value
        for key in value.keys() - {"type"}:
            without = {other: part for other, part in value.items() if other != key}
            assert not takes(definition(kind), without), without


@given(st.sampled_from([(kind, name) for kind in KINDS for name in catalog.spellings(kind)]))
@settings(max_examples=150, deadline=None)
def test_it_takes_every_spelling_and_none_of_its_arguments_misspelt(takes, case):
    kind, name = case
    before = "ops." if kind == "ops" else ""
    value = {**example(kind, catalog.resolve_name(kind, name)), "type": before + name}
    assert takes(definition(kind), value)
    # (What `ops.rearrange` takes by any name are sizes.)
    any_name = catalog.find(kind, name).others is not None
    assert takes(definition(kind), {**value, "misspelt-": 1}) == any_name


@pytest.mark.parametrize("kind", KINDS)
def test_editors_are_told_every_name(whole, kind):
    definitions = whole["$defs"]
    type_ = definitions["layer" if kind in ("layers", "ops") else kind]["properties"]["type"]
    if "$ref" in type_:
        type_ = definitions[type_["$ref"].removeprefix("#/$defs/")]
    (told,) = (branch["enum"] for branch in type_["anyOf"] if "enum" in branch)
    before = "ops." if kind == "ops" else ""
    assert {before + name for name in catalog.spellings(kind)} <= set(told)


SCHEDULE = {"type": "CosineDecay"}  # (Which lacks what it must have.)
VALUES = (
    *(*WRONG, 0, 1, [0], [2.5], [None], [[1]]),
    *("SAME", "he_normal", "GlorotUniform", "relu", "l2", "$x", "$(2 * x)", "$2"),
    *({"type": "L2"}, {"type": "ReLU"}, {"type": "GRU", "units": 1}, SCHEDULE),
)


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_it_takes_the_arguments_that_the_catalogue_takes(takes, kind, name):
    """Of each argument any value."""
    for argument in catalog.find(kind, name).arguments.values():
        for value in (*VALUES, *argument.choices):
            given = {**example(kind, name), argument.name: value}
            taken = takes(definition(kind), given)
            if value in ("$x", "$(2 * x)"):
                assert taken, given
            elif value != "$2":
                found = catalog.check_object("layers" if kind == "ops" else kind, given)
                assert taken == (found == [] or are_together(kind, given, found)), given


def are_together(kind, given, found):
    """Whether the arguments do not go together: a schema looks at one value at a time."""
    if any(finding.code != "wrong-value" for finding in found):
        return False
    together = {message for _, message in misfits(kind, given["type"], given)}
    return all(any(each.message.endswith(message) for message in together) for each in found)


def layers(*items):
    return {"layers": list(items)}


RELU = {"type": "ReLU"}
DENSE = {"type": "Dense", "units": 2}


@pytest.mark.parametrize(
    "keys",
    [
        layers({"type": "$kind", "anything": 1}),
        layers("$layer"),
        layers({"block": "conv", "filters": 3, "inputs": "#-1", "name": "a"}),
        layers({"repeat": "$n", "as": "i", "layers": [{"repeat": 2, "layers": []}], "name": "x"}),
        layers({**RELU, "inputs": {"query": "a", "value": ["b[1]", 0.5], "mask": True}}),
        layers({**RELU, "inputs": ["$$odd", "#-2[0]", ["input"]]}),
        layers({"type": "Model", "layers": [RELU, {"block": "x"}], "outputs": ["a", "#-1"]}),
        layers({"type": "Shared", "layer": "a", "inputs": "b"}),
        layers({"type": "ops.numpy.add", "x2": 0.5, "name": "sum"}, {"type": "MaxPool2D"}),
        layers({"type": "TimeDistributed", "layer": {"type": "Model", "layers": [DENSE]}}),
        layers({**DENSE, "activation": {"type": "LeakyReLU", "negative_slope": 0.1}}),
        layers({**DENSE, "activation": {"type": "relu"}, "kernel_initializer": "he_normal"}),
        layers({"type": "Conv2D", "filters": 3, "kernel_size": 3, "padding": "SAME"}),
        {"inputs": {"a": {"shape": [1]}}, "input": ...},
        {"outputs": ["a", "#-1[0]"]},
        {"blocks": {"x": {"parameters": {"a": None}, "inputs": ["l", "r"], "layers": [RELU]}}},
        {"variables": {"a": [1, {"b": "$c"}]}},
        {"augmentation": [{"type": "RandomFlip"}, {"block": "x"}]},
        {"augmentation": "$layers"},
        {"name": "$name", "seed": "$(2 ** 3)", "data": "$data", "description": "$$5"},
        {"training": {"optimizer": "ADAM", "loss": {"type": "mse"}, "epochs": "$epochs"}},
        {"data": {"source": "shapes", "scale": "1/255", "validation": 0.5}},
        {"data": {"source": "npz", "path": "a.npz", "validation": "own"}},
    ],
    ids=str,
)
def test_it_takes(messages, keys):
    assert messages(**keys) == []


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (layers({"block": "conv", "type": "Dense"}), "$.layers[0]: False"),
        (layers({"block": 3}), "$.layers[0].block: 3 is not of type 'string'"),
        (layers({"repeat": -1, "layers": []}), "$.layers[0].repeat: -1 is less than"),
        (layers({"repeat": 2}), "$.layers[0]: 'layers' is a required"),
        (layers({"repeat": 2, "layers": [], "ass": "i"}), "('ass' was unexpected)"),
        (layers({"repeat": 2, "layers": [], "as": "type"}), "$.layers[0].as: "),
        (layers({"repeat": 2, "layers": [], "as": "2nd"}), "$.layers[0].as: "),
        (layers({**RELU, "inputs": []}), "$.layers[0].inputs: [] should be non-empty"),
        (layers({**RELU, "inputs": "#-0"}), "$.layers[0].inputs: '#-0' does not match"),
        (layers({**RELU, "inputs": ["a", None]}), "$.layers[0].inputs[1]: None is not of type"),
        (layers({**RELU, "inputs": True}), "$.layers[0].inputs: True is not of type"),
        (layers({**DENSE, "units": "$2"}), "$.layers[0].units: '$2' does not match"),
        (
            layers({"type": "TimeDistributed", "layer": {"type": "Shared", "layer": "a"}}),
            "$.layers[0].layer.type: ",
        ),
        (
            layers({"type": "TimeDistributed", "layer": {**DENSE, "inputs": "a"}}),
            "$.layers[0].layer: False",
        ),
        (layers({"type": "ops.mean", "axes": 1}), "('axes' was unexpected)"),
        (layers({"type": "ops.cond"}), "$.layers[0].type: "),
        (layers({"type": "Model", "layers": []}), "$.layers[0].layers: [] should be non-empty"),
        (
            layers({"type": "Model", "layers": [{"type": "Dense"}]}),
            "$.layers[0].layers[0]: 'units'",
        ),
        (
            {"inputs": {"a": {"shape": [1]}}},
            "$.inputs: {'a': {'shape': [1]}} is not of type 'null'",
        ),
        ({"input": ...}, "$: 'input' is a required"),
        ({"blocks": {"x": {}}}, "$.blocks.x: 'layers' is a required"),
        ({"blocks": {"x": {"layers": [], "output": "a"}}}, "('output' was unexpected)"),
        ({"blocks": {"x": {"layers": [], "parameters": {"name": 1}}}}, "$.blocks.x.parameters: "),
        ({"augmentation": [{**RELU, "inputs": "a"}]}, "$.augmentation[0]: False"),
        ({"extends": "/etc/passwd"}, "$.extends: "),
        ({"allow": {"dropout-of-nil": "it is so"}}, "('dropout-of-nil' was unexpected)"),
        ({"data": {"source": "shapes", "path": "x"}}, "$.data.path: "),
        ({"data": {"source": "npz"}}, "$.data: 'path' is a required"),
        ({"data": {"source": "csv", "path": "x"}}, "$.data: 'target' is a required"),
        ({"data": {"source": "images", "path": "x", "labels": "masks"}}, "$.data.labels: "),
    ],
    ids=str,
)
def test_it_refuses(messages, keys, says):
    found = messages(**keys)
    assert len(found) == 1 and says in found[0], found


def test_what_extends_a_spec_may_leave_out_anything(errors_of):
    changes = {
        "training": {"optimizer": {"learning_rate": {"decay_steps": 3}}},
        "blocks": {"conv": {"parameters": {"filters": 3}}},
        "data": {"scale": 2},
        "reference": None,
    }
    assert errors_of({"extends": "a.json", **changes}) == []
    assert errors_of(BASE | changes) != []


def test_it_refuses_in_what_extends_a_spec(errors_of):
    for changes in (
        {"training": {"optimiser": "adam"}},
        {"training": {"optimizer": {"type": "Adam", "lr": 1}}},
        {"layers": [{"type": "Dense"}]},
        {"input": {"shape": 3}},
    ):
        assert errors_of({"extends": "a.json", **changes}) != []
