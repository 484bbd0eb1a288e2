"""Brings a spec of an older version of the language up to date, keeping its layout."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from kspec.errors import Place, Problem, SpecError
from kspec.spec.node import Node
from kspec.spec.source import parse

__all__ = ["VERSION", "migrate", "version_of"]

VERSION = 1
"""The version of the language that this kspec reads."""


def migrate(text: str, file: str) -> str:
    """The text of a spec in the current version; unchanged if it is in that version already.

    Each step from one version to the next is an edit of the text, so that everything else stays as
    it was written. `file` names the spec in messages. Raises SpecError for a text that is not a
    spec, or is of a version that this kspec does not know.
    """
    node = parse(text, file)
    for version in range(version_of(node), VERSION):
        text = _STEPS[version](text, node)
        node = parse(text, file)
    return text


def version_of(node: Node) -> int:
    """The version that a spec states; 0 if it states none.

    Raises SpecError for an invalid version, or a later one than this kspec reads.
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
    """0 to 1: write the version at the top, or in place of a 0."""
    said = node.get("kspec")
    if said is not None:
        start = _offset(text, said.place)
        return text[:start] + re.sub(r"^0", "1", text[start:])
    start = _offset(text, node.place) + 1
    # Laid out like the first key: on a line of its own, or on the line of the bracket.
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
