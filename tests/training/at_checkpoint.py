"""What a training is worth at its newest checkpoint."""

import shutil
import tempfile
from pathlib import Path

import kspec
from kspec.experiment.prepare import prepare
from kspec.runs.checkpoints import recover
from kspec.training.state import Training


def at_checkpoint(folder):
    """The run in `folder` (which stays as it is), restored: (prepared, training, checkpoint)."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        checkpoint, _ = recover(Path(copy))
    prepared = prepare(kspec.load(Path(folder) / "resolved.json"), Path())
    training = Training(prepared.model, {})
    training.restore(checkpoint)
    return prepared, training, checkpoint


def measured_at(folder):
    """Loss and metrics of the checkpoint's weights on the validation set."""
    prepared, _, _ = at_checkpoint(folder)
    batches = prepared.batches(prepared.dataset.validation)
    return prepared.model.evaluate(batches, return_dict=True, verbose=0)
