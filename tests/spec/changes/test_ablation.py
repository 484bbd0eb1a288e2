"""The specs between two: each of them sound, the first the one, the last the other."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_specs import sound_specs
from tiny_spec import TINY

import kspec
from kspec.errors import Place
from kspec.spec.canonical import canonical
from kspec.spec.changes import Ablation, Comparison, changes_of
from kspec.spec.check import validate
from kspec.spec.expansion import expand
from kspec.spec.node import node_of
from kspec.spec.printing import to_text

SHIPPED = {path.stem: kspec.load(path) for path in sorted(Path("specs").glob("*.json"))}


def whole(spec):
    return {**canonical(spec), "seed": spec.seed}


def spec_of(values):
    spec, problems = validate(expand(node_of(values, Place("made.json"))))
    return None if any(problem.level == "error" for problem in problems) else spec


def tiny(**changes):
    return spec_of({**TINY, **changes})


def titles(before, after, **how):
    return [change.title for change in Ablation(Comparison(before, after), **how).changes]


def check_variants(ablation, tmp_path):
    """Each can be read from its file without an error, and the two ends are the two specs."""
    before, after = ablation.comparison.before, ablation.comparison.after
    for variant in ablation.variants:
        path = tmp_path / variant.file
        path.write_text(to_text(variant.members))
        assert not [p for p in kspec.check(path) if p.level == "error"]
    assert len({variant.file for variant in ablation.variants}) == len(ablation.variants)
    first, last = (kspec.load(tmp_path / ablation.variants[n].file) for n in (0, -1))
    assert (whole(first), whole(last)) == (whole(before), whole(after))


def test_the_improved_network_of_the_report_has_three_changes():
    ablation = Ablation(Comparison(SHIPPED["arch1"], SHIPPED["arch1_improved"]))
    assert [change.title for change in ablation.changes] == [
        "BatchNormalization before ReLU",
        "L2(l2=0.0001)",
        "more dropout",
    ]
    assert [len(change.atoms) for change in ablation.changes] == [12, 6, 4]
    assert [(variant.kind, variant.applied) for variant in ablation.variants] == [
        ("before", ()),
        ("one", (1,)),
        ("one", (2,)),
        ("one", (3,)),
        ("several", (1, 2)),
        ("after", (1, 2, 3)),
    ]
    assert ablation.joined == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("arch1", "arch3_augmented"),
        ("resnet18", "arch3"),
        ("unet", "arch2"),
        ("two_inputs", "table"),
    ],
)
def test_shipped_specs_have_sound_specs_between_them(tmp_path, before, after):
    check_variants(Ablation(Comparison(SHIPPED[before], SHIPPED[after])), tmp_path)


@settings(max_examples=10)
@given(sound_specs(), sound_specs(), st.booleans())
def test_whatever_the_two_specs_each_step_is_sound(tmp_path_factory, one, other, apart):
    before, after = spec_of(one), spec_of(other)
    ablation = Ablation(Comparison(before, after), apart=apart)
    check_variants(ablation, tmp_path_factory.mktemp("steps"))


CONV, NORM, RELU, POOL, DROP, DENSE = TINY["layers"]
ADD = {"type": "Add", "inputs": ["#-1", "#-2"]}


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([CONV, NORM, RELU, DROP, POOL, DROP, DENSE], ["more dropout"]),
        ([CONV, NORM, RELU, POOL, DENSE], ["less dropout"]),
        ([CONV, RELU, NORM, POOL, DROP, DENSE], ["ReLU before BatchNormalization"]),
        (
            [CONV | {"activation": "relu"}, NORM, POOL, DROP, DENSE],
            ["relu within the layer, before BatchNormalization"],
        ),
        ([CONV, NORM, {"type": "ELU"}, POOL, DROP, DENSE], ["ELU in place of ReLU"]),
        ([CONV, RELU, POOL, DROP, DENSE], ["BatchNormalization removed"]),
        (
            [CONV, NORM, RELU, CONV, NORM, RELU, POOL, DROP, DENSE],
            ["Conv2D, BatchNormalization, ReLU added"],
        ),
        ([CONV | {"filters": 8}, NORM, RELU, POOL, DROP, DENSE], ["filters of Conv2D 4 → 8"]),
        ([CONV | {"name": "first"}, *TINY["layers"][1:]], ["other names of layers"]),
        (
            [CONV, NORM, RELU, CONV | {"name": "side", "kernel_size": 1}, ADD, POOL, DROP, DENSE],
            ["Conv2D, Add added"],
        ),
        ([CONV, NORM, RELU, ADD, POOL, DROP, DENSE], ["Add added"]),
    ],
)
def test_a_change_is_called_what_a_person_would_call_it(tmp_path, layers, expected):
    ablation = Ablation(Comparison(tiny(), tiny(layers=layers)))
    assert [change.title for change in ablation.changes] == expected
    check_variants(ablation, tmp_path)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"seed": 3}, ["seed 0 → 3"]),
        ({"augmentation": [{"type": "RandomFlip"}]}, ["RandomFlip added"]),
        ({"training": {**TINY["training"], "epochs": 3}}, ["epochs 2 → 3"]),
        (
            {"training": {**TINY["training"], "optimizer": {"type": "Adam"}}},
            ["learning_rate 0.01 → 0.001"],
        ),
        (
            {"training": {**TINY["training"], "optimizer": "sgd"}},
            ["optimizer Adam(learning_rate=0.01) → SGD"],
        ),
        (
            {"training": {**TINY["training"], "early_stopping": [{"monitor": "val_loss"}]}},
            ["early_stopping added"],
        ),
        ({"data": {**TINY["data"], "scale": "1/127"}}, ["data.scale 1/255 → 1/127"]),
        (
            {"data": {"source": "npz", "path": "own.npz", "scale": "1/255", "validation": 0.25}},
            [
                "data.source shapes → npz and data.path none → own.npz",
                "data.train_samples 80 → none",
                "data.test_samples 40 → none",
            ],
        ),
    ],
)
def test_so_is_a_change_of_recipe_or_data(changes, expected):
    assert titles(tiny(), tiny(**changes)) == expected


def test_phases_are_compared_one_by_one(tmp_path):
    def training(*phases):
        return tiny(training=[TINY["training"], *phases])

    slower = {"optimizer": {"learning_rate": 0.001}, "epochs": 1}
    two, other = training(slower), training({**slower, "epochs": 3, "batch_size": 8})
    assert titles(tiny(), two) == ["2 phases in place of 1"]
    assert titles(two, other) == [
        "phase 2: batch_size 16 → 8",
        "phase 2: epochs 1 → 3",
    ]
    # What the second phase takes from the first is one change in both.
    faster = [{**TINY["training"], "optimizer": {"type": "Adam", "learning_rate": 0.1}}, slower]
    assert titles(two, tiny(training=faster)) == ["phase 1: learning_rate 0.01 → 0.1"]
    check_variants(Ablation(Comparison(two, tiny(training=[*faster, slower]))), tmp_path)
    check_variants(Ablation(Comparison(two, other)), tmp_path)


def test_each_place_can_be_a_change_of_its_own():
    before, after = SHIPPED["arch1"], SHIPPED["arch1_improved"]
    apart = changes_of(Comparison(before, after), apart=True)
    assert len(apart) == 16
    assert sum(change.title == "BatchNormalization before ReLU" for change in apart) == 6


def test_changes_can_be_joined_by_hand():
    before, after = SHIPPED["arch1"], SHIPPED["arch1_improved"]
    assert titles(before, after, groups=[[1, 3]]) == [
        "BatchNormalization before ReLU and more dropout",
        "L2(l2=0.0001)",
    ]


def test_what_cannot_be_alone_is_joined_with_what_it_needs():
    """Wider on one side of an Add only does not fit."""
    add = {"type": "Add", "inputs": ["left", "#-1"]}
    left = CONV | {"name": "left", "padding": "same"}

    def network(filters):
        sides = [left | {"filters": filters}, {**DENSE, "units": filters, "inputs": "input"}]
        return tiny(layers=[*sides, add, POOL, DENSE])

    ablation = Ablation(Comparison(network(4), network(5)))
    assert [change.title for change in ablation.changes] == [
        "filters of Conv2D 4 → 5 and units of Dense 4 → 5"
    ]
    (joined,) = ablation.joined
    assert joined.titles == ("filters of Conv2D 4 → 5", "units of Dense 4 → 5")
    assert "Add cannot take" in joined.why


def test_what_is_allowed_stays_allowed_where_it_is_needed(tmp_path):
    ablation = Ablation(Comparison(SHIPPED["arch1"], SHIPPED["arch1_improved"]))
    reasons = {variant.file: variant.members.get("allow") for variant in ablation.variants}
    assert reasons["arch1.json"] is None
    assert set(reasons["arch1_improved.json"]) == {
        "bias-before-batch-normalization",
        "regularizer-before-batch-normalization",
    }
    assert json.dumps(reasons)
