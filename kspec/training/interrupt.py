"""Ctrl-C: the step that is under way ends, then training stops and everything is kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import keras

__all__ = ["Interrupted", "StopBetweenSteps", "catch_interrupt"]


class Interrupted(BaseException):
    """Training was asked to stop; raised between two steps, never within one."""


class StopBetweenSteps(keras.callbacks.Callback):  # type: ignore[misc]
    """Raises `Interrupted` after the step in which it was asked to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = False

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._stop_if_asked()

    def on_test_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if self.asked:
            raise Interrupted


@contextmanager
def catch_interrupt(stop: StopBetweenSteps, told: Callable[[], None]) -> Iterator[None]:
    """While training: the first Ctrl-C asks `stop` and calls `told`, a second stops at once.

    Only the main thread gets signals; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.asked:
            raise KeyboardInterrupt
        stop.asked = True
        told()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
