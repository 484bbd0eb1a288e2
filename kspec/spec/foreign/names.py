"""The names of a network's layers in a spec."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["Names"]


class Names:
    """Gives every layer of a network a unique name, that of the file if possible."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = set(reserved)

    def take(self, name: str) -> str:
        """`name` without characters that references or backends forbid, numbered if taken."""
        clean = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:200]
        if not clean[:1].isalnum():
            clean = f"layer{clean}"
        unique, number = clean, 0
        while unique in self._taken:
            number += 1
            unique = f"{clean}_{number}"
        self._taken.add(unique)
        return unique
