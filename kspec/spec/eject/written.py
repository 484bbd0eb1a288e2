"""A spec file as it is written: with `extends` and `--set` applied, but nothing unfolded."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

from kspec.spec.extends import inherit
from kspec.spec.overrides import apply
from kspec.spec.source import read

__all__ = ["read_written"]


def read_written(path: str | PathLike[str], settings: Iterable[str] = ()) -> dict[str, Any]:
    """The plain values of the spec in `path`, blocks, variables and `$` as they stand.

    `settings` are the words of `--set`. Raises SpecError and UsageError as `kspec.spec.load` does.
    """
    node = inherit(read(Path(path)), Path(path), shown=str(path))
    for setting in settings:
        node = apply(node, setting)
    values: dict[str, Any] = node.plain()
    return values
