"""Atomic writing: files appear whole or not at all, whatever happens in between."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kspec.errors import RunError
from kspec.runs.numbers import to_json

__all__ = ["replacing", "write_bytes", "write_json", "write_text"]


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path`, with its suffix, to write to; it becomes `path` when the block ends.

    Until then `path` is unchanged, and it stays so if the block raises or the process is killed; a
    killed process leaves a hidden file behind, `.NAME.HEX.part.SUFFIX`. Raises RunError if the file
    cannot be written.
    """
    part = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.part{path.suffix}")
    try:
        yield part
        _flush(part)
        part.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        # (HDF5 has a paragraph instead of the system's message.)
        why = os.strerror(error.errno) if error.errno else str(error)
        raise RunError(f"{path} cannot be written: {why}") from error
    finally:
        part.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write or replace `path`."""
    with replacing(path) as part:
        part.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write or replace `path`, in UTF-8 with unchanged line ends."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write or replace `path` as strict JSON; for NaN see `kspec.runs.numbers`."""
    text = json.dumps(to_json(value), ensure_ascii=False, allow_nan=False, indent=2)
    write_text(path, text + "\n")


def _flush(path: Path) -> None:
    """Wait until the content is on the disk; otherwise the rename may get there first."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Wait until the new name is on the disk. Windows has no such call for folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
