"""A tiny spec and another one, with what differs between them."""

import copy
import json

from tiny_spec import TINY

from kspec.runs.record import environment
from kspec.runs.writer import RunWriter
from kspec.spec.canonical import spec_hash
from kspec.spec.load import load


def write(folder, name="tiny", **changes):
    """A changed copy of the tiny spec in a file; keys are paths: `layers.4.rate`."""
    spec = json.loads(json.dumps({**TINY, "name": name}))
    for path, value in changes.items():
        *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
        part = spec
        for step in steps:
            part = part[step]
        part[last] = copy.deepcopy(value)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(spec))
    return path


def make_run(path, runs, *, data="0123", backend="jax", **values):
    """A run of the spec in a file, as if it had been trained; `values` are of its result."""
    spec = load(path)
    result = {
        "status": "completed",
        "epochs": 2,
        "best_epoch": None,
        "kept": None,
        "stopped_by": None,
        "train": {"loss": 2.0, "accuracy": 0.25},
        "validation": {"loss": 2.1, "accuracy": 0.2},
        "test": {"loss": 2.2, "accuracy": 0.15},
        "reference": None,
        "seconds": 1.5,
        "total_params": 174,
        "trainable_params": 166,
        **values,
    }
    digest = spec_hash(spec)
    with RunWriter.create(runs, spec.name, spec.resolved(), b"{}", digest=digest) as writer:
        writer.write_environment(
            {
                **environment(backend, ["kspec"]),
                "data": {"fingerprint": data, "source": "shapes", "root": str(path.parent)},
                "identity": {"spec": digest, "data": data, "seed": spec.seed, "run": digest},
            }
        )
        writer.write_history([])
        writer.write_result(result)
    return writer.folder
