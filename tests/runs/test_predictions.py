"""Predictions, written and read."""

import numpy as np
import pytest

from kspec.errors import RunError
from kspec.runs.predictions import Predictions, read_predictions, write_predictions


def test_they_come_back_as_they_were(tmp_path):
    outputs = np.array([[0.25, 0.75], [1, 0], [0.5, 0.5]], "float32")
    write_predictions(tmp_path, Predictions(np.array([1, 0, 1]), outputs))
    found = read_predictions(tmp_path)
    assert found.labels.tolist() == [1, 0, 1]
    assert found.outputs.dtype == np.float32
    assert found.outputs.tolist() == outputs.tolist()


def test_a_run_without_any_has_none(tmp_path):
    assert read_predictions(tmp_path) is None


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_damaged_file_is_named(tmp_path, keep):
    write_predictions(tmp_path, Predictions(np.zeros(9), np.zeros((9, 2), "float32")))
    path = tmp_path / "test_predictions.npz"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(RunError, match=r"test_predictions\.npz is damaged"):
        read_predictions(tmp_path)


def test_a_label_without_a_prediction_is_damage(tmp_path):
    write_predictions(tmp_path, Predictions(np.zeros(3), np.zeros((2, 2), "float32")))
    with pytest.raises(RunError, match="3 labels, but 2 outputs"):
        read_predictions(tmp_path)
