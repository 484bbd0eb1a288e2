"""Processes that take turns to train an epoch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

__all__ = ["race", "short", "start"]

HERE = Path(__file__).parent


def race(processes: dict[str, subprocess.Popen], repeats: int) -> dict[str, list[dict]]:
    """The measurements of every turn of each process, except the first turns, which compile."""
    turns: dict[str, list[dict]] = {name: [] for name in processes}
    try:
        for turn in range(repeats + 2):
            for name, process in processes.items():
                process.stdin.write("go\n")
                process.stdin.flush()
                line = process.stdout.readline()
                if not line:
                    raise SystemExit(f"{name} ended with {process.wait()}")
                if turn > 1:
                    turns[name].append(json.loads(line))
    finally:
        for process in processes.values():
            process.kill()
            process.wait()
    return turns


def short(steps: int, batch: int) -> list[str]:
    """The settings with which an epoch is so many steps on drawn figures, and nothing else."""
    return [
        "data.source=shapes",
        "data.validation=0",
        f"data.train_samples={steps * batch}",
        "data.test_samples=10",
        f"training.batch_size={batch}",
        "training.early_stopping=[]",
    ]


def start(rival: str, arguments: list[str]) -> subprocess.Popen:
    """Start the process of a rival; its arguments are a backend, a spec, and settings."""
    return subprocess.Popen(
        [sys.executable, HERE / "rivals.py", rival, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"KERAS_BACKEND": arguments[0], "TF_CPP_MIN_LOG_LEVEL": "2"},
    )
