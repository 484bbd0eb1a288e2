"""Reading a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from kspec.errors import RunError
from kspec.runs.described import read_environment
from kspec.runs.files import read_history, read_object, read_result
from kspec.runs.find import status_of
from kspec.runs.folder import ENVIRONMENT, HISTORY, MODEL, RESOLVED, RESULT, is_run
from kspec.runs.record import backends_of
from kspec.runs.resolve import resolve

__all__ = ["Run", "spec_file"]


@dataclass(frozen=True)
class Run:
    """A run in its folder `path`.

    Each file is read when it is first asked for, and then kept; RunError says which one is missing
    or damaged.
    """

    path: Path

    @classmethod
    def open(cls, path: str | PathLike[str]) -> Run:
        """The run in the folder `path`. Raises RunError if there is none."""
        folder = Path(path)
        if not folder.exists():
            raise RunError(f"there is no run folder {folder}")
        if not is_run(folder):
            raise RunError(f"{folder} is not a run: it has no {RESOLVED}")
        return cls(folder)

    @property
    def model_path(self) -> Path:
        """The path of the model, which exists after the first epoch."""
        return self.path / MODEL

    @cached_property
    def resolved(self) -> dict[str, Any]:
        """The resolved spec as plain values."""
        return read_object(self.path / RESOLVED)

    @cached_property
    def environment(self) -> dict[str, Any]:
        """Its environment: versions, devices, data, the command line."""
        return read_environment(self.path)

    def recorded(self, part: str, *keys: str) -> dict[str, Any]:
        """A part of the environment, with at least these keys.

        Raises RunError if one is missing, as it may be in a run of an older kspec.
        """
        found: dict[str, Any] = self.environment.get(part, {})
        missing = [f"{part}.{key}" for key in keys if key not in found]
        if missing:
            raise RunError(
                f"{self.path / ENVIRONMENT} does not say {', '.join(missing)}: the run is "
                "from an older kspec, or ended before training began"
            )
        return found

    @property
    def root(self) -> Path:
        """The folder that relative data paths of its spec start from."""
        return Path(self.recorded("data", "root")["root"])

    @property
    def backends(self) -> tuple[str, ...]:
        """The backends that it was trained on, in order; empty if it does not say."""
        return backends_of(self.environment)

    @property
    def lowering(self) -> bool:
        """Whether its layers were lowered when it was last trained; not recorded means no."""
        latest = [self.environment, *self.environment.get("resumed", ())][-1]
        return bool(latest.get("lowering", False))

    @property
    def history(self) -> list[dict[str, float]]:
        """A row for each completed epoch; its keys are the columns of history.csv.

        It is read again every time, because the history of a running training grows.
        """
        return read_history(self.path)

    @property
    def has_history(self) -> bool:
        """Whether an epoch has ended; the history itself is not read."""
        return (self.path / HISTORY).exists()

    @property
    def is_finished(self) -> bool:
        """Whether there is a result."""
        return (self.path / RESULT).exists()

    @property
    def status(self) -> str:
        """The status in the result, or else "running", or "incomplete" if nobody is writing it."""
        return status_of(self.path, self.result if self.is_finished else None)

    @cached_property
    def result(self) -> dict[str, Any]:
        """How it ended: the keys of `kspec.runs.record.Result`. Raises RunError before it has."""
        if not self.is_finished:
            raise RunError(f"{self.path} has no {RESULT}: the run is {self.status}")
        return read_result(self.path)

    def _repr_html_(self) -> str:
        """The run as a notebook shows it, as far as it has come."""
        from kspec.runs.card import run_card

        return run_card(self.path)


def spec_file(text: str, root: Path) -> Path:
    """The file to read for SPEC|RUN: a spec's own, or the resolved spec of the run in `root`.

    Raises RunError for what is neither; a missing `*.json` is left to its reader to report.
    """
    path = Path(text)
    if path.is_file() or (path.suffix == ".json" and not path.is_dir()):
        return path
    try:
        return resolve(text, root) / RESOLVED
    except RunError as error:
        raise RunError(f"{text or 'an empty text'} is not a spec file, and {error}") from None
