"""Weights from an HDF5 file: `.weights.h5` of Keras 3, or `.h5` like its ImageNet files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import keras
from keras.src.utils.naming import to_snake_case

from kspec.errors import SpecError, keras_says
from kspec.model.backbone.made import BackboneError
from kspec.model.carry.by_path import RANDOM
from kspec.model.carry.hdf5 import held_in_hdf5
from kspec.model.carry.stored import ByLayer, ByPath, Held, Stored
from kspec.model.fitting import in_file_order, misfit_of_shapes

__all__ = ["fill_from_hdf5"]


def fill_from_hdf5(model: keras.Model, path: Path, *, known: bool = False) -> None:
    """Load all weights of `model` from the HDF5 file at `path`.

    Keras does the loading; misfits that it would ignore silently or report in its own terms are
    checked for first, unless the file is `known` to be the right one. Raises BackboneError, which
    says which layer does not fit.
    """
    if not known:
        try:
            with path.open("rb") as stream, held_in_hdf5(stream, str(path)) as held:
                misfit = _misfit(model, held)
        except SpecError as error:
            message = f"{path}: {error.problems[0].message}"
            raise BackboneError(message, "weights") from error
        if misfit is not None:
            raise BackboneError(f"{path} is for another network: {misfit}", "weights")
    try:
        model.load_weights(path)
    except Exception as error:
        message = f"{path} cannot be loaded: {keras_says(error)}"
        raise BackboneError(message, "weights") from error


def _misfit(model: keras.Model, held: Held) -> str | None:
    if isinstance(held, ByLayer):
        return _misfit_by_layer(model, held)
    return _misfit_by_path(model, held) if isinstance(held, ByPath) else None


def _misfit_by_layer(model: keras.Model, held: ByLayer) -> str | None:
    wanted = [layer for layer in model.layers if layer.weights]
    there = [(name, arrays) for name, arrays in held.layers if arrays]
    for layer, (name, arrays) in zip(wanted, there, strict=False):
        misfit = misfit_of_shapes(in_file_order(layer), arrays)
        if misfit is not None:
            return f'the layer "{layer.name}" {misfit} in "{name}"'
    if len(wanted) != len(there):
        return f"it has weights for {len(there)} layers, but the backbone has {len(wanted)}"
    return None


def _misfit_by_path(model: keras.Model, held: ByPath) -> str | None:
    """Keras 3 identifies a layer by its class and count: "layers/conv2d_3"."""
    there: dict[str, list[Stored]] = defaultdict(list)
    for path, stored in held.arrays.items():
        steps = path.split("/")
        if steps[0] == "layers" and not any(step.startswith(RANDOM) for step in steps):
            there[steps[1]].append(stored)
    counts: Counter[str] = Counter()
    for layer in model.layers:
        kind = to_snake_case(type(layer).__name__)
        own = f"{kind}_{counts[kind]}" if counts[kind] else kind
        counts[kind] += 1
        wanted, found = _shapes(layer.weights), _shapes(there.pop(own, []))
        if wanted != found:
            return f'the layer "{layer.name}" has the weights {wanted}, but the file has {found}'
    if there:
        return f'it has weights at "layers/{next(iter(there))}", but the backbone has no such layer'
    return None


def _shapes(arrays: Iterable[Any]) -> str:
    return ", ".join(map(str, sorted(tuple(each.shape) for each in arrays))) or "none"
