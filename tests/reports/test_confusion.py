"""Who is taken for whom, and the surest of the mistakes."""

import numpy as np
import pytest

from kspec.reports.confusion import confusion, confusions
from kspec.reports.mistakes import surest_mistakes

pytestmark = pytest.mark.language


def test_rows_are_true_and_columns_called():
    counts = confusion(np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 0, 0]), 3)
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [2, 0, 0]]
    assert confusions(counts, 5) == [(2, 0, 2), (0, 1, 1)]
    assert confusions(counts, 1) == [(2, 0, 2)]


def test_the_surest_mistakes_come_first():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.0, 1.0], [np.nan, 0.5]])
    labels = np.array([1, 1, 0, 1, 1])
    assert surest_mistakes(labels, probabilities, 9).tolist() == [0, 1, 2]
    assert surest_mistakes(labels, probabilities, 2).tolist() == [0, 1]
    assert surest_mistakes(np.array([0]), np.array([[1.0, 0.0]]), 9).tolist() == []
