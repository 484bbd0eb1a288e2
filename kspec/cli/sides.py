"""SPEC|RUN as the verbs that compare two understand it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kspec.cli.plugins import require_plugins
from kspec.runs.read import Run, spec_file
from kspec.spec.load import load
from kspec.spec.models import Spec

__all__ = ["Side", "open_side"]


@dataclass(frozen=True)
class Side:
    """A spec, and the run that it belongs to, if any."""

    spec: Spec
    path: Path
    run: Run | None

    @property
    def heading(self) -> str:
        """Its name; for a run, also the beginning of its folder's name."""
        return f"{self.spec.name} {self.run.path.name}" if self.run else self.spec.name

    @property
    def root(self) -> Path:
        """The folder that relative data paths start from."""
        return self.run.root if self.run else self.spec.root


def open_side(text: str, run_dir: Path, settings: Iterable[str] = ()) -> Side:
    """The spec in a file, or the spec of a run. Raises SpecError, RunError, PluginError."""
    path = spec_file(text, run_dir)
    if path == Path(text):
        return Side(load(path, settings), path, None)
    require_plugins(path.parent)
    return Side(load(path, settings, confined=False), path.parent, Run.open(path.parent))
