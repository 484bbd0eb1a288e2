"""Writing a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kspec.runs import atomic, history
from kspec.runs.backbones import keep_backbone
from kspec.runs.folder import (
    AUGMENTATION,
    BASE,
    ENVIRONMENT,
    HISTORY,
    HISTORY_CSV,
    MISTAKES,
    PARAMETERS,
    RESOLVED,
    RESULT,
    SPEC,
    TEST_PREDICTIONS,
    create_folder,
    make_folder,
)
from kspec.runs.lock import RunLock
from kspec.runs.record import Result

__all__ = ["RunWriter"]


class RunWriter:
    """Writes a run's files into `folder`, each of them atomically.

    The run counts as running until `write_result` or `close`, or until the process ends. Every
    method raises RunError for a file that cannot be written.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self._lock = RunLock(folder)

    @classmethod
    def create(
        cls,
        root: Path,
        name: str,
        resolved: Mapping[str, Any],
        source: bytes,
        *,
        digest: str,
        folder: Path | None = None,
    ) -> Self:
        """Make a new folder below `root` with the spec as given (`source`) and as `resolved`.

        `digest` is the hash of the spec. `folder` is another place for the run; it may exist if no
        training has begun in it.
        """
        if folder is None:
            folder = create_folder(root, name, digest)
        else:
            make_folder(folder)
        writer = cls(folder, name)
        atomic.write_bytes(writer.folder / SPEC, source)
        atomic.write_json(writer.folder / RESOLVED, resolved)
        return writer

    def begin_again(self, resolved: Mapping[str, Any]) -> None:
        """Remove the results, so that it counts as running; `resolved` is the spec from now on."""
        atomic.write_json(self.folder / RESOLVED, resolved)
        for name in (RESULT, TEST_PREDICTIONS, MISTAKES, AUGMENTATION):
            (self.folder / name).unlink(missing_ok=True)

    def write_environment(self, environment: Mapping[str, Any]) -> None:
        """Write `environment.json`."""
        atomic.write_json(self.folder / ENVIRONMENT, dict(environment))

    def write_base(self, base: Mapping[str, Any]) -> None:
        """Write `base.json`, the spec that this one extends, resolved."""
        atomic.write_json(self.folder / BASE, dict(base))

    def keep_backbones(self, networks: Mapping[str, Path]) -> None:
        """Keep the architectures of other runs by their names in the spec (`backbones/`)."""
        for application, other in networks.items():
            keep_backbone(self.folder, application, other)

    def write_parameters(self, table: Mapping[str, Any]) -> None:
        """Write `parameters.json`, the table of the network's layers."""
        atomic.write_json(self.folder / PARAMETERS, dict(table))

    def write_history(self, rows: Sequence[Mapping[str, float]]) -> None:
        """Write `history.json` and `history.csv`; without rows there are none."""
        for name, to_text in ((HISTORY, history.to_text), (HISTORY_CSV, history.to_csv)):
            if rows:
                atomic.write_text(self.folder / name, to_text(rows))
            else:
                (self.folder / name).unlink(missing_ok=True)

    def replacing(self, name: str) -> AbstractContextManager[Path]:
        """A path to write to, with the suffix of `name`; it becomes `name` when the block ends."""
        return atomic.replacing(self.folder / name)

    def write_result(self, result: Result) -> None:
        """Write `result.json`; with that the run is over."""
        atomic.write_json(self.folder / RESULT, dict(result))
        self.close()

    def close(self) -> None:
        """End the writing; without a result the run counts as incomplete."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
