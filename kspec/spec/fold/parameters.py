"""Values that differ between the uses of a block become its parameters."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kspec.spec.fold.items import Parameter
from kspec.spec.fold.values import Value

__all__ = ["Assigned", "assign"]

# Names that a parameter cannot have, or that would mislead, with their replacements.
_OTHER = {
    "block": "block_",
    "inputs": "inputs_",
    "name": "label",
    "repeat": "times",
    "target_shape": "channels",
    "type": "kind",
}
MAX_PARAMETERS = 10
LARGEST = 2**63


@dataclass
class Assigned:
    """The parameters of a block with their defaults, the parameter at each place of the block where
    values differ, and the arguments of each use."""

    parameters: dict[str, Any] = field(default_factory=dict)
    places: dict[int, Parameter] = field(default_factory=dict)
    uses: list[dict[str, Any]] = field(default_factory=list)


def assign(columns: Sequence[Sequence[Value]], uses: int) -> Assigned | None:
    """Parameters for `columns`: the values of all uses for each place in the block.

    None if more than MAX_PARAMETERS would be needed.
    """
    assigned = Assigned(uses=[{} for _ in range(uses)])
    differing = [
        (place, column)
        for place, column in enumerate(columns)
        if not column[0].is_plain or any(value.text != column[0].text for value in column)
    ]
    # Each distinct row of values once, small numbers first, so that multiples follow.
    rows: list[tuple[Sequence[Value], Parameter]] = []
    for place, column in sorted(differing, key=lambda each: (_size(each[1]), each[0])):
        found = _same(column, rows) or _multiple(column, rows)
        if found is None:
            if len(rows) == MAX_PARAMETERS:
                return None
            found = Parameter(_name(column[0].key, {each.name for _, each in rows}))
            rows.append((column, found))
        assigned.places[place] = found
    for column, parameter in rows:
        default = _default(column)
        assigned.parameters[parameter.name] = default.value if default else None
        for use, value in zip(assigned.uses, column, strict=True):
            if default is None or value.text != default.text:
                use[parameter.name] = value.value
    return assigned


def _size(column: Sequence[Value]) -> float:
    numbers = [_number(value)[1] for value in column]
    return float(sum(numbers)) if all(numbers) else 0.0


def _number(value: Value) -> tuple[str, int]:
    """The parameter that an integer is a multiple of ("" for none), and the factor."""
    if isinstance(value.value, Parameter):
        return value.value.name, value.value.factor
    if isinstance(value.value, int) and not isinstance(value.value, bool):
        return "", value.value
    return "", 0


def _distinct(column: Sequence[Value]) -> int:
    return len({value.text for value in column})


def _same(
    column: Sequence[Value], rows: Sequence[tuple[Sequence[Value], Parameter]]
) -> Parameter | None:
    for other, parameter in rows:
        if _related(column, other) and all(
            value.text == like.text for value, like in zip(column, other, strict=True)
        ):
            return parameter
    return None


def _multiple(
    column: Sequence[Value], rows: Sequence[tuple[Sequence[Value], Parameter]]
) -> Parameter | None:
    for other, parameter in rows:
        factor = _factor(column[0], other[0])
        if (
            factor > 1
            and all(_factor(*pair) == factor for pair in zip(column, other, strict=True))
            and _distinct(other) > 1
            and _related(column, other)
            and not keyword.iskeyword(parameter.name)
        ):
            return Parameter(parameter.name, factor)
    return None


def _factor(value: Value, of: Value) -> int:
    (name, number), (other, divisor) = _number(value), _number(of)
    if name != other or divisor <= 0 or number % divisor or number >= LARGEST:
        return 0
    return number // divisor


def _related(column: Sequence[Value], other: Sequence[Value]) -> bool:
    """Whether it is no coincidence if two rows agree."""
    return column[0].key == other[0].key or _distinct(column) > 2


def _default(column: Sequence[Value]) -> Value | None:
    """The value of most uses, if any; null cannot be a default."""
    counts = Counter(value.text for value in column if value.is_plain and value.value is not None)
    if not counts:
        return None
    text, count = counts.most_common(1)[0]
    if count < 2 or 2 * count <= len(column):
        return None
    return next(value for value in column if value.text == text)


def _name(key: str, taken: set[str]) -> str:
    name = _OTHER.get(key, re.sub(r"[^A-Za-z0-9_]", "_", key))
    if not name or name[0].isdigit():
        name = f"value_{name}"
    if keyword.iskeyword(name):
        name += "_"
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
