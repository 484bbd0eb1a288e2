"""What a tracker does; each is a module of its own beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from kspec.training.trackers.about import About

__all__ = ["Tracker", "open_tracker"]


class Tracker(Protocol):
    """Somebody who is told of one run. Any method may raise anything."""

    def epoch(self, row: Mapping[str, float]) -> None:
        """An epoch has ended: its row of the history."""

    def end(self, result: Mapping[str, Any] | None) -> None:
        """It is over, with this result; None where the training broke off without one."""


def open_tracker(name: str, about: About, plan: Mapping[str, Any]) -> Tracker:
    """The tracker `name`, told that the run begins, or goes on; `plan` is what is to be trained."""
    module = import_module(f"kspec.training.trackers.{name}_")
    return cast(Tracker, module.open_run(about, plan))
