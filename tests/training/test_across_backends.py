"""A run of any backend opens and goes on on the backend under test, with the same results."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from at_checkpoint import at_checkpoint, measured_at
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


@pytest.mark.parametrize("made_on", ["tensorflow", "torch", "jax"])
def test_weights_and_optimizer_are_carried_over_exactly(made_on):
    folder = RUNS / f"{made_on}-interrupted"
    _, training, checkpoint = at_checkpoint(folder)
    found = training.capture(checkpoint.position)
    for name, array in checkpoint.arrays.items():
        if name.startswith(("model/", "optimizer/")):
            np.testing.assert_array_equal(found.arrays[name], array, err_msg=name)
    assert measured_at(folder) == pytest.approx(
        json.loads((folder / "at_checkpoint.json").read_text()), rel=1e-5
    )


@pytest.mark.parametrize("made_on", ["tensorflow", "torch", "jax"])
def test_a_run_goes_on_and_records_the_seam(made_on, backend, tmp_path):
    shutil.copytree(RUNS / f"{made_on}-interrupted", tmp_path / "run")
    run = kspec.resume(tmp_path / "run", backend=backend)
    assert run.result["status"] == "completed" and run.result["epochs"] == 2
    segment = None if made_on == backend else 1
    assert [row.get("segment") for row in run.history] == [None, segment]
    assert run.backends == ((made_on,) if made_on == backend else (made_on, backend))
    whole = kspec.Run.open(RUNS / made_on)
    for one, other in zip(run.history, whole.history, strict=True):
        # Dropout draws other numbers on another backend, so that the last step is another.
        assert one["loss"] == pytest.approx(other["loss"], rel=0.02)
