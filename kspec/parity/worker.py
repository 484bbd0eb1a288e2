"""A backend's own process: `python -m kspec.parity.worker JOB.json` (see `kspec.children`)."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from kspec import backends
from kspec.children import answer
from kspec.parity.job import Job

__all__ = ["main"]


def main(path: Path) -> None:
    """Do the job in the file at `path`."""
    job = Job.read(path)
    answer(job.folder, partial(_work, job))


def _work(job: Job) -> dict[str, object]:
    from kspec.data.override import on_data
    from kspec.spec.load import load

    backends.activate(replace(backends.choose(job.backend), lowering=job.lowering))
    for plugin in job.plugins:
        from kspec.plugins.loading import load as load_plugin

        load_plugin(plugin, backend=job.backend)
    _on_the_cpu(job.backend)
    from kspec.experiment.prepare import prepare
    from kspec.model.lower import raise_again
    from kspec.parity.measuring import measure
    from kspec.parity.short import shortened

    spec = on_data(load(job.spec, job.settings), job.data)
    prepared = prepare(shortened(spec, job.batch_size), spec.root, lowering=job.lowering)
    for layer in prepared.whole._flatten_layers():
        if layer._seed_generators:
            raise_again(layer)  # Keras asks for random numbers where parity can supply them.
    return {
        "backend": job.backend,
        "version": backends.version(job.backend),
        "keras": _keras_version(),
        "name": spec.name,
        **measure(prepared, job, rate=min(1, job.batch_size / spec.training.batch_size)),
    }


def _on_the_cpu(backend: str) -> None:
    """Hide the GPUs from TensorFlow, which has no environment variable of its own for that."""
    if backend == "tensorflow":
        import tensorflow as tf

        tf.config.set_visible_devices([], "GPU")


def _keras_version() -> str:
    import keras

    return str(keras.__version__)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
