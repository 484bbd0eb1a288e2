"""kspec: one JSON file is one Keras 3 experiment, and it trains the same on every backend.

    spec = kspec.load("specs/quickstart.json")
    model = kspec.build(spec, backend="jax")
    run = kspec.train(spec, backend="jax")

Importing kspec loads no framework; functions that build, train or evaluate load the backend that
they are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kspec import plugins
    from kspec.api import (
        build,
        compare,
        evaluate,
        predict,
        report,
        resume,
        train,
        train_seeds,
        verify,
    )
    from kspec.errors import KspecError
    from kspec.runs.read import Run
    from kspec.spec.load import check, load
    from kspec.spec.models import Spec

__version__ = "0.1.0"

__all__ = [
    "KspecError",
    "Run",
    "Spec",
    "__version__",
    "build",
    "check",
    "compare",
    "evaluate",
    "load",
    "plugins",
    "predict",
    "report",
    "resume",
    "train",
    "train_seeds",
    "verify",
]

_HOMES = {
    "KspecError": "kspec.errors",
    "Run": "kspec.runs.read",
    "Spec": "kspec.spec.models",
    "build": "kspec.api",
    "check": "kspec.spec.load",
    "compare": "kspec.api",
    "evaluate": "kspec.api",
    "load": "kspec.spec.load",
    "plugins": "kspec.plugins",
    "predict": "kspec.api",
    "report": "kspec.api",
    "resume": "kspec.api",
    "train": "kspec.api",
    "train_seeds": "kspec.api",
    "verify": "kspec.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kspec' has no attribute {name!r}")
    from importlib import import_module

    home = import_module(_HOMES[name])
    return home if name == "plugins" else getattr(home, name)


def __dir__() -> list[str]:
    return sorted(__all__)
