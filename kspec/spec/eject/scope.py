"""What the names in a spec stand for in the generated code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec.catalog.own import OWN
from kspec.spec.catalog.registry import KINDS, registered
from kspec.spec.eject.code import flat
from kspec.spec.eject.formula import formula
from kspec.spec.eject.objects import NOT_AS_TEXT, Source, value
from kspec.spec.eject.read import CannotFollowError, Formula

__all__ = ["Scope", "inline", "needs_a_place", "resolved"]

Scope = Mapping[str, Any]
"""For each name a `Source`, or a plain value that replaces it."""


def resolved(given: Any, scope: Scope) -> Any:
    """A value with every `$name` and `$(arithmetic)` in it as source text.

    Raises CannotFollowError for a name that is not in `scope`.
    """
    if isinstance(given, Formula):
        if given in scope:
            return scope[given]
        if not (given.startswith("(") and given.endswith(")")):
            raise CannotFollowError
        texts = {name: each.text for name, each in scope.items() if isinstance(each, Source)}
        return Source(formula(given[1:-1], texts))
    if isinstance(given, Mapping):
        return {key: resolved(each, scope) for key, each in given.items()}
    if isinstance(given, list):
        return [resolved(each, scope) for each in given]
    return given


def needs_a_place(given: Any) -> bool:
    """Whether it is text that Keras does not accept: only the argument tells which kind of object
    it names."""
    if not isinstance(given, str):
        return False
    own = any(given in names for names in OWN.values())
    return given in NOT_AS_TEXT or own or any(registered(kind, given) for kind in KINDS)


def inline(key: str, given: Any) -> str:
    """The value of a block's parameter on one line."""
    if needs_a_place(given):
        raise CannotFollowError
    return flat(value(key, given, "layers"))
