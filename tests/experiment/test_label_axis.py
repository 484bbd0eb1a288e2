"""In which form labels are passed to the model."""

import numpy as np
import pytest

from kspec.experiment.prepare import prepare

SOFTMAX = {"type": "Dense", "units": 10, "activation": "softmax"}
SIGMOID = {"type": "Dense", "units": 1, "activation": "sigmoid"}


@pytest.mark.parametrize(
    ("head", "loss", "axis", "one_hot"),
    [
        (SOFTMAX, "sparse_categorical_crossentropy", (), False),
        (SOFTMAX, "categorical_crossentropy", (10,), True),
        (SIGMOID, "binary_crossentropy", (1,), False),
        (SIGMOID, "hinge", (1,), False),
    ],
)
def test_of_classes(head, loss, axis, one_hot, tiny, tmp_path):
    x = np.zeros((40, 8, 8, 3), "uint8")
    np.savez(tmp_path / "d.npz", x_train=x, y_train=np.arange(40) % 2)
    data = {"source": "npz", "path": "d.npz"}
    spec = tiny(layers=[{"type": "Flatten"}, head], data=data, **{"training.loss": loss})
    prepared = prepare(spec, tmp_path)
    _, y = prepared.train_batches()[0]
    assert y.shape[1:] == axis
    assert prepared.one_hot == one_hot
    _, y = prepared.batches(prepared.dataset.train)[0]
    numbers = y.argmax(axis=-1) if one_hot else y.reshape(-1)
    assert np.array_equal(numbers, prepared.dataset.train.y[: len(y)])
