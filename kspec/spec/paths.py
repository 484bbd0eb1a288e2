"""Paths in a spec stay within its folder, so that an untrusted spec reads nothing else."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath

from kspec.errors import Problem
from kspec.spec.catalog.backbone import BACKBONE
from kspec.spec.node import Node

__all__ = ["leaves_folder", "path_problems"]

# The keys of "data" that name a file or a folder.
_DATA_PATHS = ("path", "test_path")
# The keys of a Backbone that may name one.
_BACKBONE_PATHS = ("application", "weights")


def leaves_folder(path: str, below: str = "") -> bool:
    """Whether a path written in a file leads out of the folder of the spec.

    `below` is the path from that folder to the file's folder.
    """
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).anchor or path.startswith("~"):
        return True
    normal = posixpath.normpath(posixpath.join(below, path.replace("\\", "/")))
    return normal == ".." or normal.startswith("../")


def path_problems(node: Node) -> Iterator[Problem]:
    """A problem for each path to data or weights that leaves the folder of the spec.

    What comes from the command line (`--set`) may name any place.
    """
    data = node.get("data")
    for key in _DATA_PATHS:
        path = data.get(key) if data is not None else None
        yield from _problem(path, "Other places are given on the command line: --data PATH")
    for layer in _backbones(node):
        for key in _BACKBONE_PATHS:
            other = f"Other places are given on the command line: --set layers[…].{key}=PATH"
            yield from _problem(layer.get(key), other)


def _problem(path: Node | None, other: str) -> Iterator[Problem]:
    if path is None or not isinstance(path.value, str) or not path.place.line:
        return
    if leaves_folder(path.value):
        message = (
            f'"{path.value}" lies outside the folder of the spec; a spec names only what lies '
            f"beside or below it. {other}"
        )
        yield Problem(path.place, message, "path")


def _backbones(node: Node) -> Iterator[Node]:
    """The backbones among the layers of a network, and of the networks within it."""
    layers = node.get("layers")
    for layer in layers.value if layers is not None and isinstance(layers.value, list) else ():
        kind = layer.get("type") if isinstance(layer.value, dict) else None
        if kind is not None and kind.value == BACKBONE:
            yield layer
        elif kind is not None:
            yield from _backbones(layer)
