"""What will be asked for next, made while its turn has not come."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

__all__ = ["Ahead"]

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Ahead(Generic[Key, Made]):
    """Calls `make` in a thread of its own, and before anybody waits for what it gives.

    There is one thread, so that `make` need not be safe for several. What goes wrong in it is
    raised for whoever asks for what was to be made, and for nobody else.
    """

    def __init__(self, make: Callable[[Key], Made]) -> None:
        self._make = make
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._coming: dict[Key, Future[Made]] = {}

    def get(self, key: Key, following: Iterable[Key]) -> Made:
        """What `make` gives for `key`; what comes for those `following` is begun with."""
        before = self._coming
        wanted = before.get(key) or self._thread.submit(self._make, key)
        self._coming = {
            each: before.get(each) or self._thread.submit(self._make, each) for each in following
        }
        return wanted.result()
