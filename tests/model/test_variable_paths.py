"""Weights of equally named layers in networks within networks are not taken for each other."""

import keras
import numpy as np
import pytest

import kspec

TOWER = {
    "kspec": 1,
    "name": "towers",
    "input": {"shape": [3]},
    "layers": [
        {"type": "Model", "name": "tower", "layers": [{"type": "Dense", "units": 2}]},
        {"type": "Dense", "units": 1},
    ],
    "data": {"source": "table"},
    "training": {"optimizer": "SGD", "loss": "mse", "epochs": 1},
}


@pytest.fixture
def model():
    return kspec.build(kspec.Spec(**TOWER))


def test_every_variable_has_a_path_of_its_own(model):
    assert [weight.path for weight in model.weights] == [
        "tower/dense/kernel",
        "tower/dense/bias",
        "dense/kernel",
        "dense/bias",
    ]


def test_each_step_of_training_has_its_own_gradient(model):
    """On torch the gradients of one of two layers called alike were added up over the steps."""
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    x, y = np.ones((4, 3), "float32"), np.ones((4, 1), "float32")
    for _ in range(3):
        inner, inner_bias, outer, _ = before = model.get_weights()
        error = 2 * (model.predict(x, verbose=0) - y).mean()
        model.train_on_batch(x, y)
        after = model.get_weights()
        expected = [
            np.ones((3, 1)) * outer.T * error,
            outer[:, 0] * error,
            (x[:1] @ inner + inner_bias).T * error,
            [error],
        ]
        for new, old, gradient in zip(after, before, expected, strict=True):
            assert new == pytest.approx(old - 0.1 * np.asarray(gradient), abs=1e-6)
