"""A backend's own process: `python -m kspec.bench.worker JOB.json` (see `kspec.children`)."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

from kspec import backends
from kspec.children import Job, answer

__all__ = ["main"]


def main(path: Path) -> None:
    """Do the job in the file at `path`."""
    job = Job.read(path)
    answer(job.folder, partial(_work, job))


def _work(job: Job) -> dict[str, Any]:
    from kspec.bench.shortened import shortened
    from kspec.data.override import on_data
    from kspec.spec.load import load

    backends.activate(backends.choose(job.backend))
    for plugin in job.plugins:
        from kspec.plugins.loading import load as load_plugin

        load_plugin(plugin, backend=job.backend)
    import keras

    from kspec.bench.device import device_peak
    from kspec.bench.measure import measure, process_peak
    from kspec.experiment.prepare import prepare
    from kspec.training.determinism import make_deterministic

    spec = shortened(on_data(load(job.spec, job.settings), job.data), job.steps)
    if spec.training.deterministic:
        make_deterministic()
    # The initial weights do not affect the time of a step, and their files may be missing here.
    prepared = prepare(spec, spec.root, pretrained=False)
    found = measure(prepared, job.steps)
    return {
        "backend": job.backend,
        "version": backends.version(job.backend),
        "keras": str(keras.__version__),
        "devices": list(backends.devices(job.backend)),
        "threads": backends.threads(job.backend),
        "process_peak": process_peak(),
        "device_peak": device_peak(job.backend),
        **found,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
