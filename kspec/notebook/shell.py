"""Whether this is a notebook, and who watches a training in one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kspec.training.reporter import Reporter

__all__ = ["in_notebook", "notebook_reporter", "notebook_reporters"]


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this code: something that shows HTML, and shows it anew.

    IPython in a terminal is none.
    """
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


def notebook_reporter() -> Reporter | None:
    """The display of a training in a notebook; None where this is none."""
    if not in_notebook():
        return None
    from kspec.notebook.live import LiveCard

    return LiveCard()


def notebook_reporters() -> Callable[[], AbstractContextManager[Reporter]] | None:
    """A display for each of several trainings; None where this is no notebook."""
    if not in_notebook():
        return None
    from kspec.notebook.live import LiveCard

    return lambda: nullcontext(LiveCard())
