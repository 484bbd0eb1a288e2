"""What the reference computed, and how far another backend is from it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from kspec.parity.difference import difference, distance, largest, mean_size
from kspec.parity.stored import Stored

__all__ = ["Ledger"]

Array = NDArray[Any]


class Ledger:
    """Both roles in one: the reference's process writes into it, the others read and compare.

    So both run the same code, and necessarily look at the same things.

    Args:
        folder: Where this process writes.
        reference: The folder of the reference's process; None if this is the reference.
    """

    def __init__(self, folder: Path, reference: Path | None) -> None:
        self.is_reference = reference is None
        self._stored = Stored(folder if reference is None else reference)

    def given(self, key: str, own: Sequence[Array | None]) -> list[Array | None]:
        """The reference's arrays for `own`; the reference stores and returns `own` itself."""
        if self.is_reference:
            for number, array in enumerate(own):
                if array is not None:
                    self._stored.put(f"{key}/{number}", array)
            return list(own)
        return [self._stored.get(f"{key}/{number}") for number in range(len(own))]

    def differences(
        self, key: str, own: Mapping[str, Array], *, share: float = 0.0
    ) -> dict[str, float]:
        """How far each array is from the reference's of that name; empty on the reference.

        Infinite if the reference has none. The scale of each is at least `share` of the largest
        magnitude among them all: what is zero apart from rounding has no scale of its own.
        """
        if self.is_reference:
            for name, array in own.items():
                self._stored.put(f"{key}/{name}", array)
            return {}
        found: dict[str, float] = {}
        theirs = self.stored(key, own)
        scale = share * max((largest(array) for array in theirs.values()), default=0.0)
        for name, array in own.items():
            their = theirs.get(name)
            found[name] = math.inf if their is None else difference(their, array, scale=scale)
        return found

    def distances(self, key: str, own: Mapping[str, Array], *, share: float) -> dict[str, float]:
        """As `differences`, but measured by `kspec.parity.difference.distance`."""
        if self.is_reference:
            return self.differences(key, own)
        theirs = self.stored(key, own)
        scale = share * max((mean_size(array) for array in theirs.values()), default=0.0)
        return {
            name: distance(theirs[name], array, scale=scale) if name in theirs else math.inf
            for name, array in own.items()
        }

    def stored(self, key: str, own: Mapping[str, Array]) -> dict[str, Array]:
        """The reference's arrays with the names of `own`; names that it lacks are left out."""
        found = {name: self._stored.get(f"{key}/{name}") for name in own}
        return {name: array for name, array in found.items() if array is not None}

    def close(self) -> None:
        """Finish: nothing more will be written."""
        if self.is_reference:
            self._stored.close()
