"""What a tracker is told about a run, read from its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kspec.runs import atomic
from kspec.runs.files import read_object
from kspec.runs.folder import ENVIRONMENT, HISTORY_CSV, RESOLVED, RESULT, SPEC, label_of

__all__ = ["About"]

NOTES = "trackers"
FIRST_FILES = (SPEC, RESOLVED, ENVIRONMENT)
LAST_FILES = (HISTORY_CSV, RESULT, "curves.png")
# Keys of a spec that are known by other names, or too large for a parameter.
_NO_PARAMETERS = ("$schema", "name", "description", "layers", "kspec", "expect", "allow")


@dataclass(frozen=True)
class About:
    """The run in `folder`; `first` epochs had ended when the training started or was resumed."""

    folder: Path
    first: int

    @cached_property
    def resolved(self) -> dict[str, Any]:
        """The spec, resolved."""
        return read_object(self.folder / RESOLVED)

    @cached_property
    def environment(self) -> dict[str, Any]:
        """The environment that it runs in, and its data."""
        return read_object(self.folder / ENVIRONMENT)

    @property
    def label(self) -> str:
        """The name of the run for people."""
        return label_of(self.folder.resolve())

    @property
    def group(self) -> str | None:
        """What its runs over several seeds have in common."""
        name, *between, _ = self.label.split("/")
        return "/".join([name, *between]) if between else None

    @property
    def facts(self) -> dict[str, str]:
        """What identifies it: the spec's name, the hashes, the backend."""
        identity = self.environment.get("identity", {})
        return {
            "name": str(self.resolved.get("name")),
            "backend": str(self.environment.get("backend")),
            "keras": str(self.environment.get("keras")),
            "identity": str(identity.get("run")),
            "spec": str(identity.get("spec")),
            "data": str(identity.get("data")),
            "folder": str(self.folder.resolve()),
        }

    @property
    def parameters(self) -> dict[str, str]:
        """The spec's values by path (`training.optimizer.learning_rate`), without the layers."""
        values = {key: each for key, each in self.resolved.items() if key not in _NO_PARAMETERS}
        return dict(_flat(values))

    def files(self, names: tuple[str, ...]) -> list[Path]:
        """Those of the files that exist."""
        return [path for name in names if (path := self.folder / name).is_file()]

    def noted(self, tracker: str) -> dict[str, Any]:
        """What `note` has kept for this tracker; empty if it does not know of the run yet."""
        path = self.folder / NOTES / f"{tracker}.json"
        return read_object(path) if path.exists() else {}

    def note(self, tracker: str, values: Mapping[str, Any]) -> None:
        """Keep, in the run, what a tracker needs in order to resume."""
        atomic.write_json(self.folder / NOTES / f"{tracker}.json", dict(values))


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, child in value.items():
            yield from _flat(child, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(each, (Mapping, list)) for each in value):
        for index, child in enumerate(value):
            yield from _flat(child, f"{path}[{index}]")
    else:
        yield path, str(value)
