"""Which measures of a history are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kspec.runs.history import NOT_MEASURED

__all__ = ["History", "panels"]

History = Sequence[Mapping[str, float]]


def panels(history: History) -> list[str]:
    """The loss, then the metrics in order of appearance, without "val_"."""
    names = dict.fromkeys(
        name.removeprefix("val_") for row in history for name in row if name not in NOT_MEASURED
    )
    return sorted(names, key=lambda name: name != "loss") or ["loss"]
