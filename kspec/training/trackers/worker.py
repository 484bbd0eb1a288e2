"""A tracker's own process: `python -m kspec.training.trackers.worker NAME FOLDER FIRST`.

It receives news of the run in FOLDER, of which FIRST epochs had ended before, as lines of JSON:
`plan`, a `row` for each epoch, `end`. If they end without `end`, the training broke off. Its own
output is one sentence on standard output, and only if it failed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from kspec.runs.files import read_result
from kspec.runs.numbers import from_json
from kspec.training.trackers.about import About
from kspec.training.trackers.tracker import Tracker, open_tracker

__all__ = ["main"]

Message = dict[str, Any]


def main(name: str, folder: Path, first: int) -> None:
    """Pass everything that is received on to the tracker `name`."""
    heard: SimpleQueue[Message | None] = SimpleQueue()
    # At once, so that the training need not wait while the tracker does.
    threading.Thread(target=_listen, args=(heard,), daemon=True).start()
    tracker: Tracker | None = None
    while (message := heard.get()) is not None:
        if "plan" in message:
            tracker = tracker or open_tracker(name, About(folder, first), message["plan"])
        elif tracker is not None and "row" in message:
            tracker.epoch({key: float(from_json(value)) for key, value in message["row"].items()})
        elif tracker is not None and "end" in message:
            tracker.end(read_result(folder))
            return
    if tracker is not None:
        tracker.end(None)


def _listen(heard: SimpleQueue[Message | None]) -> None:
    # (Not from `sys.stdin`, whose lock must not be held when the process ends.)
    rest = b""
    while read := os.read(0, 1 << 16):
        *lines, rest = (rest + read).split(b"\n")
        for line in lines:
            heard.put(json.loads(line))
    heard.put(None)


if __name__ == "__main__":
    # What libraries print to stdout goes to stderr, like their warnings.
    own = os.dup(1)
    os.dup2(2, 1)
    try:
        main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    except BaseException as error:
        said = " ".join(str(error).split())[:300]
        os.write(own, f"{type(error).__name__}: {said}".encode(errors="replace"))
        raise
