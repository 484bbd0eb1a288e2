"""A schedule that Keras lacks, in the file that a model is saved in."""

import warnings
import zipfile

import keras
import numpy as np
import pytest

import kspec
from kspec.model.compile import compile_model

LINES = {"type": "PiecewiseLinear", "boundaries": [0, "100%"], "values": [0.5, 0.0]}


@pytest.mark.parametrize("scaled", [False, True])
def test_plain_keras_opens_it_and_has_the_rate_of_the_moment(tiny, tmp_path, scaled):
    optimizer = {"type": "SGD", "momentum": 0.5, "learning_rate": LINES}
    if scaled:
        optimizer = {"type": "LossScaleOptimizer", "inner_optimizer": optimizer}
    spec = tiny(**{"training.optimizer": optimizer, "training.epochs": 1})
    model = kspec.build(spec)
    compile_model(model, spec, one_hot=False, samples=160)  # 10 steps.
    x, y = np.zeros((2, 8, 8, 3), "float32"), np.zeros(2, "int32")
    for _ in range(2):
        model.train_on_batch(x, y)
    model.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        assert b"kspec" not in archive.read("config.json")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opened = keras.saving.load_model(tmp_path / "model.keras")
    assert float(keras.ops.convert_to_numpy(opened.optimizer.learning_rate)) == pytest.approx(0.4)
    for own, other in zip(model.optimizer.variables, opened.optimizer.variables, strict=True):
        one, two = keras.ops.convert_to_numpy(own), keras.ops.convert_to_numpy(other)
        np.testing.assert_array_equal(one, two)
