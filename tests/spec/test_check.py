"""`check`: every problem at once, where it stands, and what would be right."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kspec
from kspec.errors import SpecError
from kspec.spec.printing import to_text

SPECS = sorted(Path("specs").glob("*.json"))
GOOD = {
    "kspec": 1,
    "name": "good",
    "input": {"shape": [8, 8, 3]},
    "layers": [
        {"type": "Conv2D", "filters": 4, "kernel_size": 3},
        {"type": "Flatten"},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
    "data": {"source": "shapes", "validation": 0.2},
    "training": {
        "optimizer": {"type": "Adam", "learning_rate": 0.001},
        "loss": "sparse_categorical_crossentropy",
        "metrics": ["accuracy"],
        "epochs": 3,
        "early_stopping": [{"monitor": "val_loss", "patience": 2}],
    },
}


@pytest.fixture
def checked(tmp_path):
    """Check a changed copy of GOOD: path, value → problems as text."""

    def checked(path, value, settings=()):
        spec = copy.deepcopy(GOOD)
        part = spec
        for step in path[:-1]:
            part = part[step]
        if value is ...:
            del part[path[-1]]
        else:
            part[path[-1]] = value
        file = tmp_path / "s.json"
        file.write_text(json.dumps(spec, indent=1))
        return [str(problem) for problem in kspec.check(file, settings)]

    return checked


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_shipped_specs_are_right(path):
    assert kspec.check(path) == ()


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_resolved_spec_is_a_spec_and_resolves_to_itself(path, tmp_path):
    resolved = kspec.load(path).resolved()
    (tmp_path / "r.json").write_text(to_text(resolved))
    assert kspec.load(tmp_path / "r.json").resolved() == resolved


def test_text_that_begins_with_a_dollar_survives_resolving(tmp_path):
    (tmp_path / "s.json").write_text(json.dumps({**GOOD, "description": "$$5 a run"}))
    spec = kspec.load(tmp_path / "s.json")
    assert spec.description == "$5 a run"
    (tmp_path / "r.json").write_text(json.dumps(spec.resolved()))
    assert kspec.load(tmp_path / "r.json").description == "$5 a run"


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("colour",), 1, '[unknown-key]: a spec has no key "colour"'),
        (("lairs",), 1, 'Did you mean "layers"?'),
        (("name",), ..., '[missing-key]: the key "name" is missing'),
        (("name",), "a/b", "may hold letters"),
        (("kspec",), 2, "must be 1, not 2"),
        (("seed",), -1, '"seed" must be at least 0'),
        (("seed",), True, '"seed" must be a whole number, not true'),
        (("input", "shape"), [8, 8.5, 3], '"input.shape[1]" must be a whole number'),
        (("input", "shape"), [], '"shape" is empty'),
        (("layers",), [], '"layers" is empty'),
        (("layers",), {"type": "ReLU"}, '"layers" must be a list, not an object'),
        (("layers", 0), {"filters": 3}, 'layers[0] needs "type", "block" or "repeat"'),
        (("layers", 0, "type"), "Conv2d", 'Did you mean "Conv2D"?'),
        (("layers", 0, "fliters"), 3, 'Conv2D has no argument "fliters". Did you mean "filters"?'),
        (("layers", 0, "filters"), "many", 'Conv2D: "filters" must be an integer, not "many"'),
        (("layers", 0, "filters"), ..., 'Conv2D needs "filters"'),
        (("layers", 0, "type"), "Lambda", "[refused]"),
        (("layers", 2, "kernel_regularizer"), {"type": "L2", "l22": 1}, 'L2 has no argument "l22"'),
        (("data", "source"), "cifar", '"source" must be "cifar10"'),
        (("data", "source"), "npz", 'the source "npz" needs "path"'),
        (("data", "validation"), 1, "must be a fraction from 0 to below 1"),
        (("data", "scale"), "1/0", 'must be a number, or a fraction as text: "1/255"'),
        (("training", "epochs"), 0, '"epochs" must be at least 1, not 0'),
        (("training", "epochs"), 2**31, '"epochs" must be at most 2147483647, not 2147483648'),
        (("training", "epochs"), "ten", '"epochs" must be a whole number, not "ten"'),
        (("training", "batch_size"), 1.5, "must be a whole number, not 1.5"),
        (("training", "optimizer"), "adma", "[unknown-optimizer]"),
        (("training", "optimizer", "lr"), 1, 'Adam has no argument "lr"'),
        (("training", "loss"), 3, '"loss" must be an object, not 3'),
        (("training", "loss"), "cross", "[unknown-loss]"),
        (("training", "metrics"), ["acuracy"], "[unknown-metric]"),
        (("training", "callbacks"), [{"type": "EarlyStopping"}], "use training.early_stopping"),
        (
            ("training", "callbacks"),
            [{"type": "LearningRateScheduler", "schedule": "lr * foo"}],
            'has no value at epoch 0: "foo" is not defined',
        ),
        (
            ("training", "callbacks"),
            [{"type": "CSVLogger", "filename": "resolved.json"}],
            "must be a bare file name that ends with .csv",
        ),
        (("training", "metrics"), ["accuracy", "accuracy"], 'two metrics are called "accuracy"'),
        (("training", "early_stopping", 0, "monitr"), 1, 'Did you mean "monitor"?'),
        (("training", "early_stopping", 0, "monitor"), "val_acc", 'there is no "val_acc"'),
        (("training", "early_stopping", 0, "mode"), "up", '"auto", "min" or "max"'),
        (("training", "early_stopping"), None, "must be a list, not null; [] means none"),
        (("layers",), None, '"layers" must be a list, not null'),
        (("input",), None, '"input" must be an object, not null'),
        (("data", "scale"), 0, '"scale" must be a number other than 0, not 0'),
        (("data", "validation"), 0, 'no "val_loss" to monitor without a validation set'),
        (("expect",), {"total": 1}, '"expect" has no key "total"'),
        (("reference",), {"test_accuracy": 81.77}, "must be at most 1"),
    ],
)
def test_a_fault_is_named(checked, path, value, says):
    problems = checked(path, value)
    assert len(problems) == 1 and says in problems[0], problems
    assert "s.json:" in problems[0] and "error[" in problems[0]


def test_all_problems_come_at_once_and_sorted(tmp_path):
    spec = copy.deepcopy(GOOD)
    spec["layers"][0]["fliters"] = 1
    spec["training"]["epochs"] = 0
    spec["data"]["source"] = "cifar"
    (tmp_path / "s.json").write_text(json.dumps(spec, indent=1))
    problems = kspec.check(tmp_path / "s.json")
    assert [problem.code for problem in problems] == [
        "unknown-argument",
        "wrong-value",
        "wrong-value",
    ]
    lines = [problem.place.line for problem in problems]
    assert lines == sorted(lines)


def test_a_setting_is_blamed_for_what_it_brings(checked):
    (problem,) = checked(("seed",), 0, ["training.epochs=0"])
    assert problem.startswith('--set training.epochs=0: error[wrong-value]: "epochs" must be')
    (problem,) = checked(("seed",), 0, ["training.epoch=5"])
    assert 'has no key "epoch". Did you mean "epochs"?' in problem


def test_every_fault_within_one_setting_is_told(checked):
    setting = 'training={"optimizr": "adam", "colour": 1, "epochs": 0}'
    problems = checked(("seed",), 0, [setting])
    assert all(problem.startswith(f"--set {setting}: error[") for problem in problems)
    assert [problem.partition("]: ")[2].split(";")[0] for problem in problems] == [
        'the key "loss" is missing in training',
        '"training" has no key "optimizr". Did you mean "optimizer"?',
        '"training" has no key "colour"',
        '"epochs" must be at least 1, not 0',
    ]


@pytest.mark.parametrize(
    ("setting", "opened"),
    [
        ("layers[0].kernel_initializer.seed=1", {"type": "he_normal", "seed": 1}),
        (
            "training.loss.from_logits=true",
            {"type": "sparse_categorical_crossentropy", "from_logits": True},
        ),
        ("variables.start.seed=1", {"type": "he_normal", "seed": 1}),
    ],
)
def test_a_name_that_a_setting_goes_into_is_an_object(tmp_path, setting, opened):
    spec = copy.deepcopy(GOOD)
    spec["variables"] = {"start": "he_normal"}
    spec["layers"][0]["kernel_initializer"] = "$start" if "start" in setting else "he_normal"
    (tmp_path / "s.json").write_text(json.dumps(spec))
    found = kspec.load(tmp_path / "s.json", [setting])
    if "loss" in setting:
        assert found.training.loss.model_dump() == opened
    else:
        assert found.layers[0].arguments["kernel_initializer"] == opened


def test_a_fault_in_a_block_names_both_lines(tmp_path):
    spec = copy.deepcopy(GOOD)
    spec["blocks"] = {
        "conv": {"layers": [{"type": "Conv2D", "fliters": 3, "kernel_size": 3, "filters": 4}]}
    }
    spec["layers"][0] = {"block": "conv"}
    text = json.dumps(spec, indent=1)
    (tmp_path / "s.json").write_text(text)
    (problem,) = kspec.check(tmp_path / "s.json")
    lines = text.splitlines()
    assert '"fliters"' in lines[problem.place.line - 1]
    assert problem.place.used_by is not None
    assert '"block": "conv"' in lines[problem.place.used_by.line]


def test_two_layers_of_one_name_are_refused(tmp_path):
    spec = copy.deepcopy(GOOD)
    spec["layers"][0]["name"] = spec["layers"][2]["name"] = "a"
    (tmp_path / "s.json").write_text(json.dumps(spec))
    (problem,) = kspec.check(tmp_path / "s.json")
    assert problem.code == "duplicate-name"


@pytest.mark.parametrize(
    ("marks", "says"),
    [((False, False), "no monitor says"), ((True, True), "2 monitors say"), ((True, False), None)],
)
def test_check_says_which_monitor_keeps_the_epoch(checked, marks, says):
    stopping = [
        {"monitor": monitor, "patience": 2, "restore_best_weights": mark}
        for monitor, mark in zip(("val_loss", "val_accuracy"), marks, strict=True)
    ]
    problems = checked(("training", "early_stopping"), stopping)
    if says is None:
        assert problems == []
    else:
        assert len(problems) == 1
        assert says in problems[0] and "val_accuracy, decides" in problems[0]
        assert ": note[" in problems[0]


def test_load_raises_what_check_lists(tmp_path):
    (tmp_path / "s.json").write_text(json.dumps({**GOOD, "seed": "x"}))
    with pytest.raises(SpecError) as caught:
        kspec.load(tmp_path / "s.json")
    assert caught.value.problems == kspec.check(tmp_path / "s.json")
    assert caught.value.exit_code == 2


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["$x", "$(1+1)", "ReLU", "adam", "conv"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "block", "repeat", "layers", "as", "filters", "name", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
paths = st.sampled_from(
    [
        ("layers",),
        ("layers", 0),
        ("layers", 0, "filters"),
        ("blocks",),
        ("variables",),
        ("data",),
        ("training",),
        ("training", "optimizer"),
        ("training", "early_stopping"),
        ("input",),
        ("training", "callbacks"),
        ("training", "metrics"),
        ("augmentation",),
        ("extends",),
    ]
)


@given(paths, json_values)
def test_check_never_raises(tmp_path_factory, path, value):
    spec = copy.deepcopy(GOOD)
    part = spec
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_text(json.dumps(spec))
    for problem in kspec.check(file):
        assert problem.message and problem.code
