"""Variables, blocks and repeats unfolded: what is left is a plain list of layers and a recipe."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kspec.errors import Place, Problem, SpecError
from kspec.spec.expression import ExpressionError, UnknownNameError, evaluate
from kspec.spec.node import Node, node_of

__all__ = ["expand"]

MAX_LAYERS = 10_000
MAX_VALUES = 100_000
MAX_DEPTH = 50

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LAYER_LISTS = ("layers", "augmentation")

Scope = Mapping[str, Node]


def expand(node: Node) -> Node:
    """A spec without `variables`, `blocks`, `repeat` and `$`.

    Raises SpecError with every problem found.
    """
    return _Expansion(node).result()


@dataclass(frozen=True)
class _Block:
    parameters: dict[str, Node]
    layers: Node


@dataclass
class _Expansion:
    document: Node
    problems: list[Problem] = field(default_factory=list)
    blocks: dict[str, _Block] = field(default_factory=dict)
    variables: dict[str, Node] = field(default_factory=dict)
    count: int = 0
    spent: int = 0

    def result(self) -> Node:
        self.read_variables()
        self.read_blocks()
        members: dict[str, Node] = {}
        for key, child in self.document.value.items():
            if key in _LAYER_LISTS and isinstance(child.value, list):
                members[key] = Node(self.layers(child, self.variables, ()), child.place)
            elif key not in ("blocks", "variables"):
                members[key] = self.substitute(child, self.variables)
        if self.problems:
            raise SpecError(self.problems)
        keys = {key: place for key, place in self.document.keys.items() if key in members}
        return Node(members, self.document.place, keys)

    def problem(self, place: Place, message: str, code: str) -> None:
        problem = Problem(place, message, code)
        if problem not in self.problems:
            self.problems.append(problem)

    def read_variables(self) -> None:
        """Top-level variables, each seeing those before it."""
        node = self.document.get("variables")
        if node is None:
            return
        if not isinstance(node.value, dict):
            self.problem(node.place, '"variables" is an object of names and values', "wrong-type")
            return
        for name, child in node.value.items():
            if self.good_name(name, node.keys[name]):
                self.variables[name] = self.substitute(child, dict(self.variables))

    def read_blocks(self) -> None:
        node = self.document.get("blocks")
        if node is None:
            return
        if not isinstance(node.value, dict):
            self.problem(node.place, '"blocks" is an object of named blocks', "wrong-type")
            return
        for name, child in node.value.items():
            block = self.read_block(name, child, node.keys[name])
            if block is not None:
                self.blocks[name] = block

    def read_block(self, name: str, node: Node, place: Place) -> _Block | None:
        if not isinstance(node.value, dict):
            self.problem(place, f'block "{name}" is an object with "layers"', "wrong-type")
            return None
        for key in node.value:
            if key not in ("parameters", "layers", "description"):
                self.unknown_key(node.keys[key], key, f'block "{name}"', ("parameters", "layers"))
        layers = node.get("layers")
        if layers is None or not isinstance(layers.value, list):
            where = place if layers is None else layers.place
            self.problem(where, f'block "{name}" needs "layers", a list', "missing-key")
            return None
        parameters = node.get("parameters")
        if parameters is None:
            return _Block({}, layers)
        if not isinstance(parameters.value, dict):
            message = f'the parameters of block "{name}" are an object of names and defaults'
            self.problem(parameters.place, message, "wrong-type")
            return None
        good = {
            key: child
            for key, child in parameters.value.items()
            if self.good_name(key, parameters.keys[key])
        }
        return _Block(good, layers)

    def good_name(self, name: str, place: Place) -> bool:
        if _NAME.fullmatch(name) and name not in ("block", "repeat", "type"):
            return True
        self.problem(place, f'"{name}" cannot name a variable: letters, digits and _', "bad-name")
        return False

    def unknown_key(self, place: Place, key: str, where: str, known: tuple[str, ...]) -> None:
        close = difflib.get_close_matches(key, known, n=1)
        hint = f'. Did you mean "{close[0]}"?' if close else f"; it takes {_listed(known)}"
        self.problem(place, f'{where} has no "{key}"{hint}', "unknown-key")

    def layers(self, node: Node, scope: Scope, within: tuple[str, ...]) -> list[Node]:
        """The items of a layer list, unfolded; `within` names the blocks being unfolded."""
        result: list[Node] = []
        for item in node.value:
            if self.count > MAX_LAYERS:
                break
            if item.get("block") is not None:
                result += self.use_block(item, scope, within)
            elif item.get("repeat") is not None:
                result += self.repeat(item, scope, within)
            else:
                self.count += 1
                if self.count > MAX_LAYERS:
                    message = f"the spec unfolds to more than {MAX_LAYERS:,} layers"
                    self.problem(item.place, message, "too-large")
                result.append(self.substitute(item, scope))
        return result

    def use_block(self, item: Node, scope: Scope, within: tuple[str, ...]) -> list[Node]:
        named = item.value["block"]
        name = named.value
        if not isinstance(name, str) or name not in self.blocks:
            known = tuple(self.blocks)
            close = difflib.get_close_matches(str(name), known, n=1)
            hint = (
                f'. Did you mean "{close[0]}"?'
                if close
                else f"; the blocks are {_listed(known)}"
                if known
                else "; the spec has no blocks"
            )
            self.problem(named.place, f'there is no block "{name}"{hint}', "unknown-block")
            return []
        if name in within or len(within) >= MAX_DEPTH:
            circle = " → ".join((*within, name))
            self.problem(named.place, f"blocks go in a circle: {circle}", "circle")
            return []
        if not self.spend(1, item.place):
            return []
        block = self.blocks[name]
        inner = dict(self.variables)
        for key, child in item.value.items():
            if key == "block":
                continue
            if key not in block.parameters:
                self.unknown_key(item.keys[key], key, f'block "{name}"', tuple(block.parameters))
                continue
            inner[key] = self.substitute(child, scope)
        for key, default in block.parameters.items():
            if key in item.value:
                continue
            if default.value is None:
                self.problem(item.place, f'block "{name}" needs "{key}"', "missing-parameter")
                return []
            inner[key] = self.substitute(default, self.variables)
        unfolded = self.layers(block.layers, inner, (*within, name))
        return [layer.used_by(item.place) for layer in unfolded]

    def repeat(self, item: Node, scope: Scope, within: tuple[str, ...]) -> list[Node]:
        for key in item.value:
            if key not in ("repeat", "as", "layers"):
                self.unknown_key(item.keys[key], key, "repeat", ("repeat", "as", "layers"))
        times = self.substitute(item.value["repeat"], scope)
        layers = item.get("layers")
        if layers is None or not isinstance(layers.value, list):
            self.problem(item.place, 'repeat needs "layers", a list', "missing-key")
            return []
        if not isinstance(times.value, int) or isinstance(times.value, bool) or times.value < 0:
            self.problem(times.place, "repeat takes a whole number, 0 or more", "wrong-type")
            return []
        index = item.get("as")
        if index is not None:
            if not isinstance(index.value, str):
                self.problem(index.place, '"as" names the index of the repeat', "wrong-type")
                return []
            if not self.good_name(index.value, index.place):
                return []
        result: list[Node] = []
        for number in range(times.value):
            inner = dict(scope)
            if index is not None:
                inner[index.value] = node_of(number, index.place)
            before = self.count
            result += self.layers(layers, inner, within)
            if self.count > MAX_LAYERS or self.count == before:
                break
        return result

    def substitute(self, node: Node, scope: Scope) -> Node:
        """`node` with every `$name` and `$(…)` replaced by its value."""
        if isinstance(node.value, dict):
            members = {key: self.substitute(child, scope) for key, child in node.value.items()}
            return Node(members, node.place, node.keys)
        if isinstance(node.value, list):
            return Node([self.substitute(child, scope) for child in node.value], node.place)
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
            return value if value.place == node.place else value.used_by(_bare(node.place))
        if text.startswith("(") and text.endswith(")"):
            return Node(self.calculate(text[1:-1], scope, node.place), node.place)
        if _NAME.fullmatch(text):
            self.unknown_name(text, scope, node.place)
        else:
            message = f'"{node.value}" is neither $name nor $(arithmetic); $$ writes a dollar sign'
            self.problem(node.place, message, "expression")
        return Node(None, node.place)

    def spend(self, size: int, place: Place) -> bool:
        """Whether the spec may still grow by so many values; blocks and variables can double."""
        self.spent += size
        if self.spent > MAX_VALUES:
            self.problem(place, f"the spec unfolds to more than {MAX_VALUES:,} values", "too-large")
        return self.spent <= MAX_VALUES

    def calculate(self, text: str, scope: Scope, place: Place) -> Any:
        try:
            return evaluate(text, {name: child.plain() for name, child in scope.items()})
        except UnknownNameError as error:
            self.unknown_name(error.name, scope, place)
        except ExpressionError as error:
            self.problem(place, f"$({text}): {error}", "expression")
        return None

    def unknown_name(self, name: str, scope: Scope, place: Place) -> None:
        close = difflib.get_close_matches(name, scope, n=1)
        hint = (
            f'. Did you mean "${close[0]}"?'
            if close
            else f"; known here: {_listed(tuple(scope))}"
            if scope
            else ""
        )
        self.problem(place, f'nobody defines "${name}"{hint}', "unknown-variable")


def _size(node: Node) -> int:
    """How many values there are in a value, itself included."""
    if isinstance(node.value, dict):
        return 1 + sum(_size(child) for child in node.value.values())
    if isinstance(node.value, list):
        return 1 + sum(_size(child) for child in node.value)
    return 1


def _bare(place: Place) -> Place:
    return replace(place, used_by=None)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names) or "nothing"
