"""A metric that `kspec check` lets pass tells good outputs from those of a network of no use."""

import json
import warnings

import keras
import numpy as np
import pytest
from keras_examples import example
from labels_and_outputs import CLASSES, NUMBERS, ONE_HOT, YES, sigmoid, softmax

import kspec
from kspec.model.compile import make_recipe
from kspec.spec import catalog

RANDOM = np.random.default_rng(6)


# Loss, units, activation, labels, whether they are one-hot, good and random outputs.
SETTINGS = {
    "numbers": (
        "sparse_categorical_crossentropy",
        CLASSES,
        "softmax",
        NUMBERS,
        False,
        softmax(12 * ONE_HOT),
        softmax(RANDOM.normal(size=ONE_HOT.shape)),
    ),
    "one_hot": (
        "categorical_crossentropy",
        CLASSES,
        "softmax",
        ONE_HOT,
        True,
        softmax(12 * ONE_HOT),
        softmax(RANDOM.normal(size=ONE_HOT.shape)),
    ),
    "yes_or_no": (
        "binary_crossentropy",
        1,
        "sigmoid",
        YES,
        False,
        sigmoid(24 * YES - 12),
        sigmoid(RANDOM.normal(size=(len(YES), 1))),
    ),
}

# How IoU and MeanIoU may be told to read labels and outputs.
READINGS = [
    {},
    {"sparse_y_pred": False},
    {"sparse_y_true": False},
    {"sparse_y_true": False, "sparse_y_pred": False},
]
SIZES = {"num_classes": CLASSES, "k": 1, "precision": 0.8, "average": "macro"}


def written(name):
    """The metric as a spec may write it, in all the ways that there are."""
    arguments = catalog.find("metrics", name).arguments
    metric = example("metrics", name)
    metric |= {key: value for key, value in SIZES.items() if key in arguments}
    for reading in READINGS:
        if all(key in arguments for key in reading):
            yield metric | reading


REFUSALS = {"meaningless-metric", "metric-needs-one-hot", "metric-of-one-output", "refused"}
CASES = [
    pytest.param(setting, metric, id=f"{setting}-{json.dumps(metric)}")
    for setting in SETTINGS
    for name in catalog.names("metrics")
    if not catalog.find("metrics", name).is_function
    for metric in written(name)
]


@pytest.mark.parametrize(("setting", "metric"), CASES)
def test_good_outputs_have_another_value_than_random_ones(setting, metric, tmp_path):
    loss, units, activation, labels, one_hot, good, random = SETTINGS[setting]
    file = tmp_path / "s.json"
    spec = {
        "kspec": 1,
        "name": "s",
        "input": {"shape": [8]},
        "layers": [{"type": "Dense", "units": units, "activation": activation}],
        "data": {"source": "npz", "path": "a.npz"},
        "training": {"optimizer": "adam", "loss": loss, "metrics": [metric], "epochs": 1},
    }
    file.write_text(json.dumps(spec))
    (tmp_path / "a.npz").touch()
    errors = {problem.code for problem in kspec.check(file) if problem.level == "error"}
    if errors:
        assert errors <= REFUSALS
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        [made] = make_recipe(kspec.load(file), one_hot=one_hot)[2]
    if isinstance(made, str):
        return  # Keras chooses by the shapes.
    values = []
    for outputs in (good, random):
        made.reset_state()
        made.update_state(labels, outputs.astype("float32"))
        values.append(keras.ops.convert_to_numpy(made.result()))
    assert np.isfinite(values).all()
    assert np.abs(np.subtract(*values)).min() > 0.01
