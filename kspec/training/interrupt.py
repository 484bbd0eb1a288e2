"""Ctrl-C and SIGTERM: the step under way ends, then training stops and everything is kept."""

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
    """Raises `Interrupted` after the step in which it was asked to stop.

    `signal` is the name of the signal that asked for it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.signal: str | None = None

    @property
    def asked(self) -> bool:
        return self.signal is not None

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._stop_if_asked()

    def on_test_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._stop_if_asked()

    def on_predict_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if self.asked:
            raise Interrupted


@contextmanager
def catch_interrupt(stop: StopBetweenSteps, told: Callable[[str], None]) -> Iterator[None]:
    """While training: the first signal asks `stop` and is told; a second Ctrl-C stops at once.

    SIGTERM is how a cluster asks; it does so again and again, and then kills.

    Only the main thread gets signals; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        if not stop.asked:
            stop.signal = signal.Signals(number).name
            again = "; Ctrl-C again stops at once" if number == signal.SIGINT else ""
            told(f"stopping after this step{again}")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
