"""What a backend's process is told to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self

from kspec import children

__all__ = ["Job", "Randomness"]

Randomness = Literal["supplied", "off"]


@dataclass(frozen=True)
class Job(children.Job):
    """A job like any other, and how to compare.

    `reference` is the folder of the reference, None for the reference itself. Layers are computed
    with `lowering` or as Keras has them. With `random` "supplied" random numbers come from NumPy,
    with "off" layers that draw random numbers do nothing.
    """

    batch_size: int
    random: Randomness
    reference: Path | None
    lowering: bool = True

    @classmethod
    def read(cls, path: Path) -> Self:
        job = super().read(path)
        return replace(job, reference=None if job.reference is None else Path(job.reference))
