"""A word that stands twice in a batch counts as one gradient, on every backend."""

import numpy as np
import pytest

import kspec
from kspec.model.compile import compile_model

WORDS = {
    "kspec": 1,
    "name": "words",
    "input": {"shape": [3], "dtype": "int32"},
    "layers": [
        {"type": "Embedding", "input_dim": 4, "output_dim": 1},
        {"type": "Flatten"},
        {"type": "Dense", "units": 1, "kernel_initializer": "ones"},
    ],
    "data": {"source": "sentences"},
    "training": {
        "optimizer": {"type": "Adam", "learning_rate": 0.5},
        "loss": "mse",
        "metrics": [],
        "epochs": 1,
    },
}


@pytest.mark.parametrize("optimizer", ["Adam", "RMSprop"])
def test_the_first_step_of_adam_is_the_learning_rate(optimizer):
    """On TensorFlow Keras takes each row by itself, and steps further for one that comes twice."""
    spec = kspec.Spec(**WORDS)
    model = kspec.build(spec)
    changed = spec.training.optimizer.model_copy(update={"type": optimizer})
    training = spec.training.model_copy(update={"optimizer": changed})
    compile_model(model, spec.with_training(training), one_hot=False)
    (before, *_) = model.get_weights()
    model.train_on_batch(np.array([[1, 1, 2]], "int32"), np.array([[1000.0]], "float32"))
    (after, *_) = model.get_weights()
    # RMSprop keeps a tenth of the square: 1 / sqrt(0.1).
    step = 0.5 if optimizer == "Adam" else 0.5 / np.sqrt(0.1)
    moved = [0, step, step, 0]
    assert (after - before)[:, 0] == pytest.approx(moved, rel=1e-5)
