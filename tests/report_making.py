"""Runs with all that a report shows, written as training writes them, without one."""

import numpy as np

from kspec.runs.pictures import Augmented, Mistakes, write_augmented, write_mistakes
from kspec.runs.predictions import Predictions, write_predictions
from kspec.runs.record import environment
from kspec.runs.writer import RunWriter

HOSTILE = [
    "<img src=x onerror=\"document.title='broken'\">",
    "\"quotes\" and 'quotes' & <b>bold</b>",
    "🦊 emoji, مرحبا, \u202e turned",
    "x" * 200,
]
DIGEST = "0123456789abcdef" * 4
LAYERS = [
    {"name": "conv", "type": "Conv2D", "output_shape": [8, 8, 4], "params": 112},
    {"name": "dense", "type": "Dense", "output_shape": [4], "params": 20},
]
SPEC = {
    "kspec": 1,
    "name": "tiny",
    "seed": 0,
    "layers": [{"type": "Dense", "units": 4}],
    "description": "A network <b>without</b> a purpose",
    "data": {"source": "shapes", "labels": "classes"},
    "augmentation": [{"type": "RandomFlip"}],
    "training": {"epochs": 5, "early_stopping": [{"monitor": "val_loss", "patience": 3}]},
}
BASE = SPEC | {"name": "base", "training": {"epochs": 9, "early_stopping": []}}


def row(epoch, **values):
    measured = {"loss": 2.0 / epoch, "accuracy": 0.5, "val_loss": 3.0 / epoch, "val_accuracy": 0.4}
    return {"epoch": epoch, **measured, "learning_rate": 0.001, "seconds": 2.5, **values}


def result(**values):
    return {
        "status": "completed",
        "epochs": 5,
        "best_epoch": 4,
        "kept": {"monitor": "val_loss", "mode": "min", "value": 0.75, "why": "the only monitor"},
        "stopped_by": None,
        "train": {"loss": 0.5, "accuracy": 0.5},
        "validation": {"loss": 0.75, "accuracy": 0.4},
        "test": {"loss": 0.6, "accuracy": 0.3},
        "reference": None,
        "seconds": 15.5,
        "total_params": 132,
        "trainable_params": 132,
        **values,
    }


def predictions(labels, called, classes, sure=0.7):
    """Predictions that call each sample what they are told, all equally sure."""
    outputs = np.full((len(labels), classes), (1 - sure) / (classes - 1), np.float32)
    outputs[np.arange(len(labels)), called] = sure
    return Predictions(np.array(labels, np.int32), outputs)


def pictures(*shape):
    return np.random.default_rng(0).integers(0, 255, shape, np.uint8)


def write_run(
    root,
    *,
    name="tiny",
    names=("cat", "dog", "fox", "owl"),
    rows=None,
    spec=SPEC,
    base=BASE,
    said=None,
    where=None,
    **values,
):
    """A finished run with everything in it; returns its folder. `values` are the result's."""
    source = b'{"extends": "base.json"}' if base else b"{}"
    with RunWriter.create(root, name, spec | {"name": name}, source, digest=DIGEST) as writer:
        data = {"source": "shapes", "class_names": list(names)}
        writer.write_environment(
            environment("jax", ["kspec", "train"]) | {"data": data} | (where or {})
        )
        if base:
            writer.write_base({"extends": "base.json", "resolved": base})
        table = [layer | {"trainable_params": layer["params"]} for layer in LAYERS]
        writer.write_parameters({"rows": table, "total_params": 132, "trainable_params": 132})
        writer.write_history([row(epoch) for epoch in range(1, 6)] if rows is None else rows)
        said = said or predictions([0, 0, 1, 2, 3, 3], [0, 1, 1, 2, 3, 0], len(names))
        write_predictions(writer.folder, said)
        if said.labels.ndim == 1:
            write_mistakes(writer.folder, Mistakes(np.array([1, 5]), pictures(2, 8, 8, 3)))
        write_augmented(
            writer.folder,
            Augmented(pictures(2, 8, 8, 1), pictures(2, 3, 8, 8, 1), np.array([0, 1])),
        )
        writer.write_result(result(**values))
    return writer.folder
