"""The run's own folder, and the names of the files in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from kspec.errors import RunError

__all__ = [
    "ENVIRONMENT",
    "HISTORY",
    "HISTORY_CSV",
    "MODEL",
    "RESOLVED",
    "RESULT",
    "SPEC",
    "TEST_PREDICTIONS",
    "create_folder",
    "is_run",
    "run_folders",
]

SPEC = "spec.json"
RESOLVED = "resolved.json"
ENVIRONMENT = "environment.json"
HISTORY = "history.json"
HISTORY_CSV = "history.csv"
RESULT = "result.json"
MODEL = "model.keras"
TEST_PREDICTIONS = "test_predictions.npz"


def create_folder(root: Path, name: str, digest: str) -> Path:
    """Make `root/NAME/STAMP-HASH8` and return it.

    STAMP is the time in UTC, HASH8 the beginning of `digest`, the spec's hash. A folder that is
    there already is never touched: the new one gets `-2`, `-3`, … behind its name. Raises RunError
    if no folder can be made.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    base = root / name / f"{stamp}-{digest[:8]}"
    try:
        base.parent.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            folder = base if number == 1 else base.with_name(f"{base.name}-{number}")
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        raise RunError(f"no run folder can be made in {root}: {error.strerror or error}") from error
    raise AssertionError("count never ends")


def is_run(folder: Path) -> bool:
    """Whether `folder` is a run's: it holds a resolved spec."""
    return (folder / RESOLVED).is_file()


def run_folders(root: Path) -> Iterator[Path]:
    """Every run below `root`, which is a folder of names, of one name's runs, or a run itself."""
    if is_run(root):
        yield root
        return
    for child in _folders(root):
        if is_run(child):
            yield child
        else:
            yield from (folder for folder in _folders(child) if is_run(folder))


def _folders(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
