"""The training that the kill tests interrupt, and what has to be equal of two runs of it."""

import io
import json
import zipfile

import h5py
import numpy as np

SPEC = {
    "kspec": 1,
    "name": "killed",
    "input": {"shape": [8, 8, 3]},
    "layers": [
        {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same"},
        {"type": "BatchNormalization"},
        {"type": "ReLU"},
        {"type": "Dropout", "rate": 0.3},
        {"type": "GlobalAveragePooling2D"},
        {"type": "GaussianNoise", "stddev": 0.1},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
    "data": {
        "source": "shapes",
        "validation": 0.25,
        "scale": "1/255",
        "train_samples": 160,
        "test_samples": 40,
    },
    "augmentation": [
        {"type": "RandomFlip", "mode": "horizontal"},
        {"type": "RandomBrightness", "factor": 0.1},
    ],
    "training": {
        "optimizer": {
            "type": "Adam",
            "learning_rate": {
                "type": "ExponentialDecay",
                "initial_learning_rate": 0.01,
                "decay_steps": 10,
                "decay_rate": 0.9,
            },
        },
        "loss": "sparse_categorical_crossentropy",
        "batch_size": 16,
        "epochs": 10,
        "early_stopping": [
            {"monitor": "val_loss", "patience": 4},
            {"monitor": "val_accuracy", "patience": 6, "restore_best_weights": True},
        ],
        "callbacks": [{"type": "CSVLogger", "filename": "log.csv"}],
        "checkpoint": {"epochs": 1, "steps": 3},
        "deterministic": True,
    },
}


# The same in two phases, of which the second thaws a layer that the first has frozen; weights are
# averaged in both.
TWO_PHASES = {
    **SPEC,
    "training": [
        {
            **SPEC["training"],
            "epochs": 5,
            "trainable": {"conv2d": False},
            "steps_per_epoch": 5,
            "averaging": {"momentum": 0.9, "every": 2, "start": 0.2},
        },
        {
            "epochs": 5,
            "optimizer": {"type": "SGD", "learning_rate": 0.01, "momentum": 0.9},
            "trainable": {"conv2d": True},
            "callbacks": [
                {"type": "ReduceLROnPlateau", "patience": 1},
                {"type": "CSVLogger", "filename": "log.csv"},
            ],
        },
    ],
}

SPECS = {"one": SPEC, "two": TWO_PHASES}


def outcome(folder):
    """All that two runs of one spec must have in common, from the run in `folder`."""
    newest = max((folder / "checkpoints").glob("*.npz"))
    with np.load(newest) as arrays:
        found = {f"checkpoint {name}": arrays[name] for name in arrays.files}
    state = json.loads(found.pop("checkpoint state").tobytes())
    found["checkpoint"] = newest.name
    found["state"] = untimed(state)
    found["history"] = untimed(json.loads((folder / "history.json").read_text()))
    found["result"] = untimed(json.loads((folder / "result.json").read_text()))
    found["log"] = (folder / "log.csv").read_text()
    return found | {f"model {name}": value for name, value in saved_weights(folder).items()}


def untimed(value):
    """`value` without what a clock has measured."""
    if isinstance(value, dict):
        if set(value) == {"rows", "model", "seconds"}:  # What the recorder keeps.
            # (A .keras file holds the time when it was written.)
            return untimed(value["rows"])
        return {key: untimed(child) for key, child in value.items() if key != "seconds"}
    return [untimed(child) for child in value] if isinstance(value, list) else value


def saved_weights(folder):
    """Every array in the saved model, by its place in the file."""
    arrays = {}
    with zipfile.ZipFile(folder / "model.keras") as archive:
        content = archive.read("model.weights.h5")
    with h5py.File(io.BytesIO(content)) as file:
        file.visititems(
            lambda name, item: (
                arrays.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None
            )
        )
    return arrays


def differing(one, other):
    """The names of what is not equal, to the last bit."""
    names = sorted(set(one) ^ set(other))
    for name in sorted(set(one) & set(other)):
        a, b = one[name], other[name]
        if isinstance(a, np.ndarray):
            same = a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
        else:
            same = a == b
        if not same:
            names.append(name)
    return names
