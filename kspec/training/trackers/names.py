"""Which trackers there are, and what each needs. Loads none of them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from kspec.errors import UsageError
from kspec.spec.trackers import NONE

__all__ = ["TRACKERS", "require"]

TRACKERS = {"tensorboard": "tensorboardX", "mlflow": "mlflow", "wandb": "wandb"}
"""The trackers by name, each with the module through which it is told."""


def require(names: Iterable[str]) -> None:
    """Raise UsageError for a tracker whose library is not installed."""
    for name in names:
        found = find_spec(TRACKERS[name])
        # (A folder of that name, perhaps with a tracker's own files, passes for an empty package.)
        if found is None or found.origin is None:
            raise UsageError(
                f"the tracker {name} needs a package that is not installed: "
                f'pip install "kspec[{name}]"; --tracker {NONE} trains without trackers'
            )
