"""The interface of a tracker; each is a module of its own beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from kspec.training.trackers.about import About

__all__ = ["Tracker", "open_tracker"]


class Tracker(Protocol):
    """Is told about one run. Any method may raise anything."""

    def epoch(self, row: Mapping[str, float]) -> None:
        """An epoch has ended: its row of the history."""

    def end(self, result: Mapping[str, Any] | None) -> None:
        """The training is over, with this result; None if it broke off without one."""


def open_tracker(name: str, about: About, plan: Mapping[str, Any]) -> Tracker:
    """The tracker `name`, told that the run begins or is resumed; `plan` is what is trained."""
    module = import_module(f"kspec.training.trackers.{name}_")
    return cast(Tracker, module.open_run(about, plan))
