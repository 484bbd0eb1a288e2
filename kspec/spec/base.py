"""The base that a spec extends, as a spec of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kspec.errors import SpecError
from kspec.spec.load import load
from kspec.spec.misspelt import put_right
from kspec.spec.models import Spec
from kspec.spec.source import read

__all__ = ["base_of"]


def base_of(spec: Spec) -> dict[str, Any] | None:
    """The base of `spec`, {"extends": its path as the spec names it, "resolved": its values}.

    None for a spec that extends nothing, and for one that was made in Python. "resolved" is None if
    the base is not a complete spec by itself.
    """
    if spec.file is None:
        return None
    try:
        node, _ = put_right(read(spec.file))
    except SpecError:  # The file is no longer what was loaded.
        return None
    named = node.get("extends")
    if named is None or not isinstance(named.value, str):
        return None
    path: Path = spec.file.parent / named.value
    try:
        resolved = load(path, confined=False).resolved()
    except SpecError:
        resolved = None
    return {"extends": named.value, "resolved": resolved}
