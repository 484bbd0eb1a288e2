"""Makes `runs_of_each_backend/`: tiny runs of each backend, for test_across_backends.py.

One has ended, one was interrupted in its second epoch; of that one `at_checkpoint.json` says what
loss and metrics its weights have on the validation set.

    python tests/training/make_runs_of_each_backend.py jax

once per backend, with the oldest Keras that kspec supports: Keras opens the models of an older one,
not always those of a newer. Needed again only when the format of a run changes.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

backend = sys.argv[1]
os.environ["KERAS_BACKEND"] = backend
sys.path.insert(0, str(Path(__file__).parent.parent))

from tiny_spec import TINY  # noqa: E402

import kspec  # noqa: E402
from kspec.training.reporter import Quiet  # noqa: E402

targets = Path(__file__).parent / "runs_of_each_backend"
spec = json.loads(json.dumps(TINY))
spec["data"]["standardize"] = True
spec["layers"][0] |= {"strides": 2}
spec["layers"].insert(3, {"type": "MaxPooling2D", "padding": "same"})


class Interrupter(Quiet):
    """Asks to stop after the third step of the second epoch."""

    def step(self, epoch, step, values):
        if (epoch, step) == (2, 3):
            signal.raise_signal(signal.SIGINT)


def keep(run, target, *names):
    environment = json.loads((run.path / "environment.json").read_text())
    environment["data"]["root"] = "."
    del environment["platform"], environment["cpus"]
    shutil.rmtree(target, ignore_errors=True)
    (target / "checkpoints").mkdir(parents=True)
    for name in ("resolved.json", "history.json", "result.json", *names):
        shutil.copy(run.path / name, target / name)
    (target / "environment.json").write_text(json.dumps(environment, indent=1) + "\n")


with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "tiny.json"
    path.write_text(json.dumps(spec, indent=1))
    loaded = kspec.load(path)
    run = kspec.train(loaded, backend=backend, run_dir=folder)
    keep(run, targets / backend, "model.keras")
    (targets / backend / "checkpoints").rmdir()

    from kspec.training.progress import StepReports

    StepReports.INTERVAL = 0.0
    cut = kspec.train(loaded, backend=backend, run_dir=folder, reporter=Interrupter())
    newest = max((cut.path / "checkpoints").glob("*.npz")).relative_to(cut.path)
    target = targets / f"{backend}-interrupted"
    keep(cut, target, newest, f"{newest}.sha256")
    from at_checkpoint import measured_at

    measured = measured_at(cut.path)
    (target / "at_checkpoint.json").write_text(json.dumps(measured, indent=1) + "\n")
