"""A run of any backend opens on the backend under test, with the same results."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import kspec
from kspec.training.evaluate import evaluate
from kspec.training.predict import predict

RUNS = Path(__file__).parent / "runs_of_each_backend"
# What the backend that made the run says of the picture below.
PREDICTED = {
    "tensorflow": ("square", 0.1506609),
    "torch": ("square", 0.1543816),
    "jax": ("crescent", 0.1486863),
}


@pytest.mark.parametrize("made_on", ["tensorflow", "torch", "jax"])
def test_a_run_opens_evaluates_and_predicts(made_on, tmp_path):
    run = kspec.Run.open(RUNS / made_on)
    assert run.environment["backend"] == made_on
    evaluation = evaluate(run)
    assert evaluation.metrics == pytest.approx(run.result["test"], rel=1e-4)

    ramp = np.arange(64, dtype="uint8").reshape(8, 8)
    Image.fromarray(np.stack([ramp, ramp.T, ramp * 2], axis=-1)).save(tmp_path / "ramp.png")
    (prediction,) = predict(run, [tmp_path / "ramp.png"], top=1)
    ((name, share),) = prediction.classes
    expected_name, expected_share = PREDICTED[made_on]
    assert name == expected_name
    assert share == pytest.approx(expected_share, abs=2e-5)
