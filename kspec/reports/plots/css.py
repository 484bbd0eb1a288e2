"""The part of CSS that the drawings use: rules for a tag, for classes, or for both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["StyleSheet"]

_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


@dataclass(frozen=True)
class _Rule:
    tag: str
    classes: frozenset[str]
    properties: Mapping[str, str]

    def holds(self, tag: str, classes: frozenset[str]) -> bool:
        return self.tag in ("", tag) and self.classes <= classes


class StyleSheet:
    """The rules of a text, without those in an @media, which are for other readers."""

    def __init__(self, text: str) -> None:
        # Specificity: the number of classes, then a tag; later rules win (the sort is stable).
        self._rules = sorted(_rules(text), key=lambda rule: (len(rule.classes), bool(rule.tag)))

    def of(self, tag: str, classes: str = "") -> dict[str, str]:
        """The properties of an element with these classes."""
        found: dict[str, str] = {}
        for rule in self._rules:
            if rule.holds(tag, frozenset(classes.split())):
                found |= rule.properties
        return found


def _rules(text: str) -> Iterator[_Rule]:
    for selectors, body in _RULE.findall(_MEDIA.sub("", text)):
        pairs = (each.split(":", 1) for each in body.split(";") if ":" in each)
        properties = {name.strip(): value.strip() for name, value in pairs}
        for selector in selectors.split(","):
            tag, *classes = selector.split()[-1].split(".")  # Everything is within the `svg`.
            yield _Rule(tag, frozenset(classes), properties)
