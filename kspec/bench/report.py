"""The results of the measurements, backend by backend."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kspec.children import Result

__all__ = ["Report", "Row", "row_of"]

# Backends within this ratio count as equally fast: timings vary by as much.
_CLOSE = 1.03


@dataclass(frozen=True)
class Row:
    """The results of a backend, in seconds and bytes; `waiting` is a share from 0 to 1.

    `step` is the median over stretches of steps in all rounds, `slowest_round` and `fastest_round`
    are the medians of single rounds. `compiling` is how much longer the first step took than the
    others, `waiting` the share of a step that would be saved if its batch were ready.
    `process_peak` is the peak memory of the whole process, including framework and data.
    """

    backend: str
    version: str | None
    devices: tuple[str, ...]
    threads: int
    samples_per_second: float
    step: float
    fastest_round: float
    slowest_round: float
    compiling: float
    waiting: float
    process_peak: int | None
    device_peak: int | None
    steps: int


def row_of(rounds: Sequence[Result], batch_size: int) -> Row:
    """The row of a backend, from what its processes measured."""
    step = statistics.median(seconds for each in rounds for seconds in each["steps"])
    ready = statistics.median(seconds for each in rounds for seconds in each["ready"])
    medians = [statistics.median(each["steps"]) for each in rounds]
    last = rounds[-1]
    return Row(
        backend=last["backend"],
        version=last["version"],
        devices=tuple(last["devices"]),
        threads=last["threads"],
        samples_per_second=batch_size / step,
        step=step,
        fastest_round=min(medians),
        slowest_round=max(medians),
        compiling=max(0.0, min(each["first"] for each in rounds) - step),
        waiting=max(0.0, 1 - ready / step),
        process_peak=_most(each["process_peak"] for each in rounds),
        device_peak=_most(each["device_peak"] for each in rounds),
        steps=sum(each["count"] for each in rounds),
    )


def _most(values: Any) -> int | None:
    known = [value for value in values if value is not None]
    return max(known) if known else None


@dataclass(frozen=True)
class Report:
    """The rows in the order of their speed, and `failed`: what went wrong on other backends.

    `phase` is the phase that was measured, from 1; None if there is only one.
    """

    name: str
    keras: str
    data: str
    batch_size: int
    phase: int | None
    rows: tuple[Row, ...]
    failed: dict[str, str]

    @property
    def fastest(self) -> str:
        return self.rows[0].backend

    @property
    def verdict(self) -> str:
        """Which backend to use here, in a sentence."""
        first, *others = self.rows
        if not others:
            return f"{first.backend} is the only one that was measured"
        close = [row.backend for row in others if row.step <= _CLOSE * first.step]
        ratio = others[0].step / first.step
        if close:
            are = "are" if len(close) > 1 else "is"
            return f"use {first.backend} here; {' and '.join(close)} {are} about as fast"
        return f"use {first.backend} here: {ratio:.2f} times as fast as {others[0].backend}"

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "fastest": self.fastest, "verdict": self.verdict}
