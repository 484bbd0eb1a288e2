"""What a layer, an input or an item of a list may be called."""

from __future__ import annotations

import re

__all__ = ["NAME_PATTERN", "name_fault"]

NAME_PATTERN = r"[^#\[\]/]+"
"""A text that is a name: references give "#" and "[1]" a meaning, and Keras refuses "/"."""


def name_fault(name: str) -> str | None:
    """What is wrong with `name` as the name of a layer; None for a good one."""
    if re.fullmatch(NAME_PATTERN, name):
        return None
    return f'"{name}" cannot be a name: a name is not empty, and has no "#", "[", "]" or "/" in it'
