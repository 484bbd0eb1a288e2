"""Prefetching: the results that will be asked for next are computed ahead of time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

__all__ = ["Ahead"]

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Ahead(Generic[Key, Made]):
    """Calls `make` in a thread of its own, before its results are needed.

    There is only one thread, so `make` need not be thread-safe. An error in it is raised for
    whoever asks for that result, and for nobody else.
    """

    def __init__(self, make: Callable[[Key], Made]) -> None:
        self._make = make
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._coming: dict[Key, Future[Made]] = {}

    def get(self, key: Key, following: Iterable[Key]) -> Made:
        """The result of `make` for `key`; those for `following` are started."""
        before = self._coming
        wanted = before.get(key) or self._thread.submit(self._make, key)
        self._coming = {
            each: before.get(each) or self._thread.submit(self._make, each) for each in following
        }
        return wanted.result()
