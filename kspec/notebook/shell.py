"""Whether this is a notebook, and the reporters for one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kspec.training.reporter import Reporter

__all__ = ["in_notebook", "notebook_reporter", "notebook_reporters"]


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this code, so that HTML can be shown and updated.

    IPython in a terminal is not one.
    """
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


def notebook_reporter() -> Reporter | None:
    """The display of a training in a notebook; None if this is not one."""
    if not in_notebook():
        return None
    from kspec.notebook.live import LiveCard

    return LiveCard()


def notebook_reporters() -> Callable[[], AbstractContextManager[Reporter]] | None:
    """A display for each of several trainings; None if this is not a notebook."""
    if not in_notebook():
        return None
    from kspec.notebook.live import LiveCard

    return lambda: nullcontext(LiveCard())
