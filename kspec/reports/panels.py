"""What of a history is drawn, and where a training began anew in its midst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kspec.runs.history import NOT_MEASURED

__all__ = ["History", "panels"]

History = Sequence[Mapping[str, float]]


def panels(history: History) -> list[str]:
    """The loss first, then the metrics as they first appear, without "val_"."""
    names = dict.fromkeys(
        name.removeprefix("val_") for row in history for name in row if name not in NOT_MEASURED
    )
    return sorted(names, key=lambda name: name != "loss") or ["loss"]
