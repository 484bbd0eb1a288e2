"""Precision, recall and F1 of each class."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.errors import DataError
from kspec.reports.per_class import ClassRow, per_class

NAMES = ("cat", "dog", "frog", "ship")
PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)))


def test_by_hand():
    true = np.array([0, 0, 0, 0, 1, 1, 2])
    predicted = np.array([0, 0, 0, 1, 1, 2, 0])
    assert per_class(true, predicted, NAMES) == [
        ClassRow("cat", precision=0.75, recall=0.75, f1=0.75, support=4),
        ClassRow("dog", precision=0.5, recall=0.5, f1=0.5, support=2),
        ClassRow("frog", precision=0.0, recall=0.0, f1=0.0, support=1),
        ClassRow("ship", precision=0.0, recall=0.0, f1=0.0, support=0),
    ]


def test_precision_is_not_recall():
    (first, second) = per_class(np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), NAMES[:2])
    assert (first.precision, first.recall, first.f1) == (1.0, 1 / 3, 0.5)
    assert (second.precision, second.recall, second.f1) == (1 / 3, 1.0, 0.5)


def test_labels_in_a_column():
    flat = per_class(np.array([0, 1]), np.array([0, 0]), NAMES)
    assert per_class(np.array([[0], [1]], "uint8"), np.array([0, 0]), NAMES) == flat


@given(PAIRS)
def test_against_the_definitions(pairs):
    rows = per_class(np.array([t for t, _ in pairs]), np.array([p for _, p in pairs]), NAMES)
    assert [row.name for row in rows] == list(NAMES)
    for number, row in enumerate(rows):
        right = sum(t == p == number for t, p in pairs)
        support = sum(t == number for t, _ in pairs)
        called = sum(p == number for _, p in pairs)
        assert row.support == support
        assert row.precision == (right / called if called else 0.0)
        assert row.recall == (right / support if support else 0.0)
        both = row.precision + row.recall
        assert row.f1 == pytest.approx(2 * row.precision * row.recall / both if both else 0.0)


@pytest.mark.parametrize(
    ("true", "predicted", "message"),
    [
        ([0, 1], [0], "2 labels, but 1 predictions"),
        ([0, 4], [0, 0], "the label 4 has no name: there are 4 classes"),
        ([0, 0], [0, -1], "the predicted class -1 has no name: there are 4 classes"),
    ],
)
def test_what_does_not_fit(true, predicted, message):
    with pytest.raises(DataError, match=f"^{message}$"):
        per_class(np.array(true), np.array(predicted), NAMES)
