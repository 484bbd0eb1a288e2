"""Losses of plugins see labels in the shape of the outputs."""

import numpy as np
import pytest
from tiny_spec import TINY

import kspec
from kspec.training.trained import open_trained

PLUGIN = """
    import keras

    @plugins.loss
    class Distance(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return (y_true - y_pred) ** 2
"""


def test_a_loss_of_one_output_compares_each_sample_with_its_own_label(write_plugin, tmp_path):
    write_plugin("distances", PLUGIN)
    kspec.plugins.load("distances")
    x = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 3), dtype=np.uint8)
    y = np.arange(40) % 2
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    head = {"type": "Dense", "units": 1, "activation": "sigmoid"}
    values = {
        **TINY,
        "layers": [{"type": "Flatten"}, head],
        "data": {"source": "npz", "path": str(tmp_path / "d.npz"), "standardize": True},
        "training": {**TINY["training"], "loss": "Distance", "metrics": ["mse"], "epochs": 1},
    }
    run = kspec.train(kspec.Spec.model_validate(values), run_dir=tmp_path / "runs")
    opened = open_trained(run)
    outputs = opened.model.predict(opened.pixels(x), verbose=0)[:, 0]
    distance = ((outputs - y) ** 2).mean()
    assert run.result["test"]["loss"] == pytest.approx(distance, rel=1e-4)
    assert run.result["test"]["mse"] == pytest.approx(distance, rel=1e-4)
