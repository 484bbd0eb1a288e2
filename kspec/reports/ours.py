"""Checks that a file may be overwritten, because kspec made it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kspec.errors import RunError, UsageError

__all__ = ["require_html", "require_ours"]

HEAD_BYTES = 2048
HTML = (".html", ".htm")


def require_html(path: Path, kind: str) -> None:
    """Raise UsageError for a name without the suffix of HTML; `kind` says what the page is."""
    if path.suffix.lower() not in HTML:
        better = path.with_suffix(HTML[0])
        raise UsageError(f"{path}: a {kind} is an HTML page; call it {better}")


def require_ours(path: Path, marks: Sequence[bytes], kind: str, *, at_once: bool = False) -> None:
    """Raise RunError if `path` exists and has none of `marks` near its beginning.

    `kind` is what it should be: "report". With `at_once` it must begin with a mark.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError:
        return
    except IsADirectoryError:
        raise RunError(f"{path} is a folder; name a file to write the {kind} to") from None
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}") from error
    if not any(head.startswith(mark) if at_once else mark in head for mark in marks):
        raise RunError(
            f"{path} exists and is not a {kind} made by kspec, so it is not overwritten; "
            "name another file"
        )
