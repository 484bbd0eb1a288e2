"""What a backend's process is told to do."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

__all__ = ["Job", "Randomness"]

Randomness = Literal["supplied", "off"]


@dataclass(frozen=True)
class Job:
    """The words of the command line, and where results go.

    `spec`, `settings`, `plugins` and `data` are as `kspec.load` and `kspec.train` take them.
    `folder` is this process's own; `reference` that of the reference, None for itself. With
    Layers are computed with `lowering` or as Keras has them. With
    `random` "supplied" random numbers come from NumPy, with "off" layers that draw do nothing.
    """

    backend: str
    spec: str
    settings: tuple[str, ...]
    plugins: tuple[str, ...]
    data: str | None
    steps: int
    batch_size: int
    random: Randomness
    folder: Path
    reference: Path | None
    lowering: bool = True

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), default=str), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Job:
        """The opposite of `write`."""
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        reference = values["reference"]
        return cls(
            **{
                **values,
                "settings": tuple(values["settings"]),
                "plugins": tuple(values["plugins"]),
                "folder": Path(values["folder"]),
                "reference": None if reference is None else Path(reference),
            }
        )
