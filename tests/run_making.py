"""Runs to test with."""

import hashlib

import numpy as np

from kspec.runs import atomic
from kspec.runs.files import read_object
from kspec.runs.predictions import Predictions, write_predictions
from kspec.runs.record import environment
from kspec.runs.writer import RunWriter

RESOLVED = {"kspec": 1, "name": "tiny", "seed": 0, "layers": [{"type": "Dense", "units": 1}]}
DIGEST = "0123456789abcdef" * 4
SOURCE = b'{"name":   "tiny" }\r\n'


def row(epoch, **values):
    given = {"loss": 1.0 / epoch, "accuracy": 0.5, "val_loss": 1.1 / epoch, "val_accuracy": 0.4}
    return {"epoch": epoch, **given, "learning_rate": 0.001, "seconds": 2.5, **values}


def result(**values):
    return {
        "status": "completed",
        "epochs": 2,
        "best_epoch": 2,
        "kept": {"monitor": "val_loss", "mode": "min", "value": 0.55},
        "stopped_by": None,
        "train": {"loss": 0.5, "accuracy": 0.5},
        "validation": {"loss": 0.55, "accuracy": 0.4},
        "test": {"loss": 0.6, "accuracy": 0.3},
        "reference": None,
        "seconds": 5.5,
        "total_params": 2,
        "trainable_params": 2,
        **values,
    }


def make_run(root, name="tiny", *, epochs=2, started=None, **values):
    """A finished run in `root`; returns its folder."""
    with RunWriter.create(root, name, RESOLVED | {"name": name}, SOURCE, digest=DIGEST) as writer:
        where = environment("jax", ["kspec", "train"])
        writer.write_environment(where if started is None else where | {"started": started})
        for epoch in range(1, epochs + 1):
            writer.write_history([row(number) for number in range(1, epoch + 1)])
        writer.write_result(result(**values))
    return writer.folder


def _hash(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def data(seed=0, *, origin="cifar", samples=(40, 10), test="test", test_samples=100, classes=2):
    """What `environment.json` says of data; `origin` and `test` stand for what is in the sets."""

    def split(part, count):
        return {"samples": count, "fingerprint": _hash(part, origin, seed, count)}

    return {
        "source": origin,
        "fingerprint": _hash(origin, seed, samples, test, test_samples, classes),
        "class_names": [f"class {number}" for number in range(classes)],
        "splits": {
            "origin": _hash(origin),
            "train": split("train", samples[0]),
            "validation": split("validation", samples[1]),
            "test": {"samples": test_samples, "fingerprint": _hash(test, test_samples)},
        },
    }


def make_trained(
    root, name="tiny", *, seed=0, right=None, spec=None, about=None, started=None, **values
):
    """A finished run with an identity, data and predictions; returns its folder.

    `right` says of each test sample whether the network is right; without it there are no
    predictions. `data` are those of `data()`, or others.
    """
    found = values.pop("data", None) or data(seed)
    if right is not None and "test" not in values:
        values["test"] = {"loss": 0.5, "accuracy": float(np.mean(right))}
    folder = make_run(root, name, started=started, **values)
    path = folder / "environment.json"
    identity = {"run": _hash(name, spec, seed), "spec": _hash(spec or name), "seed": seed}
    atomic.write_json(path, read_object(path) | {"identity": identity, "data": found})
    resolved = {"seed": seed} | ({"description": about} if about else {})
    atomic.write_json(folder / "resolved.json", read_object(folder / "resolved.json") | resolved)
    if right is not None:
        labels = np.arange(len(right), dtype="int32") % 2
        said = np.where(right, labels, 1 - labels)
        write_predictions(folder, Predictions(labels, np.eye(2, dtype="float32")[said]))
    return folder
