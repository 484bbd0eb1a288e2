"""The language in Python: what the command line does, as functions."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from kspec import backends
from kspec.spec.models import Spec
from kspec.spec.printing import to_text

if TYPE_CHECKING:
    import keras

    from kspec.runs.read import Run
    from kspec.training.reporter import Reporter

__all__ = ["build", "train"]


def build(spec: Spec, *, backend: str | None = None) -> keras.Model:
    """The network of `spec` with its initial weights, not compiled.

    Input (batch, \\*spec.input.shape). `backend` is "tensorflow", "torch" or "jax"; without it
    KERAS_BACKEND, then what is installed. Raises BackendError for a backend that is not there, or
    when Keras runs on another already; BuildError for a layer that cannot be built.
    """
    backends.activate(backends.choose(backend))
    from kspec.model.build import build

    return build(spec)


def train(
    spec: Spec,
    *,
    backend: str | None = None,
    data: str | None = None,
    run_dir: str | PathLike[str] = "runs",
    reporter: Reporter | None = None,
) -> Run:
    """Train `spec` and return its run; the same as `kspec train`, in silence without a reporter.

    `data` is a path or the name of a source, in place of the spec's. Relative data paths start from
    the folder of the spec's file, or from the current one for a spec made in Python.
    """
    choice = backends.choose(backend)
    backends.activate(choice)
    from kspec.data.override import override
    from kspec.training.train import train

    if data is not None:
        spec = spec.with_data(override(spec.data, data))
    return train(
        spec,
        choice=choice,
        source=source_of(spec),
        root=root_of(spec),
        runs=Path(run_dir),
        reporter=reporter,
    )


def source_of(spec: Spec) -> bytes:
    """The spec as it was given: the bytes of its file, or its values for one made in Python."""
    path = spec.file
    return path.read_bytes() if path else to_text(spec.resolved()).encode()


def root_of(spec: Spec) -> Path:
    """The folder that relative data paths start from."""
    return (spec.file.parent if spec.file else Path()).resolve()
