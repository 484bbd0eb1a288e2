"""All explanations: those written here, and those of the lint rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from kspec.spec.codes import (
    graphs,
    importing,
    keys,
    misfits,
    network,
    objects,
    reading,
    resources,
    shapes,
    syntax,
    unfolding,
    unknown_names,
)
from kspec.spec.codes.explanation import Explanation, explanation

__all__ = ["explain", "explanations"]

_PARTS = (
    syntax,
    reading,
    unfolding,
    keys,
    objects,
    unknown_names,
    graphs,
    misfits,
    shapes,
    network,
    importing,
    resources,
)


def explain(code: str) -> Explanation | None:
    """The explanation of `code`; None for an unknown code."""
    return _by_code().get(code)


def explanations() -> tuple[Explanation, ...]:
    """Every explanation, sorted by code."""
    return tuple(_by_code().values())


@cache
def _by_code() -> MappingProxyType[str, Explanation]:
    known = {each.code: each for part in _PARTS for each in part.EXPLANATIONS}
    for each in _lint():
        # Lint rules may share a code that is explained here.
        known.setdefault(each.code, each)
    return MappingProxyType(dict(sorted(known.items())))


def _lint() -> Iterator[Explanation]:
    """Explanations from `code`, `level`, `title` and `reason` of each rule of `kspec.spec.lint`."""
    if find_spec("kspec.spec.lint") is None:
        return
    rules: Iterable[Any] = getattr(import_module("kspec.spec.lint"), "RULES", ())
    for rule in rules:
        yield explanation(
            rule.code,
            rule.title,
            rule.reason,
            wrong=getattr(rule, "wrong", None),
            right=getattr(rule, "right", None),
            level=rule.level,
        )
