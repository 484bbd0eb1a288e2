"""Parameter groups in a spec: what they take, what they are told, and how they pass through it."""

import json

import pytest
from tiny_spec import TINY

import kspec
from kspec.spec.canonical import canonical, spec_hash
from kspec.spec.changes import Comparison

BIAS = {"matching": "*/bias", "learning_rate_multiplier": 64}
SGD = {"type": "SGD", "learning_rate": 0.1, "weight_decay": 0.01}


def spec(groups=None, *later):
    training = {**TINY["training"], "optimizer": SGD}
    training |= {} if groups is None else {"parameter_groups": groups}
    return kspec.Spec(**{**TINY, "training": [training, *later]})


def problems(tmp_path, groups):
    path = tmp_path / "spec.json"
    values = {**TINY, "training": {**TINY["training"], "optimizer": SGD}}
    values["training"]["parameter_groups"] = groups
    path.write_text(json.dumps(values))
    return [(each.code, each.message) for each in kspec.check(path)]


def test_a_group_is_patterns_and_two_multipliers():
    both = {"matching": ["*/gamma", "*/beta"], "weight_decay_multiplier": 0}
    first, second = spec([BIAS, both]).training.parameter_groups
    assert first.matching == ("*/bias",)
    assert (first.learning_rate_multiplier, first.weight_decay_multiplier) == (64, 1)
    assert second.matching == ("*/gamma", "*/beta")
    assert (second.learning_rate_multiplier, second.weight_decay_multiplier) == (1, 0)


@pytest.mark.parametrize(
    ("group", "code", "message"),
    [
        (
            {"matching": "*/bias"},
            "wrong-value",
            '"training.parameter_groups[0]" needs a learning_rate_multiplier or a '
            "weight_decay_multiplier other than 1, not an object",
        ),
        (
            {**BIAS, "matching": []},
            "wrong-value",
            '"matching" must be a pattern over paths of variables, such as "*/beta", or a list of '
            "them, not an empty list",
        ),
        (
            {**BIAS, "learning_rate_multiplier": -1},
            "wrong-value",
            '"learning_rate_multiplier" must be at least 0.0, not -1',
        ),
        (
            {"matching": "*/bias", "learning_rate": 2},
            "unknown-key",
            '"parameter_groups" has no key "learning_rate". Did you mean '
            '"learning_rate_multiplier"?',
        ),
    ],
)
def test_what_no_group_can_be_is_told(tmp_path, group, code, message):
    assert (code, message) in problems(tmp_path, [group])


def test_a_later_phase_has_the_groups_of_the_one_before_or_its_own():
    other = {"matching": "dense/*", "learning_rate_multiplier": 0.5}
    found = spec([BIAS], {"epochs": 1}, {"epochs": 1, "parameter_groups": [other]}).phases
    assert [[group.matching[0] for group in phase.parameter_groups] for phase in found] == [
        ["*/bias"],
        ["*/bias"],
        ["dense/*"],
    ]
    none = spec([BIAS], {"epochs": 1, "parameter_groups": []})
    assert none.phases[1].parameter_groups == ()
    assert kspec.Spec(**none.resolved()) == none


def test_groups_are_another_experiment_and_none_are_none():
    assert "parameter_groups" not in canonical(spec())["training"]
    assert spec_hash(spec([])) == spec_hash(spec())
    alone, listed = spec([BIAS]), spec([{**BIAS, "matching": ["*/bias"]}])
    assert spec_hash(alone) == spec_hash(listed) != spec_hash(spec())
    assert "parameter_groups" not in spec(None, {"epochs": 1}).resolved()["training"][1]


def test_groups_are_one_change_of_a_spec():
    (atom,) = Comparison(spec(), spec([BIAS])).atoms
    assert atom.key == "training.parameter_groups"
    assert Comparison(spec([BIAS], {"epochs": 1}), spec([BIAS], {"epochs": 1})).atoms == ()
    first, second = Comparison(spec(None, {"epochs": 1}), spec([BIAS], {"epochs": 1})).atoms
    assert [first.key, second.key] == [
        "training[0].parameter_groups",
        "training[1].parameter_groups",
    ]


def test_a_layer_that_is_not_there_is_told_without_keras(tmp_path):
    found = problems(tmp_path, [{**BIAS, "matching": ["dence/*", "conv/kernel"]}])
    message = 'the network has no layer "dence". Did you mean "dense"?'
    assert found == [("group-of-none", message)]
    assert problems(tmp_path, [{**BIAS, "matching": ["dence/*", "conv2d/kernel"]}]) == []
    assert problems(tmp_path, [{**BIAS, "matching": "dens?/bias"}]) == []


def test_a_decay_of_nothing_is_told(tmp_path):
    groups = [{"matching": "*/bias", "weight_decay_multiplier": 0}]
    assert problems(tmp_path, groups) == []
    decayless = {**TINY, "training": {**TINY["training"], "parameter_groups": groups}}
    path = tmp_path / "decayless.json"
    for optimizer, codes in (
        ("adam", ["decay-of-nothing"]),
        ("adamw", []),
        ({"type": "LossScaleOptimizer", "inner_optimizer": {"type": "SGD"}}, ["decay-of-nothing"]),
        ({"type": "LossScaleOptimizer", "inner_optimizer": {"type": "Muon"}}, []),
    ):
        decayless["training"]["optimizer"] = optimizer
        path.write_text(json.dumps(decayless))
        assert [each.code for each in kspec.check(path)] == codes
