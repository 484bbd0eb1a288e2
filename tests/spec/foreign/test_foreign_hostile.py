"""Whatever a file holds, reading it gives a network or one clear error."""

import copy
import json

import pytest
from foreign_files import FILES, faults, layer, read, sequential
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kspec.errors import SpecError
from kspec.spec.foreign import read_foreign

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in FILES}
MODELS = {name: json.loads(text) for name, text in TEXTS.items()}

ODD = st.sampled_from(
    [
        *(None, True, False, 0, -1, 3.5, 1e300, 10**30, float("inf"), float("nan"), "", "relu"),
        *("input", "Model", "Shared", "Lambda", "Sequential", "InputLayer", "a/b", "$x", "#-1"),
        *([], [[]], {}, [None], ["x", 0, 0], [["x", 0, 0, {}]], {"args": []}, {"a": 1}, "\ud800"),
        *({"class_name": None}, layer("Dense"), layer("__lambda__"), sequential()),
    ]
)


def paths(values, before=()):
    yield before
    if isinstance(values, dict):
        values = list(values.items())
    elif isinstance(values, list):
        values = list(enumerate(values))
    else:
        return
    for key, value in values:
        yield from paths(value, (*before, key))


PATHS = {name: [path for path in paths(model) if path] for name, model in MODELS.items()}


def at(values, path):
    for step in path:
        values = values[step]
    return values


@st.composite
def damaged(draw):
    """One of the files with one to three places changed."""
    name = draw(st.sampled_from(sorted(MODELS)))
    model = copy.deepcopy(MODELS[name])
    for _ in range(draw(st.integers(1, 3))):
        *above, key = draw(st.sampled_from(PATHS[name]))
        try:
            parent = at(model, above)
            parent[key]
        except (KeyError, IndexError, TypeError):
            continue  # An earlier change took it away.
        if not isinstance(parent, (dict, list)):
            continue
        match draw(st.sampled_from(["replace", "remove", "twice", "rename", "elsewhere"])):
            case "replace":
                parent[key] = copy.deepcopy(draw(ODD))
            case "remove":
                del parent[key]
            case "twice" if isinstance(parent, list):
                parent.append(parent[key])
            case "rename" if isinstance(parent, dict):
                parent[draw(st.sampled_from(["name", "config", "layers", "odd"]))] = parent.pop(key)
            case "elsewhere":
                other = draw(st.sampled_from(PATHS[name]))
                parent[key] = copy.deepcopy(at(MODELS[name], other))
    return model


def check(source):
    try:
        foreign = read_foreign(source)
    except SpecError as error:
        for problem in error.problems:
            assert "\n" not in problem.message
            assert problem.message.isprintable()
            assert problem.code in ("broken-model", "import-refused")
    else:
        json.dumps(foreign.layers, allow_nan=False)
        for fault in faults(foreign):
            # Inputs that nothing takes are no fault of the reading.
            assert fault.code == "dangling-input"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged())
def test_changed_values(model):
    check(json.dumps(model))


@pytest.mark.slow
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged())
def test_changed_values_at_length(model):
    check(json.dumps(model))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_changed_bytes(name, data):
    content = bytearray(TEXTS[name].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    check(bytes(content[: data.draw(st.integers(0, len(content)))]))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"[{"]))
def test_any_bytes(content, start):
    check(start + content)


def test_models_within_models_without_end():
    model = sequential(layer("Dense", units=2, batch_input_shape=[None, 2]))
    for _ in range(20):
        model = sequential(model)
    assert read(model).layers[0]["type"] == "Model"
    for _ in range(300):
        model = sequential(model)
    with pytest.raises(SpecError, match="nested deeper than"):
        read(model)


def test_text_within_text_without_end():
    text = json.dumps(sequential())
    for _ in range(12):
        text = json.dumps(text)
    with pytest.raises(SpecError, match="wrappers within wrappers"):
        read_foreign(text)


def test_a_thousand_layers_with_a_circle_at_the_end():
    layers = [
        {
            "class_name": "Add",
            "name": f"a{number}",
            "config": {},
            "inbound_nodes": [[["x", 0, 0, {}], [f"a{(number + 1) % 1000}", 0, 0, {}]]],
        }
        for number in range(1000)
    ]
    entry = {"class_name": "InputLayer", "name": "x", "config": {"batch_input_shape": [None, 2]}}
    config = {
        "layers": [entry, *layers],
        "input_layers": [["x", 0, 0]],
        "output_layers": [["a0", 0, 0]],
    }
    with pytest.raises(SpecError, match="has a cycle"):
        read({"class_name": "Model", "config": config})
