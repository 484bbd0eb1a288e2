"""Data sources from plugins: functions that return arrays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kspec.data.arrays import as_split, as_values
from kspec.data.dataset import LabelKind, Raw, Split
from kspec.data.inputs import listed
from kspec.data.samples import Samples
from kspec.errors import DataError, KspecError
from kspec.plugins.blame import said_by
from kspec.spec import catalog
from kspec.spec.catalog.registry import Registered
from kspec.spec.models import Input

__all__ = ["read"]

_PAIRS = "(x_train, y_train), (x_test, y_test)"


def read(
    brought: Registered,
    *,
    path: Path | None,
    options: Mapping[str, Any],
    inputs: Mapping[str, Input],
    labels: LabelKind,
) -> Raw:
    """Call the function with `options`, and with `path` if it takes one.

    It returns (x_train, y_train), (x_test, y_test); for several inputs x is a dictionary of arrays
    by their names. Raises DataError for options that it does not take, if it raises an error, and
    if it returns anything else.
    """
    name = brought.entry.name
    for finding in catalog.check_arguments(brought.entry, options):
        raise DataError(f"data.options: {finding.message}")
    given = dict(options)
    if path is not None:
        given["path"] = path
    elif any(argument.required for argument in brought.entry.call):
        raise DataError(f'data.source "{name}" needs data.path')
    try:
        sets = brought.thing(**given)
    except KspecError:
        raise
    except Exception as error:
        raise DataError(f'the data source "{name}" failed: {said_by(error)}') from error
    try:
        (x_train, y_train), (x_test, y_test) = sets
    except (TypeError, ValueError):
        raise DataError(f'the data source "{name}" must give {_PAIRS}') from None
    train = _split(name, "train", x_train, y_train, inputs, labels)
    test = _split(name, "test", x_test, y_test, inputs, labels)
    return Raw(train, None, test, _class_names(brought, labels, train, test), source=name)


def _split(
    name: str, part: str, x: Any, y: Any, inputs: Mapping[str, Input], labels: LabelKind
) -> Split:
    samples: Samples
    if len(inputs) > 1:
        if not isinstance(x, Mapping) or set(x) != set(inputs):
            raise DataError(
                f"{name}: the network takes {listed(inputs)}, so x_{part} must be a dictionary "
                "with an array for each"
            )
        samples = {each: _values(name, part, x[each], inputs[each], f"[{each}]") for each in inputs}
    else:
        (only,) = inputs.values()
        samples = _values(name, part, x, only)
    return as_split(samples, np.asarray(y), where=name, part=part, labels=labels)


def _values(name: str, part: str, x: Any, wanted: Input, key: str = "") -> np.ndarray:
    return as_values(np.asarray(x), wanted.dtype, where=f"{name}: x_{part}{key}")


def _class_names(brought: Registered, labels: LabelKind, *splits: Split) -> tuple[str, ...]:
    if labels == "numbers":
        return ()
    highest = max(int(split.y.max()) for split in splits)
    names = brought.class_names
    if names and highest >= len(names):
        raise DataError(
            f"{brought.entry.name} has {len(names)} class_names, but the labels go up to {highest}"
        )
    return names or tuple(str(label) for label in range(highest + 1))
