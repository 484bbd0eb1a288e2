"""Paths in a spec stay within its folder: a spec from a stranger reads nothing else."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath

from kspec.errors import Problem
from kspec.spec.node import Node

__all__ = ["leaves_folder", "path_problems"]

# The keys of "data" that name a file or a folder.
_DATA_PATHS = ("path", "test_path")


def leaves_folder(path: str, below: str = "") -> bool:
    """Whether a path written in a file leads out of the folder of the spec.

    `below` leads from that folder to the file's.
    """
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).anchor or path.startswith("~"):
        return True
    normal = posixpath.normpath(posixpath.join(below, path.replace("\\", "/")))
    return normal == ".." or normal.startswith("../")


def path_problems(node: Node) -> Iterator[Problem]:
    """A problem for each data path that leaves the folder of the spec.

    What comes from the command line (`--set`) may name any place.
    """
    data = node.get("data")
    for key in _DATA_PATHS:
        path = data.get(key) if data is not None else None
        if path is None or not isinstance(path.value, str) or not path.place.line:
            continue
        if leaves_folder(path.value):
            message = (
                f'"{path.value}" lies outside the folder of the spec; a spec names only what lies '
                "beside or below it. Other places are given on the command line: --data PATH"
            )
            yield Problem(path.place, message, "path")
