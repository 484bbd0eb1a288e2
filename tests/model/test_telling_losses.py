"""A loss that `kspec check` has nothing against is lower for good outputs than for random ones."""

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
NOISE = RANDOM.normal(size=ONE_HOT.shape)
NOISE_OF_ONE = RANDOM.normal(size=(len(YES), 1))


# The head's units and activation, and good and random outputs of it.
HEADS = {
    "softmax": (CLASSES, softmax(12 * ONE_HOT), softmax(NOISE)),
    "linear": (CLASSES, 12 * ONE_HOT - 3, 3 * NOISE),
    "tanh": (CLASSES, 1.9 * ONE_HOT - 0.95, np.tanh(NOISE)),
    "sigmoid": (1, sigmoid(24 * YES - 12), sigmoid(NOISE_OF_ONE)),
}

# What a loss is used for that it is no measure of here: logits far from 0 and 1 are no good outputs
# for a distance; CTC takes sequences of labels.
OTHERWISE = {
    "linear": ("Huber", "LogCosh", "MeanAbsoluteError", "MeanAbsolutePercentageError",
               "MeanSquaredError", "MeanSquaredLogarithmicError"),
    "tanh": ("Huber", "LogCosh", "MeanAbsoluteError", "MeanAbsolutePercentageError",
             "MeanSquaredError"),
}  # fmt: skip

CASES = [
    pytest.param(head, {**example("losses", name), **logits}, id=f"{head}-{name}-{len(logits)}")
    for head in HEADS
    for name in catalog.names("losses")
    if not catalog.find("losses", name).is_function
    if name != "CTC" and name not in OTHERWISE.get(head, ())
    for logits in ({}, {"from_logits": True})
    if set(logits) <= set(catalog.find("losses", name).arguments)
]


@pytest.mark.parametrize(("head", "loss"), CASES)
def test_good_outputs_have_a_lower_loss_than_random_ones(head, loss, tmp_path):
    units, good, random = HEADS[head]
    spec = {
        "kspec": 1,
        "name": "s",
        "input": {"shape": [8]},
        "layers": [{"type": "Dense", "units": units, "activation": head}],
        "data": {"source": "npz", "path": "a.npz"},
        "training": {"optimizer": "adam", "loss": loss, "metrics": [], "epochs": 1},
    }
    file = tmp_path / "s.json"
    file.write_text(json.dumps(spec))
    (tmp_path / "a.npz").touch()
    if any(problem.level != "note" for problem in kspec.check(file)):
        return
    loaded = kspec.load(file)
    one_hot = units > 1 and not loaded.training.takes_class_numbers
    labels = ONE_HOT if one_hot else YES if units == 1 else NUMBERS
    made = make_recipe(loaded, one_hot=one_hot)[1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = [
            float(keras.ops.convert_to_numpy(made(labels, outputs.astype("float32"))))
            for outputs in (good, random)
        ]
    assert values[0] < values[1] - 0.01
