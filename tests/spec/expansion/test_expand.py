"""Variables, blocks and repeats."""

import json

import pytest

from kspec.errors import SpecError
from kspec.spec.expansion import expand
from kspec.spec.source import parse


def unfolded(spec):
    return expand(parse(json.dumps(spec), "f")).plain()


def fails(spec, says):
    with pytest.raises(SpecError) as caught:
        unfolded(spec)
    assert says in str(caught.value), str(caught.value)


def test_a_block_takes_parameters_and_defaults():
    spec = {
        "blocks": {
            "conv": {
                "parameters": {"filters": None, "rate": 0.5},
                "layers": [{"type": "Conv2D", "filters": "$filters"}, {"rate": "$rate"}],
            }
        },
        "layers": [{"block": "conv", "filters": 8}, {"block": "conv", "filters": 9, "rate": 0}],
    }
    assert unfolded(spec) == {
        "layers": [
            {"type": "Conv2D", "filters": 8},
            {"rate": 0.5},
            {"type": "Conv2D", "filters": 9},
            {"rate": 0},
        ]
    }


def test_repeat_counts_from_zero_and_nests():
    spec = {
        "layers": [
            {
                "repeat": 2,
                "as": "i",
                "layers": [{"repeat": "$(i + 1)", "as": "j", "layers": [{"n": "$(10 * i + j)"}]}],
            },
            {"repeat": 0, "layers": [{"n": 99}]},
        ]
    }
    assert unfolded(spec) == {"layers": [{"n": 0}, {"n": 10}, {"n": 11}]}


def test_repeat_within_a_block_and_a_block_within_repeat():
    spec = {
        "variables": {"width": 4},
        "blocks": {
            "stage": {
                "parameters": {"depth": 1, "filters": None},
                "layers": [
                    {"repeat": "$depth", "layers": [{"block": "conv", "filters": "$filters"}]}
                ],
            },
            "conv": {"parameters": {"filters": None}, "layers": [{"filters": "$filters"}]},
        },
        "layers": [
            {
                "repeat": 2,
                "as": "s",
                "layers": [{"block": "stage", "depth": 2, "filters": "$(width * 2 ** s)"}],
            }
        ],
    }
    assert unfolded(spec)["layers"] == [{"filters": 4}] * 2 + [{"filters": 8}] * 2


def test_variables_reach_the_recipe_and_each_other():
    spec = {
        "variables": {"a": 2, "b": "$(a * 3)", "c": {"type": "L2", "l2": "$a"}},
        "training": {"epochs": "$b", "x": ["$c", "$$b"]},
    }
    assert unfolded(spec) == {"training": {"epochs": 6, "x": [{"type": "L2", "l2": 2}, "$b"]}}


def test_a_block_does_not_see_the_loops_of_its_user():
    fails(
        {
            "blocks": {"b": {"layers": [{"n": "$i"}]}},
            "layers": [{"repeat": 2, "as": "i", "layers": [{"block": "b"}]}],
        },
        '"$i" is not defined',
    )


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"layers": [{"n": "$filers"}], "variables": {"filters": 1}}, 'Did you mean "$filters"?'),
        ({"layers": [{"n": "$(1 / 0)"}]}, "division by zero"),
        ({"layers": [{"n": "$("}]}, "neither $name nor $(arithmetic)"),
        ({"layers": [{"block": "cnv"}], "blocks": {"conv": {"layers": []}}}, 'mean "conv"?'),
        ({"layers": [{"block": "x"}]}, "the spec has no blocks"),
        (
            {
                "layers": [{"block": "b"}],
                "blocks": {"b": {"parameters": {"n": None}, "layers": []}},
            },
            'block "b" needs "n"',
        ),
        (
            {
                "layers": [{"block": "b", "rte": 1}],
                "blocks": {"b": {"parameters": {"rate": 1}, "layers": []}},
            },
            'has no "rte". Did you mean "rate"?',
        ),
        (
            {
                "layers": [{"block": "b", "filters": 1}],
                "blocks": {"b": {"layers": [{"n": "$filters"}]}},
            },
            'block "b" has no "filters"; its "parameters" would be {"filters": null}',
        ),
        (
            {
                "layers": [{"block": "a"}],
                "blocks": {"a": {"layers": [{"block": "b"}]}, "b": {"layers": [{"block": "a"}]}},
            },
            "circle: a → b → a",
        ),
        ({"layers": [{"repeat": -1, "layers": []}]}, "whole number"),
        ({"layers": [{"repeat": True, "layers": []}]}, "whole number"),
        ({"layers": [{"repeat": 1}]}, 'needs "layers"'),
        ({"layers": [{"repeat": 2, "layer": [], "layers": []}]}, 'Did you mean "layers"?'),
        ({"layers": [{"repeat": 1, "as": "a b", "layers": []}]}, "cannot name a variable"),
        ({"blocks": {"b": {}}}, 'needs "layers"'),
        ({"blocks": []}, '"blocks" is an object'),
        ({"variables": 3}, '"variables" is an object'),
    ],
)
def test_faults_are_named(spec, says):
    fails(spec, says)


def test_all_faults_come_at_once():
    with pytest.raises(SpecError) as caught:
        unfolded({"layers": [{"a": "$x"}, {"b": "$y"}, {"block": "z"}]})
    assert len(caught.value.problems) == 3


def test_a_huge_repeat_of_repeats_is_refused_quickly():
    layers = [{"type": "ReLU"}]
    for _ in range(12):
        layers = [{"repeat": 1000, "layers": layers}]
    fails({"layers": layers}, "more than 10,000 layers")


def test_blocks_and_variables_that_double_are_refused_quickly():
    blocks = {"b0": {"layers": []}}
    variables = {"v0": [0]}
    for level in range(1, 40):
        use = {"block": f"b{level - 1}"}
        blocks[f"b{level}"] = {"layers": [use, use]}
        variables[f"v{level}"] = [f"$v{level - 1}"] * 2
    fails({"blocks": blocks, "layers": [{"block": "b39"}]}, "more than 100,000 values")
    fails({"variables": variables, "layers": []}, "more than 100,000 values")


def test_a_huge_repeat_of_nothing_ends():
    assert unfolded({"layers": [{"repeat": 10**12, "layers": []}]}) == {"layers": []}


def test_a_place_within_a_block_names_its_user_too():
    text = (
        '{"blocks": {"b": {"layers": [\n  {"type": "X"}\n]}},\n "layers": [\n  {"block": "b"}\n]}'
    )
    place = expand(parse(text, "f")).at(("layers", 0, "type")).place
    assert str(place) == "f:2:12"
    assert str(place.used_by) == "f:5:3"
