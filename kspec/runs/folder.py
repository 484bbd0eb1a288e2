"""The folder of a run, and the names of the files in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from kspec.errors import RunError

__all__ = [
    "AUGMENTATION",
    "BASE",
    "ENVIRONMENT",
    "HISTORY",
    "HISTORY_CSV",
    "MISTAKES",
    "MODEL",
    "PARAMETERS",
    "RESOLVED",
    "RESULT",
    "SPEC",
    "TEST_PREDICTIONS",
    "create_folder",
    "is_run",
    "label_of",
    "make_folder",
    "name_of",
    "run_folders",
    "seed_folder",
]

SPEC = "spec.json"
BASE = "base.json"
RESOLVED = "resolved.json"
ENVIRONMENT = "environment.json"
HISTORY = "history.json"
HISTORY_CSV = "history.csv"
RESULT = "result.json"
MODEL = "model.keras"
TEST_PREDICTIONS = "test_predictions.npz"
PARAMETERS = "parameters.json"
MISTAKES = "mistakes.npz"
AUGMENTATION = "augmentation.npz"

GROUP = re.compile(r"seeds-[0-9a-f]{8}-\w+")
SEED = re.compile(r"seed-\d+")


def create_folder(root: Path, name: str, digest: str) -> Path:
    """Make `root/NAME/STAMP-HASH8` and return it.

    STAMP is the time in UTC, HASH8 the beginning of `digest`, the spec's hash. An existing folder
    is never touched: the new one gets `-2`, `-3`, … appended to its name. Raises RunError if no
    folder can be made.
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
        reason = error.strerror or error
        raise RunError(f"no run folder can be made in {base.parent}: {reason}") from error
    raise AssertionError("count never ends")


def make_folder(folder: Path) -> None:
    """Make the run folder `folder`, unless it exists.

    Raises RunError if it cannot be made, or holds a run whose training has begun.
    """
    if (folder / ENVIRONMENT).exists():
        raise RunError(f"{folder} holds a run")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"{folder} cannot be made: {error.strerror or error}") from error


def seed_folder(root: Path, name: str, digest: str, backend: str, seed: int) -> Path:
    """`root/NAME/seeds-HASH8-BACKEND/seed-N`: the folder of the run of one of several seeds.

    The path holds all that must be equal in a group, so the same request finds the same folder.
    """
    return root / name / f"seeds-{digest[:8]}-{backend}" / f"seed-{seed}"


def name_of(folder: Path) -> str:
    """The name of the spec whose run is in `folder`."""
    return folder.parent.parent.name if _in_group(folder) else folder.parent.name


def label_of(folder: Path) -> str:
    """A run's name for people: its path from the spec's name on, with `/` on every system."""
    parts = [folder.name]
    if _in_group(folder):
        parts.insert(0, folder.parent.name)
    return "/".join([name_of(folder), *parts])


def _in_group(folder: Path) -> bool:
    # (Both names are checked, because a spec may have the name of a group.)
    return bool(GROUP.fullmatch(folder.parent.name) and SEED.fullmatch(folder.name))


def is_run(folder: Path) -> bool:
    """Whether `folder` is a run's: it holds a resolved spec."""
    return (folder / RESOLVED).is_file()


def run_folders(root: Path) -> Iterator[Path]:
    """Every run below `root`, which is a folder of names, a folder of one name's runs, or a run.

    The runs of a name include those in its groups of seeds.
    """
    if is_run(root):
        yield root
        return
    for child in _folders(root):
        if is_run(child):
            yield child
        else:
            for inner in _folders(child):
                if is_run(inner):
                    yield inner
                elif GROUP.fullmatch(inner.name):
                    yield from (folder for folder in _folders(inner) if is_run(folder))


def _folders(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
