"""Makes `runs_of_each_backend/`: one tiny run per backend, for test_across_backends.py.

    python tests/training/make_runs_of_each_backend.py jax

once per backend, with the oldest Keras that kspec supports: Keras opens the models of an older one,
not always those of a newer. Needed again only when the format of a run changes.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

backend = sys.argv[1]
os.environ["KERAS_BACKEND"] = backend
sys.path.insert(0, str(Path(__file__).parent.parent))

from tiny_spec import TINY  # noqa: E402

import kspec  # noqa: E402

target = Path(__file__).parent / "runs_of_each_backend" / backend
spec = json.loads(json.dumps(TINY))
spec["data"]["standardize"] = True
spec["layers"][0] |= {"strides": 2}
spec["layers"].insert(3, {"type": "MaxPooling2D", "padding": "same"})
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "tiny.json"
    path.write_text(json.dumps(spec, indent=1))
    run = kspec.train(kspec.load(path), backend=backend, run_dir=folder)
    environment = json.loads((run.path / "environment.json").read_text())
    environment["data"]["root"] = "."
    del environment["platform"], environment["cpus"]
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in ("resolved.json", "history.json", "result.json", "model.keras"):
        shutil.copy(run.path / name, target / name)
    (target / "environment.json").write_text(json.dumps(environment, indent=1) + "\n")
