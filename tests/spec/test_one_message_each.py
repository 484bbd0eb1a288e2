"""One fault is one message, and a true one."""

import json

import pytest
from tiny_spec import TINY

import kspec

LAYERS = TINY["layers"]
MANY = {f"b{number}": {"layers": [{"block": f"b{number + 1}"}] * 10} for number in range(30)}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"layers": ...}, 'error[missing-key]: the key "layers" is missing'),
        ({"outputs": ["x"]}, 'error[unknown-layer]: the spec has no layer "x" above'),
        (
            {"data": {**TINY["data"], "standardize": {"mean": [1]}}},
            'error[missing-key]: the key "std" is missing in data.standardize',
        ),
        (
            {"data": {**TINY["data"], "standardize": 5}},
            'error[wrong-type]: "standardize" must be true or false, not 5',
        ),
        ({"layers": [{"type": "Model"}, *LAYERS]}, 'error[missing-argument]: Model needs "layers"'),
        (
            {"layers": [{"type": "Model", "layers": []}, *LAYERS]},
            'error[wrong-value]: Model: "layers" is empty; it needs at least 1',
        ),
        (
            {"blocks": {**MANY, "b30": {"layers": []}}, "layers": [{"block": "b0"}, *LAYERS]},
            "error[too-large]: the spec unfolds to more than 100,000 values",
        ),
        (
            {"augmentation": [{"type": "RandomFlip"}, {"type": "Dense", "units": 3}]},
            "error[weights-in-augmentation]: Dense has weights, which nothing trains here",
        ),
        (
            {"data": {**TINY["data"], "standardize": {"mean": [1], "std": [0]}}},
            'error[wrong-value]: "data.standardize.std[0]" must be more than 0.0, not 0',
        ),
        (
            {"layers": [*LAYERS[:-1], {"type": "Dropout", "rate": 1.5}, LAYERS[-1]]},
            'error[wrong-value]: Dropout: "rate" must be from 0 to 1, not 1.5',
        ),
        (
            {"layers": [*LAYERS[:-1], {"type": "Dropout", "rate": 1}, LAYERS[-1]]},
            'error[dropout-of-one]: Dropout: "rate" 1 drops everything',
        ),
        (
            {"training": {**TINY["training"], "optimizer": {"dtype": "float32"}}},
            'error[missing-key]: the key "type" is missing in training.optimizer',
        ),
        (
            {"layers": [*LAYERS[:-1], {**LAYERS[-1], "name": "end", "inputs": "end"}]},
            'error[circle]: "end" is this item itself; a layer takes only what stands above it',
        ),
        (
            {
                "layers": [
                    {"repeat": 2, "name": "twice", "layers": [{"type": "ReLU", "inputs": "twice"}]},
                    *LAYERS,
                ]
            },
            'error[circle]: "twice" is the repeat that this is part of; a layer takes only what',
        ),
        (
            {"layers": [{"block": 3}, *LAYERS]},
            'error[wrong-type]: "block" must be the name of a block, not 3',
        ),
        (
            {"layers": [{"block": None}, *LAYERS]},
            'error[wrong-type]: "block" must be the name of a block, not null',
        ),
        (
            {"variables": {"a": "$b", "b": "$(c + 1)", "c": {"type": ["$a"]}}},
            'error[circle]: variables refer to each other in a circle: "$a" → "$b" → "$c" → "$a"',
        ),
        (
            {"variables": {"a": "$a", "b": "$(a + 1)"}},
            'error[circle]: variables refer to each other in a circle: "$a" → "$a"',
        ),
        (
            {"variables": {"a": "$(2 * b)", "b": 1}},
            'error[unknown-variable]: "$b" is defined further down; a variable sees only those',
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_is_told_once(tmp_path, changes, says):
    spec = {key: value for key, value in {**TINY, **changes}.items() if value is not ...}
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(spec, indent=2), encoding="utf-8")
    (told,) = [problem for problem in kspec.check(path) if problem.level == "error"]
    assert says in str(told)


def test_a_key_that_is_missing_and_one_that_is_near_to_another(tmp_path):
    path = tmp_path / "spec.json"
    spec = {key: value for key, value in TINY.items() if key != "data"}
    path.write_text(json.dumps({**spec, "input_data": TINY["data"]}), encoding="utf-8")
    told = [problem.message for problem in kspec.check(path) if problem.level == "error"]
    assert sorted(told) == [
        'a spec has no key "input_data". Did you mean "input"?',
        'the key "data" is missing',
    ]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "outside.json").write_text("a secret", encoding="utf-8")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "base.json").symlink_to(tmp_path / "outside.json")
    path = tmp_path / "specs" / "spec.json"
    path.write_text('{"extends": "base.json", "name": "x"}', encoding="utf-8")
    (told,) = kspec.check(path)
    assert told.code == "path"
    assert "secret" not in str(told)
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "specs")
    (tmp_path / "specs" / "base.json").unlink()
    (tmp_path / "specs" / "base.json").write_text(json.dumps(TINY), encoding="utf-8")
    assert [each for each in kspec.check(link / "spec.json") if each.level == "error"] == []
