"""What a backend's process is told to measure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["Job"]


@dataclass(frozen=True)
class Job:
    """The words of the command line, and where the result goes.

    `spec`, `settings` and `plugins` are as `kspec.load` takes them; `data` is as `kspec.train`
    takes it, None for the spec's own.
    """

    backend: str
    spec: str
    settings: tuple[str, ...]
    plugins: tuple[str, ...]
    data: str | None
    steps: int
    folder: Path

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), default=str), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Job:
        """The opposite of `write`."""
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        lists = {key: tuple(values[key]) for key in ("settings", "plugins")}
        return cls(**{**values, **lists, "folder": Path(values["folder"])})
