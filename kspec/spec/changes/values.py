"""What differs between two specs outside of their layers: recipe, data, seed, what enters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from kspec.spec.canonical import canonical, canonical_stopping
from kspec.spec.changes.atom import ABSENT, Atom, State
from kspec.spec.models import EarlyStopping, Spec

__all__ = ["value_atoms", "written"]

# Parts that are looked into, key by key; objects only where they are of one type.
_OPEN = ("data", "training", "training.optimizer", "training.loss")


def value_atoms(before: Spec, after: Spec) -> Iterator[Atom]:
    """An atom for each value that differs."""
    yield from _differing(_values(before), _values(after), "")


def written(before: Spec, after: Spec, state: State) -> dict[str, Any]:
    """The values of `before`, those of the atoms in `state` as in `after`; without layers."""
    values = _written(before)
    others = _written(after)
    for atom in state:
        if atom.kind == "value":
            _copy(values, others, atom.key.split("."))
    return values


# What is compared in another way.
_NOT_HERE = ("kspec", "layers", "outputs", "augmentation")


def _values(spec: Spec) -> dict[str, Any]:
    values = {**canonical(spec), "seed": spec.seed}
    values["training"] = {**values["training"], "early_stopping": _stopping(spec)}
    return {key: value for key, value in values.items() if key not in _NOT_HERE}


def _stopping(spec: Spec) -> list[dict[str, Any]]:
    """The monitors that may stop the training, without what they have by default."""
    defaults = EarlyStopping().model_dump(mode="json")
    return [
        {k: v for k, v in each.items() if k == "monitor" or v != defaults[k]}
        for each in canonical_stopping(spec)
    ]


def _written(spec: Spec) -> dict[str, Any]:
    """The values as the spec has them without defaults, `inputs` in the form for any number."""

    def dumped(part: BaseModel) -> dict[str, Any]:
        return part.model_dump(mode="json", exclude_defaults=True)

    return {
        "seed": spec.seed,
        "inputs": {name: dumped(entering) for name, entering in spec.entering.items()},
        "data": dumped(spec.data),
        "training": dumped(spec.training),
    }


def _differing(before: Any, after: Any, path: str) -> Iterator[Atom]:
    both = isinstance(before, Mapping) and isinstance(after, Mapping)
    if both and before.get("type") == after.get("type") and (not path or path in _OPEN):
        for key in dict.fromkeys([*before, *after]):
            inner = f"{path}.{key}" if path else key
            yield from _differing(before.get(key, ABSENT), after.get(key, ABSENT), inner)
    elif before is ABSENT or after is ABSENT or before != after:
        yield Atom("value", "", (), path, before, after)


def _copy(values: dict[str, Any], others: Mapping[str, Any], path: list[str]) -> None:
    """Put the value at `path` of `others` into `values`, or take it out."""
    *steps, last = path
    for step in steps:
        values, others = values[step], others[step]
    if last in others:
        values[last] = others[last]
    else:
        values.pop(last, None)
