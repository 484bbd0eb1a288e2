"""Which trackers there are, and what each needs. Loads none of them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from kspec.errors import UsageError

__all__ = ["NONE", "TRACKERS", "chosen", "require"]

TRACKERS = {"tensorboard": "tensorboardX", "mlflow": "mlflow", "wandb": "wandb"}
"""Each by its name, and the module that it is told through."""

NONE = "none"
"""In the place of a tracker: those of the spec are left out."""


def chosen(words: Iterable[str]) -> tuple[str, ...]:
    """The trackers that somebody names, each once. Raises UsageError for what is none."""
    names = tuple(dict.fromkeys(words))
    unknown = [name for name in names if name not in (*TRACKERS, NONE)]
    if unknown:
        raise UsageError(f'there is no tracker "{unknown[0]}"; there are {", ".join(TRACKERS)}')
    if NONE in names and len(names) > 1:
        raise UsageError("a tracker and none contradict each other")
    return () if names == (NONE,) else names


def require(names: Iterable[str]) -> None:
    """Raise UsageError for a tracker whose library is not installed."""
    for name in names:
        if find_spec(TRACKERS[name]) is None:
            raise UsageError(
                f"the tracker {name} needs a package that is not installed: "
                f'pip install "kspec[{name}]"; --tracker {NONE} trains without trackers'
            )
