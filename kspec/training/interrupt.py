"""Ctrl-C and SIGTERM: the current step finishes, then training stops and everything is kept."""

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
    """Raises `Interrupted` after the step in which a stop was requested.

    `signal` is the name of the signal that requested it.
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
    """While training: the first signal sets `stop` and calls `told`; a second Ctrl-C stops at once.

    A cluster sends SIGTERM, possibly several times, before it kills the process.

    Only the main thread receives signals; in any other thread nothing changes.
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
