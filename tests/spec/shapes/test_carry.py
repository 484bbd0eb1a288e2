"""Shapes through whole networks: the shipped ones, graphs, and networks that do not fit."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from spec_making import made

import kspec
from kspec.errors import Place, SpecError
from kspec.spec.graph import Tensor
from kspec.spec.models import Spec
from kspec.spec.node import node_of
from kspec.spec.shapes import UNKNOWN, carry, describe_before, shape_problems

TABLES = json.loads(Path("tests/model/tables.json").read_text())["tables"]
SPECS = sorted(Path("specs").glob("*.json"))


# (The table of vgg16_features is that of what stands within its backbone.)
WHOLE = [
    name for name in TABLES if Path(f"specs/{name}.json").exists() and name != "vgg16_features"
]


@pytest.mark.parametrize("name", WHOLE)
def test_the_report_s_tables_follow_without_keras(name):
    shapes = carry(kspec.load(f"specs/{name}.json"))
    assert [list(shape) for shape in shapes.calls] == [row[1] for row in TABLES[name]["layers"]]


def test_the_head_on_features_follows_without_keras():
    resized, seen, *head = carry(kspec.load("specs/vgg16_features.json")).calls
    assert (resized, seen) == ((224, 224, 3), (25088,))
    rows = TABLES["vgg16_bottleneck_head"]["layers"]
    assert [list(shape) for shape in head] == [row[1] for row in rows]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_nothing_is_said_against_a_shipped_spec(path):
    spec = kspec.load(path)
    shapes = carry(spec)
    assert UNKNOWN not in shapes.calls
    assert list(shape_problems(spec, spec._node)) == []


CONV = {"type": "Conv2D", "filters": 8, "kernel_size": 3, "padding": "same"}
POOL = {"type": "MaxPooling2D"}


def test_a_residual_network():
    spec, _ = made(
        [{**CONV, "name": "skip"}, CONV, {"type": "Add", "inputs": ["skip", "#-1"]}, POOL]
    )
    shapes = carry(spec)
    assert shapes.calls == ((32, 32, 8), (32, 32, 8), (32, 32, 8), (16, 16, 8))
    assert shapes.outputs == ((16, 16, 8),)
    assert describe_before(spec, shapes, 0) == "in layers[0], after the input (32, 32, 3)"
    expected = 'in layers[2], after Conv2D "skip" (32, 32, 8) and Conv2D (32, 32, 8)'
    assert describe_before(spec, shapes, 2) == expected


def test_squeeze_and_excite():
    gate = [
        {**CONV, "name": "body"},
        {"type": "ops.mean", "axis": [1, 2], "keepdims": True},
        {"type": "Dense", "units": 2, "activation": "relu"},
        {"type": "Dense", "units": 8, "activation": "sigmoid"},
        {"type": "ops.multiply", "inputs": ["body", "#-1"]},
    ]
    assert carry(made(gate)[0]).calls[1:] == ((1, 1, 8), (1, 1, 2), (1, 1, 8), (32, 32, 8))


def test_several_inputs_and_a_shared_layer():
    layers = [
        {
            "type": "Embedding",
            "name": "embed",
            "input_dim": 100,
            "output_dim": 16,
            "inputs": "left",
        },
        {"type": "Shared", "layer": "embed", "inputs": "right"},
        {"type": "Concatenate", "axis": 1, "inputs": ["embed", "#-1"]},
    ]
    inputs = {"left": {"shape": [7]}, "right": {"shape": [5]}}
    spec, _ = made(layers, inputs=inputs)
    shapes = carry(spec)
    assert shapes.calls == ((7, 16), (5, 16), (12, 16))
    assert shapes.of(Tensor("right")) == (5,)
    assert describe_before(spec, shapes, 1) == 'in layers[1], after the input "right" (5,)'


def test_a_shared_layer_takes_what_its_weights_were_made_for():
    layers = [
        {"type": "Dense", "name": "shared", "units": 4, "inputs": "left"},
        {"type": "Shared", "layer": "shared", "inputs": "right"},
        {"type": "Add", "inputs": ["shared", "#-1"]},
    ]
    inputs = {"left": {"shape": [7]}, "right": {"shape": [5]}}
    shapes = carry(made(layers, inputs=inputs)[0])
    assert shapes.calls == ((4,), UNKNOWN, UNKNOWN)
    assert [(each.path, each.message) for each in shapes.misfits] == [
        (
            ("layers", 1, "inputs"),
            "the Dense was made for (7,) and cannot take (5,): the last sizes must be equal",
        )
    ]


def test_one_of_several_outputs():
    memory = {"type": "LSTM", "name": "memory", "units": 5, "return_sequences": True}
    layers = [
        {**memory, "return_state": True},
        {"type": "LSTM", "units": 2, "inputs": "memory[0]"},
        {"type": "Concatenate", "inputs": ["#-1", "memory[2]"]},
    ]
    assert carry(made(layers, shape=(7, 3))[0]).calls == (((7, 5), (5,), (5,)), (2,), (7,))


def test_a_nested_model():
    tower = {
        "type": "Model",
        "layers": [POOL, {**CONV, "name": "middle"}, POOL],
        "outputs": ["middle", "#-1"],
    }
    layers = [{**tower, "name": "tower"}, {**CONV, "inputs": "tower[1]"}]
    layers += [
        {"type": "UpSampling2D"},
        {"type": "Add", "inputs": ["#-1", "tower[0]"]},
    ]
    shapes = carry(made(layers)[0])
    assert shapes.calls[0] == ((16, 16, 8), (8, 8, 8))
    assert shapes.outputs == ((16, 16, 8),)


def test_a_fault_in_a_nested_model_leads_into_it():
    deep = {"type": "Model", "layers": [POOL, {"type": "Model", "layers": [POOL, POOL]}]}
    shapes = carry(made([deep], shape=(5, 5, 3))[0])
    assert [each.path for each in shapes.misfits] == [
        ("layers", 0, "layers", 1, "layers", 1, "pool_size")
    ]


def test_one_fault_is_one_misfit():
    shapes = carry(made([POOL] * 9)[0])
    assert [(each.path[1], each.code) for each in shapes.misfits] == [(5, "pool-too-large")]
    assert shapes.calls[5:] == (UNKNOWN,) * 4


def test_after_what_nobody_knows_nothing_is_said():
    shapes = carry(made([{"type": "FromAPlugin"}, POOL, {"type": "Flatten"}, CONV])[0])
    assert shapes.calls == (UNKNOWN,) * 4
    assert shapes.misfits == ()


def test_references_that_lead_nowhere_are_for_the_graph_to_tell():
    spec, node = made([CONV])
    astray = spec.layers[0].model_copy(update={"inputs": "nowhere"})
    spec = spec.model_copy(update={"layers": (astray,)})
    assert list(shape_problems(spec, node)) == []
    with pytest.raises(SpecError, match="nowhere"):
        carry(spec)


RESOLVED = [json.dumps(kspec.load(path).resolved()) for path in SPECS]
ODD = st.sampled_from([None, True, -1, 0, 10**30, 0.5, "", "same", [], [1, 2], {}, {"type": "x"}])


@settings(max_examples=200)
@given(st.data())
def test_whatever_a_spec_says_its_shapes_are_carried(data):
    plain = json.loads(data.draw(st.sampled_from(RESOLVED)))
    for layer in plain["layers"]:
        if data.draw(st.integers(0, 3)) == 0:
            layer[data.draw(st.sampled_from([*layer, "data_format", "dtype"]))] = data.draw(ODD)
    for entering in plain.get("inputs", {"input": plain.get("input")}).values():
        entering["shape"] = data.draw(st.lists(st.integers(1, 40), min_size=1, max_size=4))
    try:
        spec = Spec.model_validate(plain)
    except ValidationError:
        return
    for problem in shape_problems(spec, node_of(plain, Place("mutated.json"))):
        assert problem.message and "\n" not in str(problem.message)
