"""The process of a tracker, as the training sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kspec.runs.numbers import to_json
from kspec.training.trackers.about import NOTES

__all__ = ["PATIENCE", "TrackerProcess"]

PATIENCE = 30.0
"""How many seconds a tracker has at the end to send what it has received."""


class TrackerProcess:
    """Sends a tracker news of the run in `folder`, of which `first` epochs have ended.

    Sending does not block or raise: `failure` is what went wrong, None while nothing has.
    """

    def __init__(self, name: str, folder: Path, first: int) -> None:
        self.name = name
        self.failure: str | None = None
        self.log = folder / NOTES / f"{name}.log"
        command = [sys.executable, "-P", "-m", "kspec.training.trackers.worker", name]
        # It finds the same modules as this process, and in the same order.
        environment = {**os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
        self._unsent = b""
        self._child: subprocess.Popen[bytes] | None = None
        try:
            self.log.parent.mkdir(exist_ok=True)
            with self.log.open("ab") as log:
                self._child = subprocess.Popen(
                    [*command, str(folder.resolve()), str(first)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=environment,
                    bufsize=0,
                    # Ctrl-C is for the training, which then says how it ended.
                    start_new_session=True,
                )
        except OSError as error:
            self._fail(f"its process cannot be started: {error.strerror or error}")
            return
        assert self._child.stdin is not None
        # (On Windows since Python 3.12; before, a tracker that is stuck may block the training.)
        with suppress(OSError):
            os.set_blocking(self._child.stdin.fileno(), False)

    def tell(self, kind: str, values: Mapping[str, Any] | None = None) -> None:
        """Send a message, unless it has failed; what the pipe does not take is sent later."""
        line = json.dumps({kind: to_json(dict(values or {}))}, default=str)
        self._unsent += line.encode() + b"\n"
        self._send()

    def _send(self) -> None:
        if self.failure is not None or self._child is None or self._child.stdin is None:
            return
        try:
            sent = self._child.stdin.write(self._unsent)
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(1)  # It has closed the pipe, so it is about to exit.
            self.check()
            self._fail("it no longer reads what it is sent")
        else:
            self._unsent = self._unsent[sent or 0 :]

    def check(self) -> None:
        """Check whether it is still running."""
        if self.failure is None and self._child is not None and self._child.poll():
            self._fail(self._last_words())

    def finish(self, patience: float) -> bool:
        """Send the rest and close the pipe; whether the tracker ended within `patience` seconds."""
        child = self._child
        if child is None or child.stdin is None:
            return True
        until = time.monotonic() + patience
        while self._unsent and self.failure is None and time.monotonic() < until:
            self._send()
            time.sleep(0.02 if self._unsent else 0)
        with suppress(OSError):
            child.stdin.close()
        try:
            child.wait(max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self, patience: float = PATIENCE) -> None:
        """Let it finish, kill it if that takes too long, and check how it ended."""
        child = self._child
        if child is None:
            return
        if not self.finish(patience):
            child.kill()
            child.wait()
            self._fail(f"it had not finished after {patience:g} seconds")
        self.check()
        if child.stdout is not None:
            child.stdout.close()
        self._child = None

    def _last_words(self) -> str:
        child = self._child
        if child is None or child.stdout is None:
            return "it is gone"
        said = child.stdout.read(2000).decode(errors="replace").strip()
        if said:
            return said
        code = child.returncode
        return f"its process was ended by signal {-code}" if code < 0 else f"exit code {code}"

    def _fail(self, why: str) -> None:
        if self.failure is None:
            self.failure = why
