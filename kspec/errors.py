"""What can go wrong, and where the fault lies.

    KspecError
      ├─ UsageError      invalid words on the command line                      exit 2
      ├─ SpecError       the spec is wrong: one or many `Problem`s              exit 2
      │    └─ BuildError a layer that Keras cannot build, or not for that shape exit 2
      ├─ BackendError    a backend that cannot be used                          exit 2
      ├─ PluginError     a plugin that is missing, broken, or in conflict       exit 2
      ├─ DataError       pictures or labels that are missing, broken, or unfit  exit 1
      └─ RunError        a run folder that is missing, broken, or in the way    exit 1

Every message is for the person who wrote the spec: what is wrong, where, and what would be right.
The command line prints it unchanged and exits with `exit_code`; only `--debug` shows a traceback.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = [
    "BackendError",
    "BuildError",
    "DataError",
    "KspecError",
    "Place",
    "PluginError",
    "Problem",
    "RunError",
    "SpecError",
    "UsageError",
    "keras_says",
]


@dataclass(frozen=True)
class Place:
    """Where a value was written: a file with its line and column (from 1), or a `--set` option,
    for which the column only tells which part of it is meant.

    `used_by` is the place through which this one came in, such as the line that uses a block.
    `width` says how many columns the value or key takes, 1 for the opening bracket of an object or
    a list; it does not count when places are compared.
    """

    file: str
    line: int = 0
    column: int = 0
    used_by: Place | None = None
    width: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def within(self, number: int) -> Place:
        """A part of a place that has no lines: distinct from the others, but shown like them."""
        return Place(self.file, self.line, number, self.used_by)

    def used(self, by: Place | None) -> Place:
        """This place, as used by another."""
        # (`dataclasses.replace` does it ten times slower, and a spec has thousands of places.)
        return Place(self.file, self.line, self.column, by, self.width)

    def chain(self) -> list[Place]:
        """This place, the one that used it, the one that used that, …"""
        return [self, *(self.used_by.chain() if self.used_by else ())]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a spec; problems sort by place.

    `level` is "error", "warning" or "note": a warning becomes an error with `--strict`, a note
    never stops anything. `context` describes the surroundings in one line ("in layers[2], after
    BatchNormalization (32, 32, 64)"); it does not count when problems are compared.
    """

    place: Place
    message: str
    code: str
    level: str = "error"
    context: str | None = field(default=None, compare=False)

    def __lt__(self, other: Problem) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[list[tuple[str, int, int]], str]:
        places = [(place.file, place.line, place.column) for place in self.place.chain()]
        return places, self.message

    def __str__(self) -> str:
        first, *users = self.place.chain()
        lines = [f"{first}: {self.level}[{self.code}]: {self.message}"]
        return "\n".join([*lines, *(f"    used by {user}" for user in users)])


class KspecError(Exception):
    """The base class of everything that kspec raises on purpose."""

    exit_code = 1


class UsageError(KspecError):
    """Invalid words on the command line, or invalid arguments of a call."""

    exit_code = 2


class SpecError(KspecError):
    """A spec with errors; `problems` holds every problem found, sorted by place."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class BuildError(SpecError):
    """A layer, optimizer, loss or metric that Keras cannot build from what the spec says."""


class BackendError(KspecError):
    """A backend that is unknown, not installed, or chosen too late."""

    exit_code = 2


class PluginError(KspecError):
    """A plugin that is missing, cannot be imported, or defines what kspec cannot use."""

    exit_code = 2


class DataError(KspecError):
    """Data that is missing, broken, or does not fit the network."""


class RunError(KspecError):
    """A run folder that is missing, broken, or in the way."""


def keras_says(error: BaseException) -> str:
    """Keras's own message, reduced to the cause, on one line."""
    # (Of a KeyError str() gives what Python calls its key.)
    said = error.args[0] if isinstance(error, KeyError) and error.args else error
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(said))
    parts = [part for part in text.split("\n\n") if part.strip()] or [type(error).__name__]
    if len(parts) > 1 and parts[0].startswith("Exception encountered when calling"):
        parts = parts[1:]
    if len(parts) > 1 and parts[0].endswith("Error encountered:"):
        # What a `call` has raised stands behind advice to whoever wrote it.
        parts = parts[1:]
    if len(parts) > 1 and parts[0].startswith("Graph execution error"):
        # TensorFlow tells where it was before it tells what happened, and of which node last.
        where = ("Detected at", 'File "')
        parts = [part for part in parts[1:] if not part.lstrip().startswith(where)] or parts
        parts = [parts[0].split("[[{{")[0]]
    line = " ".join(parts[0].split())
    return line if len(line) <= 300 else line[:297] + "…"
