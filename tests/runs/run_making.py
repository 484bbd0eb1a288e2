"""Runs to test with."""

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
