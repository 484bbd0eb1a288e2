"""What a layer may be called, and an input: what `inputs` can name and Keras takes."""

import json

import pytest

import kspec
from kspec.errors import SpecError
from kspec.spec.graph import graph_of

SOFTMAX = {"type": "Dense", "units": 10, "activation": "softmax"}
SPEC = {
    "kspec": 1,
    "name": "named",
    "input": {"shape": [8, 8, 3]},
    "layers": [{"type": "Flatten"}, SOFTMAX],
    "data": {"source": "shapes", "validation": 0.2},
    "training": {"optimizer": "Adam", "loss": "sparse_categorical_crossentropy", "epochs": 3},
}
WRONG = ["#-1", "#", "a[0]", "[", "]", "", "a/b"]


@pytest.fixture
def problems(tmp_path):
    """The keys of a spec → its problems, and the line that each of them stands on."""

    def problems(**keys):
        file = tmp_path / "s.json"
        text = json.dumps({**SPEC, **keys}, indent=1)
        file.write_text(text)
        lines = text.splitlines()
        return [
            (each.code, each.message, lines[each.place.line - 1].strip())
            for each in kspec.check(file)
        ]

    return problems


def refused(name):
    return f'"{name}" cannot be a name: a name is not empty, and has no "#", "[", "]" or "/" in it'


@pytest.mark.parametrize("name", WRONG)
def test_a_layer_that_nothing_could_refer_to_is_told_once(problems, name):
    layers = [{"type": "Flatten", "name": name}, {**SOFTMAX, "inputs": name}]
    assert problems(layers=layers) == [
        ("bad-name", refused(name), f'"name": {json.dumps(name)}'),
    ]


@pytest.mark.parametrize("name", ["a", "a_b-c", "2nd", "A>B", "$$a"])
def test_every_other_name_is_right(problems, name):
    layers = [{"type": "Flatten", "name": name}, {**SOFTMAX, "inputs": name}]
    assert [code for code, _, _ in problems(layers=layers)] == (
        # (A dollar sign can be referred to, but TensorFlow makes no scope of it.)
        ["name-of-some-backends"] if "$" in name else []
    )


BLOCK = {"inputs": ["x", "a/b"], "layers": [{"type": "Add", "inputs": ["x", "a/b"]}]}


@pytest.mark.parametrize(
    ("keys", "name", "line"),
    [
        ({"layers": [{"type": "ops.relu", "name": "a/b"}, {"type": "Flatten"}, SOFTMAX]}, "a/b", 0),
        ({"layers": [{"block": "flat", "name": "a[0]"}, SOFTMAX]}, "a[0]", 0),
        (
            {"layers": [{"repeat": 1, "name": "#", "layers": [{"type": "Flatten"}]}, SOFTMAX]},
            "#",
            0,
        ),
        (
            {"layers": [{"type": "Model", "layers": [{"type": "Flatten", "name": ""}]}, SOFTMAX]},
            "",
            0,
        ),
        (
            {
                "layers": [
                    {
                        "type": "Model",
                        "inputs": {"a/b": "input"},
                        "layers": [{"type": "Flatten", "inputs": "a/b"}],
                    },
                    SOFTMAX,
                ]
            },
            "a/b",
            '"a/b": "input"',
        ),
        (
            {"blocks": {"b": BLOCK}, "layers": [{"block": "b", "inputs": ["input", "input"]}]},
            "a/b",
            '"a/b"',
        ),
        ({"augmentation": [{"type": "RandomFlip", "name": "a/b"}]}, "a/b", 0),
        (
            {"input": None, "inputs": {"a/b": {"shape": [8, 8, 3]}}},
            "a/b",
            '"a/b": {',
        ),
    ],
)
def test_every_thing_with_a_name_is_held_to_it(problems, keys, name, line):
    flat = {"flat": {"layers": [{"type": "Flatten"}]}}
    (found,) = problems(**{"blocks": flat, **keys})
    code, message, written = found
    assert (code, message) == ("bad-name", refused(name))
    assert written.rstrip(",") == (line or f'"name": "{name}"')


def test_a_layer_within_another_is_named_as_well(problems):
    inner = {"type": "LSTM", "units": 5, "name": "a/b"}
    row = {"type": "Reshape", "target_shape": [8, 24]}
    assert problems(layers=[row, {"type": "Bidirectional", "layer": inner}, SOFTMAX]) == [
        ("bad-name", f"LSTM: {refused('a/b')}", '"name": "a/b"')
    ]


@pytest.mark.parametrize(
    "keys",
    [
        {"layers": [{"type": "Flatten", "name": "a[0]"}, SOFTMAX]},
        {"input": None, "inputs": {"a[0]": {"shape": [4]}}},
    ],
)
def test_a_spec_made_in_python_is_held_to_it_too(keys):
    with pytest.raises(SpecError, match=r'"a\[0\]" cannot be a name'):
        graph_of(kspec.Spec(**{**SPEC, **keys}))
