"""From what a person types for several runs to their folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from kspec.errors import RunError, UsageError
from kspec.runs.compare.entry import LeftOut
from kspec.runs.files import read_object
from kspec.runs.folder import ENVIRONMENT, label_of, run_folders
from kspec.runs.resolve import LATEST, places, resolve

__all__ = ["select"]


def select(
    words: Sequence[str], root: Path, spec_hash: Callable[[Path], str]
) -> tuple[list[list[Path]], list[LeftOut]]:
    """The runs that each of `words` stands for, every run once, and what was not found.

    A word is a spec's file, for all runs of that spec whatever their seeds; a run, or a folder of
    runs, by its path or below `root`, so that a name stands for all runs of that name; a pattern
    (`arch*`, `arch2/2026*`) for names, or for runs with their names, below `root`; or what
    `kspec.runs.resolve.resolve` knows. `spec_hash` returns the hash of the spec in a file.

    Raises UsageError without a word, and RunError for one that means nothing, unless it is a spec
    without a run among others.
    """
    if not words:
        raise UsageError("name at least one run")
    found: list[list[Path]] = []
    seen: set[Path] = set()
    missing = []
    for word in words:
        path = Path(word)
        if path.is_file() or (path.suffix == ".json" and not path.is_dir()):
            runs = _of_spec(spec_hash(path), root)
            if not runs:
                missing.append(LeftOut(word, f"no run in {root} is of this spec as it stands"))
        else:
            runs = _of_word(word, root)
        new = {run.resolve(): run for run in runs}
        found.append([run for place, run in new.items() if place not in seen])
        seen.update(new)
    if not seen:
        one = missing[0]
        raise RunError(
            f"{one.what}: {one.why}; `kspec train {one.what}` makes one; give --set "
            "and --data here as they were in training"
        )
    return found, missing


def _of_spec(digest: str, root: Path) -> list[Path]:
    def is_of(folder: Path) -> bool:
        try:
            identity = read_object(folder / ENVIRONMENT).get("identity")
        except RunError:
            return False
        return isinstance(identity, dict) and identity.get("spec") == digest

    return [folder for folder in run_folders(root) if is_of(folder)]


def _of_word(word: str, root: Path) -> list[Path]:
    for path in places(word, root):
        if word != LATEST and path.is_dir():
            runs = list(run_folders(path))
            if not runs:
                raise RunError(f"{path} holds no run")
            return runs
    if any(character in word for character in "*?["):
        runs = [
            folder
            for folder in run_folders(root)
            if any(fnmatchcase(name, word) for name in _names(folder))
        ]
        if not runs:
            raise RunError(f'no run in {root} has a name like "{word}"')
        return runs
    return [resolve(word, root)]


def _names(folder: Path) -> tuple[str, str]:
    label = label_of(folder)
    return label.partition("/")[0], label
