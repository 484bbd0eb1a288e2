"""What a change is worth, alone and on top of those before it."""

import pytest
from run_making import make_run

from kspec.runs.read import Run
from kspec.runs.record import headline
from kspec.runs.worth import Measure, Worth, measure_of, value_of, worths

pytestmark = pytest.mark.language


def test_alone_is_against_the_first_and_on_top_against_the_one_before():
    values = {(): 0.5, (1,): 0.625, (2,): 0.75, (3,): 0.25, (1, 2): 0.8125, (1, 2, 3): 0.875}
    assert worths(values, 3) == [
        Worth(0.125, 0.125),
        Worth(0.25, 0.1875),
        Worth(-0.25, 0.0625),
    ]


def test_what_is_missing_is_worth_nothing_known():
    assert worths({(): 0.5, (1, 2): 0.75}, 2) == [Worth(None, None), Worth(None, None)]
    assert worths({(): 0.5, (2,): 0.75}, 2) == [Worth(None, None), Worth(0.25, None)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Measure("test", "accuracy")),
        ({"test": {"loss": 1.0, "mae": 0.5}}, Measure("test", "mae")),
        ({"test": {"loss": 1.0, "auc": 0.5, "acc": 0.5}}, Measure("test", "acc")),
        ({"test": {"loss": 1.0, "mse": 0.5, "mae": 0.5}}, Measure("test", "mse")),
        ({"test": {"loss": 1.0}}, Measure("test", "loss")),
        ({"test": {}}, Measure("validation", "accuracy")),
        ({"test": {}, "validation": {}}, None),
    ],
)
def test_runs_are_measured_by_what_they_have(tmp_path, values, expected):
    run = Run.open(make_run(tmp_path, **values))
    assert measure_of(run) == expected
    if expected is not None:
        assert headline(run.result)[:2] == (expected.part, expected.metric)
    assert value_of(run, Measure("train", "accuracy")) == 0.5
    assert value_of(run, Measure("train", "f1")) is None
