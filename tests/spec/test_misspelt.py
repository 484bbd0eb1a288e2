"""A misspelt key is one message, at the key, and hides nothing else that is wrong."""

import json

import pytest

import kspec

FOUND = 'error[unknown-{}]: {} has no {} "{}". Did you mean "{}"?'


@pytest.fixture
def problems_of(tmp_path):
    def check(text):
        path = tmp_path / "spec.json"
        path.write_text(text, encoding="utf-8")
        return [
            str(each).replace(f"{path}:", "") for each in kspec.check(path) if each.level == "error"
        ]

    return check


GOOD = """{
  "kspec": 1,
  "name": "net",
  "input": {"shape": [8, 8, 3]},
  "blocks": {
    "down": {"parameters": {"filters": null}, "layers": [
      {"type": "Conv2D", "filters": "$filters", "kernel_size": 3, "name": "conv"},
      {"type": "Conv2D", "filters": "$filters", "kernel_size": 1, "inputs": "conv"}
    ]}
  },
  "layers": [
    {"repeat": 2, "as": "stage", "layers": [
      {"block": "down", "filters": "$(4 * 2 ** stage)", "inputs": "#-1"}
    ]},
    {"type": "Model", "layers": [{"type": "Flatten"}]},
    {"type": "Dense", "units": 10, "activation": "softmax"}
  ],
  "data": {"source": "shapes"},
  "training": {"optimizer": {"type": "Adam"}, "loss": "sparse_categorical_crossentropy",
    "epochs": 3}
}"""


@pytest.mark.parametrize(
    ("right", "wrong", "place", "noun", "what"),
    [
        ("blocks", "bloks", "5:3", "key", "a spec"),
        ("layers", "lairs", "6:47", "key", 'block "down"'),
        ("type", "tpye", "7:8", "key", "a layer"),
        ("inputs", "inptus", "8:67", "argument", "Conv2D"),
        ("repeat", "repat", "12:6", "key", "a layer"),
        ("as", "ass", "12:19", "key", "repeat"),
        ("block", "blok", "13:8", "key", "a layer"),
        ("filters", "fliters", "13:25", "key", 'block "down"'),
        ("inputs", "inputz", "13:57", "key", 'block "down"'),
        ("type", "tipe", "15:35", "key", "a layer"),
        ("units", "unit", "16:23", "argument", "Dense"),
        ("source", "sourc", "18:12", "key", '"data"'),
        ("type", "typ", "19:30", "key", '"optimizer"'),
        ("epochs", "epoch", "20:5", "key", '"training"'),
    ],
)
def test_a_slip_is_told_where_it_is_and_once(problems_of, right, wrong, place, noun, what):
    assert problems_of(GOOD) == []
    lines = GOOD.split("\n")
    line, column = (int(part) - 1 for part in place.split(":"))
    before, after = lines[line][:column], lines[line][column:]
    assert after.startswith(f'"{right}"')
    lines[line] = before + after.replace(right, wrong, 1)
    (told, *others) = problems_of("\n".join(lines))
    assert others == []
    assert told.split("\n")[0] == f"{place}: {FOUND.format(noun, what, noun, wrong, right)}"


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (
            {"training": {"early_stopping": [{"monitr": "val_loss", "patience": 2}]}},
            '"early_stopping" has no key "monitr". Did you mean "monitor"?',
        ),
        (
            {"input": None, "inputs": {"left": {"shap": [8, 8, 3]}}},
            '"left" has no key "shap". Did you mean "shape"?',
        ),
        (
            {"data": {"standardize": {"mean": [0.5], "st": [0.1]}}},
            '"standardize" has no key "st". Did you mean "std"?',
        ),
        (
            {"training": {"metrics": ["accuracy", {"typ": "AUC"}]}},
            '"metrics" has no key "typ". Did you mean "type"?',
        ),
    ],
)
def test_a_slip_in_any_part_is_told_once(problems_of, part, says):
    spec = json.loads(GOOD)
    spec["data"] |= {"validation": 0.2}
    for key, value in part.items():
        spec[key] = {**spec[key], **value} if isinstance(spec.get(key), dict) and value else value
    told = [each for each in problems_of(json.dumps(spec, indent=2)) if "Did you mean" in each]
    assert len(told) == 1
    assert says in told[0]


def test_it_hides_no_other_fault(problems_of):
    text = GOOD.replace('"blocks"', '"blocs"').replace('"epochs": 3', '"epochs": 0')
    text = text.replace('"units": 10', '"units": "ten"')
    assert [each.split(": ")[1] for each in problems_of(text)] == [
        "error[unknown-key]",
        "error[wrong-type]",
        "error[wrong-value]",
    ]


def test_what_a_fault_has_spoiled_is_no_second_fault(problems_of):
    text = GOOD.replace('"block": "down"', '"block": "dwon"').replace('"$filters"', '"$fliters"')
    assert [each.split(": ")[1] for each in problems_of(text)] == ["error[unknown-block]"]
    text = GOOD.replace('"$(4 * 2 ** stage)"', '"$(4 * 2 ** stge)"')
    assert [each.split(": ")[1] for each in problems_of(text)] == ["error[unknown-variable]"]


def test_a_misspelt_extends_still_extends(problems_of, tmp_path):
    (tmp_path / "base.json").write_text(GOOD, encoding="utf-8")
    (told,) = problems_of('{"extend": "base.json", "name": "other"}')
    assert told == '1:2: error[unknown-key]: a spec has no key "extend". Did you mean "extends"?'


def test_beside_the_right_key_a_wrong_one_is_not_taken_for_it(problems_of):
    spec = json.loads(GOOD)
    spec["training"]["epoch"] = "many"
    (told,) = problems_of(json.dumps(spec, indent=2))
    assert 'has no key "epoch". Did you mean "epochs"?' in told
