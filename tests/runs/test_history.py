"""A history comes back as it was, from JSON and from CSV."""

import csv
import io
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.errors import RunError
from kspec.runs.history import columns, from_rows, to_csv, to_text

NAMES = ["loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds", 'odd "name",']
ROWS = st.lists(st.dictionaries(st.sampled_from(NAMES), st.floats(width=64), min_size=1)).map(
    lambda rows: [{"epoch": number, **row} for number, row in enumerate(rows, start=1)]
)


def same(one, other):
    return one == other or (math.isnan(one) and math.isnan(other))


def assert_same(rows, others):
    assert [set(row) for row in rows] == [set(row) for row in others]
    for row, other in zip(rows, others, strict=True):
        assert all(same(row[name], other[name]) for name in row)


def strictly(text):
    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


@given(ROWS)
def test_json_round_trip(rows):
    assert_same(rows, from_rows(strictly(to_text(rows)), "history.json"))


@given(ROWS)
def test_csv_round_trip(rows):
    read = csv.DictReader(io.StringIO(to_csv(rows), newline=""))
    assert_same(rows, [{n: float(v) for n, v in row.items() if v != ""} for row in read])


@given(ROWS)
def test_columns_hold_every_name_once(rows):
    names = columns(rows)
    assert sorted(names) == sorted({name for row in rows for name in row})
    if rows:
        assert names[0] == "epoch"


def test_columns_keep_their_order():
    rows = [
        {"epoch": 1, "loss": 1.0, "learning_rate": 0.1, "seconds": 2.0},
        {"epoch": 2, "loss": 1.0, "val_loss": 1.5, "learning_rate": 0.1, "seconds": 2.0},
    ]
    assert columns(rows) == ["epoch", "loss", "val_loss", "learning_rate", "seconds"]
    assert to_csv(rows).splitlines() == [
        "epoch,loss,val_loss,learning_rate,seconds",
        "1,1.0,,0.1,2.0",
        "2,1.0,1.5,0.1,2.0",
    ]
    assert list(from_rows(strictly(to_text(rows)), "")[1]) == columns(rows)


@pytest.mark.parametrize("values", [{}, None, [1], [[]], [{"loss": "x"}], [{"loss": None}]])
def test_what_is_no_history_is_one_line(values):
    with pytest.raises(RunError, match=r"^here is damaged: [^\n]*$"):
        from_rows(values, "here")
