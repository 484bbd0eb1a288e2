"""Differences between two specs outside their layers: recipe, data, seed, inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from kspec.spec.canonical import canonical, canonical_stopping
from kspec.spec.changes.atom import ABSENT, Atom, State
from kspec.spec.models import EarlyStopping, Spec, Training
from kspec.spec.phases import INHERITED, OF_THE_WHOLE

__all__ = ["differing", "value_atoms", "values_of", "written"]

# Parts that are compared key by key; objects only if they have the same type.
_OPEN = re.compile(r"data|test_time|training(\[[0-9]+\])?(\.(averaging|optimizer|loss))?|")


def value_atoms(before: Spec, after: Spec) -> Iterator[Atom]:
    """An atom for each value that differs."""
    yield from differing(values_of(before), values_of(after), "")


def written(before: Spec, after: Spec, state: State) -> dict[str, Any]:
    """The values of `before`, with those of the atoms in `state` from `after`; without layers."""
    values = _written(before)
    others = _written(after)
    for atom in state:
        if atom.kind == "value":
            _copy(values, others, re.findall(r"[^.\[\]]+", atom.key))
    return values


# Keys that are compared elsewhere.
_NOT_HERE = ("kspec", "layers", "outputs", "augmentation")


def values_of(spec: Spec) -> dict[str, Any]:
    """The canonical values outside the layers; `training` is a list if it has several phases."""
    values = {**canonical(spec), "seed": spec.seed}
    phases = values["training"] if len(spec.phases) > 1 else [values["training"]]
    for values_, phase in zip(phases, spec.phases, strict=True):
        values_["early_stopping"] = _stopping(phase)
    return {key: value for key, value in values.items() if key not in _NOT_HERE}


def _stopping(training: Training) -> list[dict[str, Any]]:
    """The monitors that may stop the training, without their default values."""
    defaults = EarlyStopping().model_dump(mode="json")
    return [
        {k: v for k, v in each.items() if k == "monitor" or v != defaults[k]}
        for each in canonical_stopping(training)
    ]


def _written(spec: Spec) -> dict[str, Any]:
    """The values as in the spec, without defaults, always with `inputs` instead of `input`."""

    def dumped(part: BaseModel) -> dict[str, Any]:
        return part.model_dump(mode="json", exclude_defaults=True)

    return {
        "seed": spec.seed,
        "inputs": {name: dumped(entering) for name, entering in spec.entering.items()},
        "data": dumped(spec.data),
        "training": _phases(spec) if len(spec.phases) > 1 else dumped(spec.training),
        **({} if spec.test_time is None else {"test_time": dumped(spec.test_time)}),
    }


def _phases(spec: Spec) -> list[dict[str, Any]]:
    """Several phases, each written in full, since a later one inherits from the one before."""
    said = spec.training.model_dump(mode="json", exclude_defaults=True)
    found = []
    for number, phase in enumerate(spec.phases):
        values = phase.model_dump(mode="json")
        kept = {key for key in OF_THE_WHOLE if number == 0 and key in said}
        # (Without explicit values these would be inherited from the phase before.)
        values = {**INHERITED, **values} if number else values
        found.append({k: v for k, v in values.items() if k not in OF_THE_WHOLE or k in kept})
    return found


def differing(before: Any, after: Any, path: str) -> Iterator[Atom]:
    """An atom for each value below `path` that differs."""
    both = isinstance(before, Mapping) and isinstance(after, Mapping)
    phases = path == "training" and isinstance(before, list) and isinstance(after, list)
    if phases and len(before) == len(after):
        for number, pair in enumerate(zip(before, after, strict=True)):
            yield from differing(*pair, f"{path}[{number}]")
    elif both and before.get("type") == after.get("type") and _OPEN.fullmatch(path):
        for key in dict.fromkeys([*before, *after]):
            inner = f"{path}.{key}" if path else key
            yield from differing(before.get(key, ABSENT), after.get(key, ABSENT), inner)
    elif before is ABSENT or after is ABSENT or before != after:
        yield Atom("value", "", (), path, before, after)


def _copy(values: Any, others: Any, path: list[str]) -> None:
    """Copy the value at `path` from `others` into `values`, or remove it if `others` lacks it."""
    *steps, last = path
    for step in steps:
        key = int(step) if isinstance(values, list) else step
        values, others = values[key], others[key]
    if last in others:
        values[last] = others[last]
    else:
        values.pop(last, None)
