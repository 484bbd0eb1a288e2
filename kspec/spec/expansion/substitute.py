"""`$name` and `$(arithmetic)` replaced by their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kspec.errors import Place
from kspec.spec.expansion.complaints import Complaints, did_you_mean, listed
from kspec.spec.expression import ExpressionError, UnknownNameError, evaluate
from kspec.spec.node import Node

__all__ = ["MAX_VALUES", "Scope", "Substitution"]

MAX_VALUES = 100_000

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Scope = Mapping[str, Node]
"""The variables that are known at a place."""


@dataclass
class Substitution:
    """Puts values in, and counts them: variables and blocks can double with each step."""

    complain: Complaints
    spent: int = 0

    def __call__(self, node: Node, scope: Scope) -> Node:
        """`node` with every `$name` and `$(…)` replaced by its value."""
        if isinstance(node.value, dict):
            members = {key: self(child, scope) for key, child in node.value.items()}
            return Node(members, node.place, node.keys)
        if isinstance(node.value, list):
            return Node([self(child, scope) for child in node.value], node.place)
        if not isinstance(node.value, str) or not node.value.startswith("$"):
            return node
        text = node.value[1:]
        if text.startswith("$"):
            return Node(text, node.place)
        if text in scope:
            # The value keeps the place where it was written; the `$name` is what brought it here.
            value = scope[text]
            if not self.spend(_size(value), node.place):
                return Node(None, node.place)
            bare = node.place.used(None)
            return value if value.place == node.place else value.used_by(bare)
        if text.startswith("(") and text.endswith(")"):
            return Node(self.calculate(text[1:-1], scope, node.place), node.place)
        if _NAME.fullmatch(text):
            self.unknown_name(text, scope, node.place)
        else:
            message = f'"{node.value}" is neither $name nor $(arithmetic); $$ writes a dollar sign'
            self.complain(node.place, message, "expression")
        return Node(None, node.place)

    def spend(self, size: int, place: Place) -> bool:
        """Whether the spec may still grow by so many values."""
        self.spent += size
        if self.spent - size <= MAX_VALUES < self.spent:
            message = f"the spec unfolds to more than {MAX_VALUES:,} values"
            self.complain(place, message, "too-large")
        return self.spent <= MAX_VALUES

    def calculate(self, text: str, scope: Scope, place: Place) -> Any:
        try:
            return evaluate(text, {name: child.plain() for name, child in scope.items()})
        except UnknownNameError as error:
            self.unknown_name(error.name, scope, place)
        except ExpressionError as error:
            self.complain(place, f"$({text}): {error}", "expression")
        return None

    def unknown_name(self, name: str, scope: Scope, place: Place) -> None:
        known = f"; known here: {listed(scope)}" if scope else ""
        hint = did_you_mean(name, scope, known, sign="$")
        self.complain(place, f'nobody defines "${name}"{hint}', "unknown-variable")


def _size(node: Node) -> int:
    if isinstance(node.value, dict):
        return 1 + sum(_size(child) for child in node.value.values())
    if isinstance(node.value, list):
        return 1 + sum(_size(child) for child in node.value)
    return 1
