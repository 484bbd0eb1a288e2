"""The catalogue's files beside this one: the versions of Keras that they cover, and their content.

For Keras 3.15 these are `keras-3.15.json` with most kinds, and `keras-3.15.ops.json` and
`keras-3.15.applications.json`, which are read only when they are needed.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "OWN_FILE", "file_name", "installed", "known_versions", "read", "version_note"]

FOLDER = Path(__file__).parent

OWN_FILE = ("applications", "ops")
"""The kinds with a file of their own."""


def file_name(version: str, part: str = "") -> str:
    """The name of the file for a minor version such as "3.15"; `part` is "" or of `OWN_FILE`."""
    return f"keras-{version}.{part}.json" if part else f"keras-{version}.json"


@cache
def known_versions() -> tuple[str, ...]:
    """The minor versions of Keras that have a file, oldest first."""
    found = (re.fullmatch(r"keras-(\d+\.\d+)\.json", path.name) for path in FOLDER.iterdir())
    return tuple(sorted((match[1] for match in found if match), key=_numbers))


@cache
def installed() -> str | None:
    """The version of the installed Keras, such as "3.15.1"; None if it is not installed."""
    try:
        return metadata.version("keras")
    except metadata.PackageNotFoundError:
        return None


def version_note() -> str | None:
    """The note to show once if there is no file for the installed Keras; otherwise None."""
    version = installed()
    if version is None or _minor(version) in known_versions():
        return None
    known = " and ".join(known_versions())
    return (
        f"the catalogue knows Keras {known}; {version} is installed "
        "and has the last word when the network is built"
    )


@cache
def read(part: str) -> dict[str, Any]:
    """The content of a file of the version in use: "aliases" and "kinds" by kind.

    `part` is "" for the main file, which has "common" as well, or of `OWN_FILE`.
    """
    path = FOLDER / file_name(_version_in_use(), part)
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values


def _version_in_use() -> str:
    """The installed minor version if there is a file for it, otherwise the newest with one."""
    version = installed()
    if version is not None and _minor(version) in known_versions():
        return _minor(version)
    return known_versions()[-1]


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
