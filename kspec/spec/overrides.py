"""`--set PATH=VALUE`: changes from the command line, laid over the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from kspec.errors import Place, Problem, SpecError, UsageError
from kspec.spec.catalog import kind_of_argument
from kspec.spec.node import Node
from kspec.spec.parser import MAX_DEPTH, Parser
from kspec.spec.shown import shown

__all__ = ["apply"]

# The keys of a recipe that hold Keras objects, or lists of them.
_OBJECTS = ("callbacks", "loss", "metrics", "optimizer")

_STEP = re.compile(r"\.?([A-Za-z_$][A-Za-z0-9_$-]*)|\[(-?[0-9]{1,9})\]")


def apply(node: Node, setting: str) -> Node:
    """`node` with one `PATH=VALUE` laid over it.

    A path is keys joined by dots, with `[3]` for the fourth item of a list: `layers[3].rate`. A
    value is JSON, or text if it is not valid JSON. Items are counted as they are written in the
    file, before blocks and repeats are unfolded. Raises UsageError for an invalid setting, and
    SpecError for a path that leads nowhere.
    """
    path, equals, text = setting.partition("=")
    if not equals:
        raise UsageError(f"--set {setting}: write PATH=VALUE, as in --set training.epochs=5")
    place = Place(f"--set {setting}")
    steps = _steps(path.strip(), setting)
    if steps[0] == "extends":
        raise UsageError(f"--set {setting}: what a spec extends is read before; write another spec")
    return _set(node, steps, _numbered(_value(text, place), place, count()), place, "")


def _steps(path: str, setting: str) -> list[str | int]:
    steps: list[str | int] = []
    index = 0
    while index < len(path):
        match = _STEP.match(path, index)
        if match is None:
            break
        steps.append(match.group(1) if match.group(1) is not None else int(match.group(2)))
        index = match.end()
    if not steps or index < len(path) or isinstance(steps[0], int):
        raise UsageError(
            f'--set {setting}: "{path}" is not a path; write keys with dots between them and [n] '
            "for an item of a list, as in layers[3].rate"
        )
    if len(steps) > MAX_DEPTH:
        raise UsageError(f"--set {setting}: more than {MAX_DEPTH} levels of nesting")
    return steps


def _value(text: str, place: Place) -> Any:
    """The value as a file would hold it. Raises SpecError for JSON that a file may not hold."""

    def refuse(word: str) -> Any:
        raise ValueError(word)

    try:
        json.loads(text, parse_constant=refuse)
    except RecursionError:
        pass
    except ValueError:
        text = json.dumps(text)
    try:
        return Parser(text.strip(), place.file).value(0, 0)[0].plain()
    except SpecError as error:
        found = error.problems[0]
        raise SpecError([Problem(place, found.message, found.code)]) from None


def _numbered(value: Any, place: Place, numbers: Iterator[int]) -> Node:
    """`value` as nodes whose places within the one setting are distinct and in order."""
    here = place.within(next(numbers))
    if isinstance(value, dict):
        keys, members = {}, {}
        for key, child in value.items():
            keys[key] = place.within(next(numbers))
            members[key] = _numbered(child, place, numbers)
        return Node(members, here, keys)
    if isinstance(value, list):
        return Node([_numbered(child, place, numbers) for child in value], here)
    return Node(value, here)


def _set(
    node: Node,
    steps: list[str | int],
    value: Node,
    place: Place,
    walked: str,
    parent: Node | None = None,
) -> Node:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    here = walked or "the spec"
    if isinstance(step, int):
        if not isinstance(node.value, list):
            _nowhere(place, f"{here} is not a list, so it has no [{step}]")
        if not -len(node.value) <= step < len(node.value):
            count = len(node.value)
            _nowhere(place, f"{here} has {count} item{'s' * (count != 1)}, so there is no [{step}]")
        items = list(node.value)
        items[step] = _set(items[step], rest, value, place, f"{walked}[{step}]", node)
        return Node(items, node.place, node.keys)
    if isinstance(node.value, str) and _is_object(walked, parent):
        # A name alone is short for an object of that type: "adam" is {"type": "adam"}.
        node = Node({"type": node}, node.place, {"type": node.place})
    if isinstance(node.value, list):
        _nowhere(place, f"{here} is a list; say which item, as in {here}[0].{step}")
    if not isinstance(node.value, dict):
        what = f"{shown(node.value)}, not" if isinstance(node.value, str) else "not"
        _nowhere(place, f'{here} is {what} an object, so it has no "{step}"')
    members = dict(node.value)
    child = members.get(step)
    if child is None or (child.value is None and rest):
        child = Node({}, place)
    inner = f"{walked}.{step}" if walked else step
    members[step] = _set(child, rest, value, place, inner, node)
    return Node(members, node.place, {**node.keys, step: place})


def _is_object(walked: str, parent: Node | None) -> bool:
    """Whether a text at the path `walked` names an object, or may: for a variable or a parameter of
    a block only its use tells."""
    keys = re.findall(r"[A-Za-z_$][A-Za-z0-9_$-]*", walked)
    if not keys:
        return False
    if keys[-1] in _OBJECTS or kind_of_argument(keys[-1]) is not None:
        return True
    is_used = parent is not None and parent.get("block") is not None and keys[-1] != "block"
    return is_used or keys[0] == "variables" or "parameters" in keys


def _nowhere(place: Place, message: str) -> Any:
    raise SpecError([Problem(place, message, "no-such-path")])
