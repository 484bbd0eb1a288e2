"""The output shape of one layer or operation, from what the families know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.shapes.families import rule_of
from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import (
    LARGEST,
    UNKNOWN,
    CannotFit,
    Dims,
    Given,
    Outputs,
    Unsure,
    is_several,
    is_shape,
    shape_text,
)

__all__ = ["shape_of"]

_WRAPPERS = ("Bidirectional", "Pipeline", "SpectralNormalization", "TimeDistributed")


def shape_of(kind: str, arguments: Mapping[str, Any], given: Given) -> Outputs:
    """The output of a layer or operation `kind` for `given`; `UNKNOWN` if it cannot be inferred.

    Raises CannotFit for inputs that it cannot take.
    """
    if _holds_unknown(given):
        return UNKNOWN
    try:
        made = _followed(kind, arguments, given)
    except Unsure:
        return UNKNOWN
    shapes: tuple[Dims, ...] = made if is_several(made) else (made,) if is_shape(made) else ()
    sizes = [size for shape in shapes for size in shape if size is not None]
    if any(size > LARGEST for size in sizes):
        return UNKNOWN
    if any(size < 1 for size in sizes):
        left = " and ".join(map(shape_text, shapes))
        raise CannotFit("nothing-left", f"nothing is left of what this {kind} takes: {left}")
    return made


def _followed(kind: str, arguments: Mapping[str, Any], given: Given) -> Outputs:
    is_operation = catalog.operation_of(kind) is not None
    entry = catalog.find_item(kind)
    if not isinstance(entry, catalog.Entry):
        return UNKNOWN
    settings = Settings(kind if is_operation else entry.name, arguments, entry.arguments)
    if is_operation:
        from kspec.spec.shapes.operations import follow

        return follow(settings, entry, given)
    if entry.name in _WRAPPERS:
        from kspec.spec.shapes.wrappers import RULES

        return RULES[entry.name](settings, given, shape_of)
    rule = rule_of(entry.name)
    return rule(settings, given) if rule is not None else UNKNOWN


def _holds_unknown(given: Given) -> bool:
    if isinstance(given, Mapping):
        return any(map(_holds_unknown, given.values()))
    return any(map(_holds_unknown, given)) if isinstance(given, list) else given is UNKNOWN
