"""A spec of an older version of the language brought to this one, its layout kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from kspec.errors import Place, Problem, SpecError
from kspec.spec.node import Node
from kspec.spec.source import parse

__all__ = ["VERSION", "migrate", "version_of"]

VERSION = 1
"""The version of the language that this kspec speaks."""


def migrate(text: str, file: str) -> str:
    """The text of a spec in the present version; the very same text if it is in that already.

    Each step from one version to the next is an edit of the text, so that everything it does not
    concern stays as it was written. `file` names the spec in messages. Raises SpecError for a text
    that is no spec, or is of a version that this kspec does not know.
    """
    node = parse(text, file)
    for version in range(version_of(node), VERSION):
        text = _STEPS[version](text, node)
        node = parse(text, file)
    return text


def version_of(node: Node) -> int:
    """The version that a spec says it is in; 0 for one that says none.

    Raises SpecError for what is no version, or a later one than this kspec speaks.
    """
    said = node.get("kspec")
    if said is None:
        return 0
    value = said.value
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        _refuse(said.place, f'"kspec" is the version of the language, {VERSION}')
    if value > VERSION:
        message = (
            f"this is version {value} of the language, but this kspec reads {VERSION}; a newer "
            "kspec is needed"
        )
        _refuse(said.place, message)
    return value


def _say_version(text: str, node: Node) -> str:
    """0 to 1: the version is said, at the top, or where a 0 stands."""
    said = node.get("kspec")
    if said is not None:
        start = _offset(text, said.place)
        return text[:start] + re.sub(r"^0", "1", text[start:])
    start = _offset(text, node.place) + 1
    # As the first key is set: on a line of its own, or on the line of the bracket.
    gap = re.match(r"\s*", text[start:])
    space = gap.group() if gap else ""
    comma = "" if not node.value else ","
    return f'{text[:start]}{space}"kspec": 1{comma}{space or " "}{text[start:].lstrip()}'


_STEPS: dict[int, Callable[[str, Node], str]] = {0: _say_version}


def _offset(text: str, place: Place) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1


def _refuse(place: Place, message: str) -> NoReturn:
    raise SpecError([Problem(place, message, "version")])
