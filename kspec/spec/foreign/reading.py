"""The state of one reading: what is wrong so far, and what kind of file it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kspec.errors import Place, Problem
from kspec.spec.foreign.model import Source

__all__ = ["BrokenError", "Reading", "as_dict", "as_list", "as_text", "quoted"]


class BrokenError(Exception):
    """Something in the file is not as it must be; the text says what, for the user."""


@dataclass
class Reading:
    """Collects the problems and the layers of one file."""

    file: str
    dialect: str = "keras2"
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    @property
    def is_old(self) -> bool:
        """Whether the file is from before Keras 3, or from TensorFlow.js."""
        return self.dialect != "keras3"

    def refuse(self, message: str) -> None:
        """Report something valid that a spec cannot express."""
        self._add(self.problems, message, "import-refused", "error")

    def broken(self, message: str) -> None:
        """Report that the file is invalid."""
        self._add(self.problems, message, "broken-model", "error")

    def note(self, message: str) -> None:
        """Add a note for the user."""
        self._add(self.notes, message, "import-note", "note")

    def _add(self, to: list[Problem], message: str, code: str, level: str) -> None:
        # A message may quote the file, and a file may hold anything.
        clean = "".join(sign if sign.isprintable() else "?" for sign in message)
        problem = Problem(Place(self.file), clean, code, level)
        if problem not in to:
            to.append(problem)


def as_dict(value: Any, what: str) -> dict[str, Any]:
    """`value` if it is an object. Raises BrokenError."""
    if not isinstance(value, dict):
        raise BrokenError(f"{what} must be an object, not {quoted(value)}")
    return value


def as_list(value: Any, what: str) -> list[Any]:
    """`value` if it is a list. Raises BrokenError."""
    if not isinstance(value, list):
        raise BrokenError(f"{what} must be a list, not {quoted(value)}")
    return value


def as_text(value: Any, what: str) -> str:
    """`value` if it is text. Raises BrokenError."""
    if not isinstance(value, str):
        raise BrokenError(f"{what} must be text, not {quoted(value)}")
    return value


def quoted(value: Any) -> str:
    """A value as a message shows it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case dict():
            return "an object"
        case list() | tuple():
            return "a list"
    text = str(value)
    text = text if len(text) <= 60 else f"{text[:57]}…"
    return f'"{text}"' if isinstance(value, str) else text
