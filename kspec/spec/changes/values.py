"""What differs between two specs outside of their layers: recipe, data, seed, what enters."""

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

# Parts that are looked into, key by key; objects only where they are of one type.
_OPEN = re.compile(r"data|test_time|training(\[[0-9]+\])?(\.(averaging|optimizer|loss))?|")


def value_atoms(before: Spec, after: Spec) -> Iterator[Atom]:
    """An atom for each value that differs."""
    yield from differing(values_of(before), values_of(after), "")


def written(before: Spec, after: Spec, state: State) -> dict[str, Any]:
    """The values of `before`, those of the atoms in `state` as in `after`; without layers."""
    values = _written(before)
    others = _written(after)
    for atom in state:
        if atom.kind == "value":
            _copy(values, others, re.findall(r"[^.\[\]]+", atom.key))
    return values


# What is compared in another way.
_NOT_HERE = ("kspec", "layers", "outputs", "augmentation")


def values_of(spec: Spec) -> dict[str, Any]:
    """The canonical values outside of the layers; a list of phases where there are several."""
    values = {**canonical(spec), "seed": spec.seed}
    phases = values["training"] if len(spec.phases) > 1 else [values["training"]]
    for values_, phase in zip(phases, spec.phases, strict=True):
        values_["early_stopping"] = _stopping(phase)
    return {key: value for key, value in values.items() if key not in _NOT_HERE}


def _stopping(training: Training) -> list[dict[str, Any]]:
    """The monitors that may stop the training, without what they have by default."""
    defaults = EarlyStopping().model_dump(mode="json")
    return [
        {k: v for k, v in each.items() if k == "monitor" or v != defaults[k]}
        for each in canonical_stopping(training)
    ]


def _written(spec: Spec) -> dict[str, Any]:
    """The values as the spec has them without defaults, `inputs` in the form for any number."""

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
    """Several phases, each said in full, since a later one takes from those before it."""
    said = spec.training.model_dump(mode="json", exclude_defaults=True)
    found = []
    for number, phase in enumerate(spec.phases):
        values = phase.model_dump(mode="json")
        kept = {key for key in OF_THE_WHOLE if number == 0 and key in said}
        # (Where nothing is said of them, they are those of the phase before.)
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
    """Put the value at `path` of `others` into `values`, or take it out."""
    *steps, last = path
    for step in steps:
        key = int(step) if isinstance(values, list) else step
        values, others = values[key], others[key]
    if last in others:
        values[last] = others[last]
    else:
        values.pop(last, None)
