"""From what a person types for a run to its folder."""

from __future__ import annotations

from pathlib import Path

from kspec.errors import RunError
from kspec.runs.find import RunSummary, find_runs
from kspec.runs.folder import is_run, label_of
from kspec.spelling import nearest

__all__ = ["LATEST", "places", "resolve"]

LATEST = "latest"
SHOWN = 3


def resolve(text: str, root: Path) -> Path:
    """The run that `text` means: `latest`, a path, or a name or the beginning of one in `root`.

    A path is a run's folder, or a folder of runs, for the newest of them; a text that begins with
    a dot is always a path. A name in `root`, or a beginning that only one name has, means the
    newest run of that name. The beginning of a run may follow the name (`arch2/20261125`), or stand
    alone (`20261125-06`).

    Raises RunError if there is no such run, or if the beginning is ambiguous.
    """
    folders = places(text, root)
    if text == LATEST:
        return _newest(find_runs(root), root)
    if is_run(Path(text)):
        return Path(text)
    for path in folders:
        if path.is_dir():
            return _newest(find_runs(path), path)
    runs = find_runs(root)
    if not runs:
        raise RunError(f'there is no run "{text}": {_nothing_in(root)}')
    return _by_beginning(text.rstrip("/"), runs, root)


def places(text: str, root: Path) -> tuple[Path, ...]:
    """Where the folder called `text` may be: below `root`, or else below the current folder.

    A text that begins with a dot, as no name does, is only looked up in the current folder. Raises
    RunError for an empty text.
    """
    if not text:
        raise RunError("an empty text names no run")
    return (Path(text),) if text.startswith(".") else (root / text, Path(text))


def _by_beginning(text: str, runs: list[RunSummary], root: Path) -> Path:
    names = dict.fromkeys(run.name for run in runs)
    meant = [text] if text in names else [name for name in names if name.startswith(text)]
    if len(meant) == 1:
        return next(run.path for run in runs if run.name == meant[0])
    if meant:
        raise RunError(f'"{text}" in {root} could be {_some(sorted(meant))}')
    paths = [run.path for run in runs if any(word.startswith(text) for word in _words(run.path))]
    if len(paths) == 1:
        return paths[0]
    if paths:
        raise RunError(f'"{text}" in {root} could be {_some([str(path) for path in paths])}')
    close = nearest(text, names)
    hint = f"did you mean {close}?" if close else f"there is {_some(sorted(names))}"
    raise RunError(f'there is no run "{text}" in {root}; {hint}')


def _words(run: Path) -> tuple[str, ...]:
    """The texts that may name a run: from its name on, or from its group or folder on."""
    label = label_of(run)
    return label, label.partition("/")[2], run.name


def _newest(runs: list[RunSummary], folder: Path) -> Path:
    if not runs:
        raise RunError(_nothing_in(folder))
    return runs[0].path


def _nothing_in(folder: Path) -> str:
    state = "holds no run" if folder.is_dir() else "does not exist"
    return f"{folder} {state}; `kspec train SPEC` makes one, --run-dir says where they are"


def _some(words: list[str]) -> str:
    """The first few words as a list in prose."""
    more = len(words) - SHOWN
    return ", ".join(words[:SHOWN]) + (f" or {more} more" if more > 0 else "")
