"""What can go wrong, and whose fault it is.

    KspecError
      ├─ UsageError      words on the command line that make no sense           exit 2
      ├─ SpecError       the spec is wrong: one or many `Problem`s              exit 2
      │    └─ BuildError a layer that Keras cannot build, or not on that shape  exit 2
      ├─ BackendError    a backend that is not there                            exit 2
      ├─ DataError       pictures or labels that are missing, broken, or unfit  exit 1
      └─ RunError        a run folder that is missing, broken, or in the way    exit 1

Every message is for the person who wrote the spec: what is wrong, where, what would be right.
The command line prints it as it stands and exits with `exit_code`; it never shows a traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "BackendError",
    "BuildError",
    "DataError",
    "KspecError",
    "Place",
    "Problem",
    "RunError",
    "SpecError",
    "UsageError",
]


@dataclass(frozen=True, order=True)
class Place:
    """Where a value was written: a file with its line and column (from 1), or a `--set` option.

    `used_by` is the place that brought this one in: the line that uses a block.
    """

    file: str
    line: int = 0
    column: int = 0
    used_by: Place | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a spec.

    `level` is "error" or "note"; a note never stops anything.
    """

    place: Place
    message: str
    code: str
    level: str = "error"

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.level}[{self.code}]: {self.message}"]
        place = self.place.used_by
        while place is not None:
            lines.append(f"    used by {place}")
            place = place.used_by
        return "\n".join(lines)


class KspecError(Exception):
    """The root of everything that kspec raises on purpose."""

    exit_code = 1


class UsageError(KspecError):
    """Words on the command line, or arguments of a call, that make no sense."""

    exit_code = 2


class SpecError(KspecError):
    """A spec that is wrong; `problems` holds every problem found, sorted by place."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class BuildError(SpecError):
    """A layer, optimizer, loss or metric that Keras cannot make from what the spec says."""


class BackendError(KspecError):
    """A backend that is unknown, not installed, or too late to choose."""

    exit_code = 2


class DataError(KspecError):
    """Data that is missing, broken, or does not fit the network."""


class RunError(KspecError):
    """A run folder that is missing, broken, or in the way."""
