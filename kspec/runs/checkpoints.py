"""The checkpoints of a run: arrays and a little JSON in one file, with its SHA-256 beside it.

`checkpoints/epoch-00003-step-000040.npz` is written by NumPy's `savez`; its `.sha256` has the
format of `sha256sum`, so that anybody can check it. A checkpoint is valid once both exist. Nothing
in it is ever unpickled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.lib import format as npy

from kspec.errors import RunError
from kspec.runs import atomic
from kspec.runs.files import sha256
from kspec.runs.numbers import from_json, to_json

__all__ = ["FOLDER", "Checkpoint", "Position", "has_checkpoint", "recover", "save"]

FOLDER = "checkpoints"
# The last one, and the one before it in case the last is damaged on disk.
KEPT = 2
STATE = "state"
NAME = re.compile(r"epoch-(\d+)-step-(\d+)\.npz")


class Position(NamedTuple):
    """How far a training has come: completed epochs, and steps of the next one."""

    epoch: int
    step: int

    @property
    def file(self) -> str:
        """The name of the checkpoint at this position."""
        return f"epoch-{self.epoch:05d}-step-{self.step:06d}.npz"

    def __str__(self) -> str:
        steps = f", step {self.step} of the next" if self.step else ""
        return f"epoch {self.epoch}{steps}"


@dataclass(frozen=True)
class Checkpoint:
    """The whole state of a training at one position: arrays by name, and plain JSON values."""

    position: Position
    arrays: dict[str, np.ndarray]
    state: dict[str, Any]


def save(run: Path, checkpoint: Checkpoint) -> Path:
    """Write `checkpoint` into the run's folder, and remove all but the newest `KEPT`.

    Older ones are removed once the new one is completely on the disk. Raises RunError if it cannot
    be written; then the older ones are unchanged.
    """
    folder = run / FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise RunError(f"{folder} cannot be made: {error.strerror or error}") from error
    text = json.dumps(to_json(checkpoint.state), allow_nan=False)
    members = {**checkpoint.arrays, STATE: np.frombuffer(text.encode(), np.uint8)}
    path = folder / checkpoint.position.file
    with atomic.replacing(path) as part:
        # (Its type stub does not allow names given as a mapping.)
        np.savez(part, **members)  # type: ignore[arg-type]
        # The checksum comes first, so that no checkpoint ever stands beside another's.
        path.unlink(missing_ok=True)
        atomic.write_text(_sum_of(path), f"{sha256(part)}  {path.name}\n")
    for old in list(_newest_first(run))[KEPT:]:
        _remove(old)
    return path


def has_checkpoint(run: Path) -> bool:
    """Whether there is a checkpoint, intact or not; nothing is changed."""
    return next(_newest_first(run), None) is not None


def recover(run: Path) -> tuple[Checkpoint | None, list[str]]:
    """The newest intact checkpoint, and a sentence for each newer one that is damaged.

    Only for the holder of the run's lock: files that a killed process left unfinished are removed,
    and damaged checkpoints renamed, out of the way of later ones. None if there are none at all:
    the run ended before its first. Raises RunError if there are some but none is intact.
    """
    for folder in (run, run / FOLDER):
        for part in folder.glob(".*.part*"):
            part.unlink(missing_ok=True)
    damaged: list[str] = []
    for path in _newest_first(run):
        try:
            return _read(path), damaged
        except DamagedError as error:
            damaged.append(f"{path} is damaged: {error}")
            path.replace(path.with_name(f"{path.name}.damaged"))
    if damaged or any((run / FOLDER).glob("*.damaged")):
        why = f"{run} has no intact checkpoint; without --resume a new run begins"
        raise RunError("\n".join([*damaged, why]))
    return None, damaged


class DamagedError(Exception):
    """Why a checkpoint cannot be read."""


def _newest_first(run: Path) -> Iterator[Path]:
    found = {}
    for path in (run / FOLDER).glob("*.npz"):
        match = NAME.fullmatch(path.name)
        if match and path.is_file():
            found[Position(int(match[1]), int(match[2]))] = path
    for position in sorted(found, reverse=True):
        yield found[position]


def _read(path: Path) -> Checkpoint:
    match = NAME.fullmatch(path.name)
    assert match is not None  # `_newest_first` found it by this name.
    try:
        if not _sum_of(path).exists():
            raise DamagedError("there is no SHA-256 beside it")
        claimed = _sum_of(path).read_text(encoding="utf-8").split()
        if claimed[:1] != [sha256(path)]:
            raise DamagedError("its SHA-256 is not the one beside it")
        with ZipFile(path) as archive:
            arrays = {
                info.filename.removesuffix(".npy"): _array(archive, info)
                for info in archive.infolist()
            }
        state = _numbers(json.loads(arrays.pop(STATE).tobytes()))
    except OSError as error:
        raise DamagedError(error.strerror or str(error)) from error
    except (BadZipFile, KeyError, ValueError, RecursionError, NotImplementedError) as error:
        raise DamagedError(str(error) or type(error).__name__) from error
    if not isinstance(state, dict):
        raise DamagedError("its state is not a JSON object")
    return Checkpoint(Position(int(match[1]), int(match[2])), arrays, state)


def _array(archive: ZipFile, info: ZipInfo) -> np.ndarray:
    """An array of the archive, after checking that it is not compressed.

    So no array can be larger than the file. Raises DamagedError for what kspec never writes.
    """
    if info.compress_type != ZIP_STORED or info.compress_size != info.file_size:
        raise DamagedError(f"{info.filename} is compressed, which kspec never does")
    with archive.open(info) as file:
        if npy.read_magic(file) != (1, 0):
            raise DamagedError(f"{info.filename} is of another version of NumPy's format")
        shape, fortran, dtype = npy.read_array_header_1_0(file)
        if dtype.hasobject:
            raise DamagedError(f"{info.filename} holds Python objects")
        content = bytearray(file.read())
    order: Literal["C", "F"] = "F" if fortran else "C"
    values = np.frombuffer(content, dtype) if content else np.empty(0, dtype)
    return values.reshape(shape, order=order)


def _numbers(value: Any) -> Any:
    """JSON values with NaN and the infinities as numbers again."""
    if isinstance(value, dict):
        return {key: _numbers(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_numbers(child) for child in value]
    return from_json(value) if isinstance(value, str) else value


def _sum_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _remove(path: Path) -> None:
    _sum_of(path).unlink(missing_ok=True)  # First, so that no checkpoint is left that seems intact.
    path.unlink(missing_ok=True)
