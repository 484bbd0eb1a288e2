"""The trackers that a spec may name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from kspec.errors import UsageError

__all__ = ["NONE", "Tracker", "chosen"]

Tracker = Literal["tensorboard", "mlflow", "wandb"]

NONE = "none"
"""In place of a tracker: drops those of the spec."""


def chosen(words: Iterable[str]) -> tuple[Tracker, ...]:
    """The trackers named by `words`, each once. Raises UsageError for an unknown one."""
    if isinstance(words, str):
        raise UsageError(f'trackers are a list: ["{words}"], not "{words}"')
    known: dict[str, Tracker] = {name: name for name in get_args(Tracker)}
    names = tuple(dict.fromkeys(words))
    unknown = [name for name in names if name not in (*known, NONE)]
    if unknown:
        raise UsageError(f'there is no tracker "{unknown[0]}"; there are {", ".join(known)}')
    if NONE in names and len(names) > 1:
        raise UsageError('"none" cannot be given together with a tracker')
    return () if names == (NONE,) else tuple(known[name] for name in names)
