"""The network of a kspec run as a backbone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from kspec.errors import KspecError, RunError
from kspec.model.backbone.made import BackboneError
from kspec.plugins.recorded import require
from kspec.runs.backbones import kept_backbone
from kspec.runs.files import read_object
from kspec.runs.folder import PARAMETERS, RESOLVED, is_run
from kspec.runs.read import Run
from kspec.runs.resolve import resolve
from kspec.spec.load import load
from kspec.spec.models import Spec

__all__ = ["pixels_of", "require_own_sizes", "run_folder", "spec_of"]

RUNS = Path("runs")
"""Where runs are, unless a path says otherwise."""


def run_folder(
    text: str, root: Path, key: str = "application", *, kept: Path | None = None
) -> Path:
    """The folder of the run that `text` means: below `root`, or as on the command line.

    A copy of that run kept by the run in `kept` takes precedence. Raises BackboneError, which
    names `key`.
    """
    own = None if kept is None else kept_backbone(kept, text)
    if own is not None:
        return own
    if is_run(root / text):
        return root / text
    try:
        return resolve(text, RUNS)
    except KspecError as error:
        raise BackboneError(str(error), key) from error


def spec_of(folder: Path) -> tuple[Spec, Path]:
    """The spec of a run, and the folder that its relative paths start from.

    Raises BackboneError.
    """
    try:
        run = Run.open(folder)
        require(run.environment, folder)
        return load(folder / RESOLVED, confined=False), run.root
    except KspecError as error:
        raise BackboneError(str(error), "application") from error


def pixels_of(folder: Path) -> Mapping[str, Any]:
    """How a run scaled the pixels of its only input: `scale`, `mean`, `std`."""
    pixels: Mapping[str, Any] = Run.open(folder).recorded("data", "pixels")["pixels"]
    if "inputs" in pixels:
        raise BackboneError(
            f"{folder} takes several inputs, or none that are pixels", "application"
        )
    return pixels


def require_own_sizes(model: keras.Model, folder: Path, spec: Spec) -> None:
    """Raise BackboneError if the weights of the run of `spec` do not fit `model`, its network.

    They do not for another number of channels, or after a Flatten for another picture size. The
    parameter counts that the run has recorded show it without loading its weights.
    """
    try:
        rows = read_object(folder / PARAMETERS)["rows"]
        there = {row["name"]: row["params"] for row in rows}
    except (RunError, LookupError, TypeError):
        return  # They are checked again when they are loaded.
    for layer in model.layers:
        wanted, found = layer.count_params() if layer.weights else 0, there.get(layer.name)
        if found not in (None, wanted):
            (own,) = spec.entering.values()
            raise BackboneError(
                f"{folder} was trained on {own.shape}, but here the input is "
                f'{tuple(model.input.shape[1:])}: its "{layer.name}" has {found:,} parameters and '
                f'would need {wanted:,}; "weights": null takes its layers alone',
                "application",
            )
