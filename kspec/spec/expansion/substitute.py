"""Replaces `$name` and `$(arithmetic)` by their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
    """Inserts values and counts them, since variables and blocks can double with each step.

    `coming` are the variables still to be defined, by name, the current one first, whose value is
    being computed. `broken` are those without a value, which has been reported.
    """

    complain: Complaints
    spent: int = 0
    coming: Mapping[str, Node] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

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
            # The value keeps the place where it was written, used by the place of the `$name`.
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
        """Whether the spec may grow by `size` values; reports it if not."""
        self.spent += size
        if self.spent - size <= MAX_VALUES < self.spent:
            message = f"the spec unfolds to more than {MAX_VALUES:,} values"
            self.complain(place, message, "too-large")
        return self.spent <= MAX_VALUES

    def calculate(self, text: str, scope: Scope, place: Place) -> Any:
        if not self.broken.isdisjoint(_NAME.findall(text)):
            return None
        try:
            return evaluate(text, {name: child.plain() for name, child in scope.items()})
        except UnknownNameError as error:
            self.unknown_name(error.name, scope, place)
        except ExpressionError as error:
            self.complain(place, f"$({text}): {error}", "expression")
        return None

    def unknown_name(self, name: str, scope: Scope, place: Place) -> None:
        if name in self.coming:
            self.too_early(name, place)
            return
        known = f"; known here: {listed(scope)}" if scope else ""
        hint = did_you_mean(name, scope, known, sign="$")
        self.complain(place, f'"${name}" is not defined{hint}', "unknown-variable")

    def too_early(self, name: str, place: Place) -> None:
        """Report why the current variable cannot use `name`."""
        own = next(iter(self.coming))
        circle = self.way(name, own)
        if own in self.broken:
            return  # It is part of a circle that has been reported.
        if circle:
            self.broken.update(circle)
            shown = " → ".join(f'"${each}"' for each in (circle[-1], *circle))
            self.complain(place, f"variables refer to each other in a circle: {shown}", "circle")
        else:
            message = f'"${name}" is defined further down; a variable sees only those above it'
            self.complain(place, message, "unknown-variable")

    def way(self, start: str, end: str) -> list[str]:
        """The variables from `start` to `end`, each needing the next; empty if there is no path."""
        came_from = {start: ""}
        waiting = [start]
        while waiting:
            name = waiting.pop(0)
            if name == end:
                way = [end]
                while came_from[way[0]]:
                    way.insert(0, came_from[way[0]])
                return way
            for needed in _needs(self.coming[name]):
                if needed in self.coming and needed not in came_from:
                    came_from[needed] = name
                    waiting.append(needed)
        return []


def _needs(node: Node) -> Iterator[str]:
    """The names of the variables in the texts of `node`."""
    if isinstance(node.value, dict):
        for child in node.value.values():
            yield from _needs(child)
    elif isinstance(node.value, list):
        for child in node.value:
            yield from _needs(child)
    elif isinstance(node.value, str) and node.value[:1] == "$" and node.value[:2] != "$$":
        yield from _NAME.findall(node.value)


def _size(node: Node) -> int:
    if isinstance(node.value, dict):
        return 1 + sum(_size(child) for child in node.value.values())
    if isinstance(node.value, list):
        return 1 + sum(_size(child) for child in node.value)
    return 1
