"""The keys of `data` that go with some sources only."""

import json

import pytest

import kspec
from kspec.spec.models import Data


@pytest.fixture
def checked(write_spec):
    def checked(**data):
        path = write_spec(data=data)
        return [str(problem) for problem in kspec.check(path)], path.read_text().splitlines()

    return checked


@pytest.mark.parametrize(
    ("data", "key", "says"),
    [
        ({"source": "shapes", "path": "x"}, "path", 'sources "npz", "images", "csv", not "shapes"'),
        ({"source": "npz", "path": "x", "target": "y"}, "target", 'source "csv", not "npz"'),
        ({"source": "cifar10", "columns": ["a"]}, "columns", 'source "csv", not "cifar10"'),
        ({"source": "images", "path": "x", "test_path": "y"}, "test_path", 'not "images"'),
        ({"source": "cifar10", "labels": "masks"}, "labels", '"masks" goes with the sources "npz"'),
        ({"source": "shapes", "labels": "numbers"}, "labels", '"numbers" goes with the sources'),
        (
            {"source": "mnist", "validation": "own"},
            "validation",
            '"own" goes with the sources "npz"',
        ),
        ({"source": "csv", "path": "x"}, "data", 'needs "target", the column with the labels'),
        ({"source": "shapes", "labels": "boxes"}, "labels", 'must be "classes"'),
        ({"source": "csv", "path": "x", "target": "y", "columns": []}, "columns", "is empty"),
    ],
)
def test_a_key_that_does_not_fit_the_source_is_refused_where_it_stands(checked, data, key, says):
    (problem,), lines = checked(**data)
    _, line, *_ = problem.split(":")
    assert says in problem and f'"{key}"' in problem
    assert f'"{key}"' in lines[int(line) - 1]


def test_other_data_have_no_validation_set_of_their_own():
    own = Data(source="npz", path="a.npz", validation="own")
    assert own.on("images", "a").validation == "own"
    assert own.on("mnist").validation is None
    assert Data(source="npz", path="a.npz", validation=0.2).on("mnist").validation == 0.2


def test_a_wrong_source_is_the_only_thing_said_of_it(checked):
    problems, _ = checked(source="cvs", target="y", labels="numbers")
    assert len(problems) == 1 and '"source" must be "cifar10"' in problems[0]


@pytest.mark.parametrize(
    "data",
    [
        {"source": "csv", "path": "a.csv", "target": "y", "columns": ["a"], "test_path": "b.csv"},
        {"source": "csv", "path": "a.csv", "target": "y", "labels": "numbers"},
        {"source": "npz", "path": "a.npz", "labels": "numbers"},
        {"source": "shapes", "labels": "masks"},
    ],
)
def test_what_fits_survives_resolving(tiny, data):
    fitting = {"training.loss": "mse", "training.metrics": ["mae"]}
    changes = fitting if data.get("labels") == "numbers" else {}
    resolved = tiny(data=data, **changes).resolved()["data"]
    assert data.items() <= resolved.items()
    assert Data.model_validate(json.loads(json.dumps(resolved))) == Data.model_validate(data)


def test_the_keys_of_tables_do_not_stand_in_other_resolved_specs(tiny):
    assert not {"target", "columns", "test_path"} & set(tiny().resolved()["data"])
