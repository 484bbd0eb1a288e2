"""Sources of data that plugins bring."""

import json
from pathlib import Path

import numpy as np
import pytest

import kspec
from kspec.data.load import load
from kspec.data.override import override
from kspec.errors import DataError, SpecError, UsageError

SOURCES = """
    from pathlib import Path
    import numpy as np

    def sets(n=12, classes=3):
        x = np.arange(n * 2, dtype=float).reshape(n, 2)
        y = np.arange(n) % classes
        return (x[: n // 2], y[: n // 2]), (x[n // 2 :], y[n // 2 :])

    @plugins.source(class_names=("a", "b", "c"))
    def letters(*, samples: int = 12, classes: int = 3):
        return sets(samples, classes)

    @plugins.source
    def of_file(path: Path, times: int):
        (x_train, y_train), test = sets(int(path.read_text()))
        return (times * x_train, y_train), test

    @plugins.source
    def maybe_file(path: Path | None = None):
        return sets(12 if path is None else int(path.read_text()))

    @plugins.source
    def towers():
        (x, y), _ = sets()
        both = {"left": x, "right": -x}
        return (both, y), (both, y)

    @plugins.source
    def fails():
        return {}["nothing"]

    @plugins.source
    def other_things():
        return 1, 2, 3

    @plugins.source
    def no_labels():
        return (np.zeros((4, 2)), np.array(["a"] * 4)), (np.zeros((4, 2)), np.zeros(4))
"""


@pytest.fixture(autouse=True)
def _sources(write_plugin):
    write_plugin("many_sources", SOURCES)
    kspec.plugins.load("many_sources")


@pytest.fixture
def spec_of(write_spec):
    def make(**data):
        return kspec.load(
            write_spec(input={"shape": [2]}, layers=[{"type": "Dense", "units": 3}], data=data)
        )

    return make


def loaded(spec, tmp_path):
    return load(spec.data, seed=0, inputs=spec.entering, root=tmp_path)


def test_options_and_class_names(spec_of, tmp_path):
    spec = spec_of(source="letters", options={"samples": 30}, validation=0.2)
    found = loaded(spec, tmp_path)
    assert (len(found.train), len(found.validation), len(found.test)) == (12, 3, 15)
    assert found.train.x.dtype == np.float32 and found.train.y.dtype == np.int32
    assert found.class_names == ("a", "b", "c")
    assert found.source == "letters"
    assert len(loaded(spec_of(source="letters", train_samples=3), tmp_path).train) == 3


def test_a_path_is_seen_from_the_spec(spec_of, tmp_path):
    (tmp_path / "count.txt").write_text("8")
    spec = spec_of(source="of_file", path="count.txt", options={"times": 10})
    found = loaded(spec, tmp_path)
    assert found.train.x.tolist() == [[0, 10], [20, 30], [40, 50], [60, 70]]
    assert found.class_names == ("0", "1", "2")
    assert len(loaded(spec_of(source="maybe_file"), tmp_path).train) == 6
    assert len(loaded(spec_of(source="maybe_file", path="count.txt"), tmp_path).train) == 4


def test_several_inputs(write_spec, tmp_path):
    path = write_spec(
        inputs={"left": {"shape": [2]}, "right": {"shape": [2]}},
        layers=[{"type": "Add", "inputs": ["left", "right"]}, {"type": "Dense", "units": 3}],
        data={"source": "towers"},
    )
    spec = json.loads(path.read_text())
    del spec["input"]
    path.write_text(json.dumps(spec))
    found = loaded(kspec.load(path), tmp_path)
    assert (found.train.x["left"] == -found.train.x["right"]).all()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"source": "letters", "options": {"sample": 3}}, 'no argument "sample". Did you mean "s'),
        ({"source": "letters", "options": {"samples": "3"}}, '"samples" must be an integer, not "'),
        ({"source": "letters", "options": [3]}, '"options" must be an object'),
        ({"source": "letters", "path": "x"}, "goes with the sources"),
        ({"source": "of_file", "path": "count.txt"}, 'of_file needs "times"'),
        ({"source": "of_file", "options": {"times": 1}}, 'the source "of_file" needs "path"'),
        ({"source": "of_file", "path": "../x", "options": {"times": 1}}, "outside the folder"),
        ({"source": "letters", "target": "x"}, "goes with the source"),
        ({"source": "leters"}, 'Did you mean "letters"?'),
        ({"source": "npz", "path": "x.npz", "options": {"times": 1}}, "goes with the sources"),
    ],
)
def test_what_is_wrong_with_a_spec(data, says, spec_of):
    with pytest.raises(SpecError) as caught:
        spec_of(**data)
    (problem,) = caught.value.problems
    assert says in problem.message
    assert problem.place.line > 1


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("fails", r"the data source \"fails\" failed: KeyError: nothing \(many_sources.py:\d+\)"),
        ("other_things", r"must give \(x_train, y_train\), \(x_test, y_test\)"),
        ("no_labels", "no_labels: y_train holds <U1 values; labels must be class numbers"),
        ("towers", "towers: x_train"),
    ],
)
def test_what_is_wrong_with_a_source(name, says, spec_of, tmp_path):
    with pytest.raises(DataError, match=says):
        loaded(spec_of(source=name), tmp_path)


def test_too_few_class_names(spec_of, tmp_path):
    spec = spec_of(source="letters", options={"classes": 4})
    with pytest.raises(DataError, match="letters has 3 class_names, but the labels go up to 3"):
        loaded(spec, tmp_path)


def test_data_of_the_command_line(spec_of):
    data = spec_of(source="letters", options={"samples": 30}).data
    assert override(data, "letters").options == {"samples": 30}
    assert override(data, "towers").options == {}
    assert override(data, "shapes").options == {}
    with pytest.raises(UsageError, match=r"or one of .*, table, letters, of_file"):
        override(data, "nothing.npz")


def test_a_source_without_its_plugin():
    data = {"source": "elsewhere"}
    with pytest.raises(ValueError, match="Input should be 'cifar10'"):
        kspec.Spec.model_fields["data"].annotation.model_validate(data)


def test_resolved_keeps_the_options_and_no_others_have_any(spec_of, write_spec):
    spec = spec_of(source="letters", options={"samples": 30})
    assert spec.resolved()["data"]["options"] == {"samples": 30}
    assert "options" not in spec_of(source="letters").resolved()["data"]
    assert "options" not in kspec.load(Path("specs/quickstart.json")).resolved()["data"]
