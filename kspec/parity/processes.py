"""Starting a backend's process, and what becomes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kspec.errors import KspecError
from kspec.parity.job import Job
from kspec.parity.worker import ERROR, RESULT

__all__ = ["Result", "run"]

Result = dict[str, Any]

# On the CPU: there every backend computes in full float32, while a GPU's convolutions round to the
# ten bits of TF32. Three processes on one GPU would also be in each other's way.
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
    "KERAS_TORCH_DEVICE": "cpu",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
# What a spec is to blame for is the same on every backend, and needs no word about which it was.
OF_THE_SPEC = ("PluginError", "SpecError", "UsageError")


def run(jobs: Sequence[Job]) -> list[Result]:
    """What the processes of these jobs say, side by side.

    Raises KspecError with what one of them says is wrong, or with the end of its last words where
    it broke down; the others are ended then.
    """
    children: list[subprocess.Popen[bytes]] = []
    try:
        for job in jobs:
            children.append(_start(job))  # Whatever stops us, these are known.
        return [_result(job, child) for job, child in zip(jobs, children, strict=True)]
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()
                child.wait()


def _start(job: Job) -> subprocess.Popen[bytes]:
    job.folder.mkdir()
    path = job.folder / "job.json"
    job.write(path)
    # The child finds what this process finds, kspec and plugins, and in the same order.
    environment = {**os.environ, **ENVIRONMENT, "KERAS_BACKEND": job.backend}
    environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    with _words(job).open("wb") as words:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "kspec.parity.worker", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            env=environment,
        )


def _result(job: Job, child: subprocess.Popen[bytes]) -> Result:
    code = child.wait()
    error = job.folder / ERROR
    if error.exists():
        raise _told(job.backend, json.loads(error.read_text(encoding="utf-8")))
    path = job.folder / RESULT
    if code != 0 or not path.exists():
        raise KspecError(f"{job.backend}: the process broke down: {_last_words(job, code)}")
    result: Result = json.loads(path.read_text(encoding="utf-8"))
    return result


def _told(backend: str, told: dict[str, Any]) -> KspecError:
    prefix = "" if told["kind"] in OF_THE_SPEC else f"{backend}: "
    error = KspecError(prefix + told["message"])
    error.exit_code = told["exit_code"]
    return error


def _last_words(job: Job, code: int) -> str:
    """Of a traceback the line that says what happened: the last one that names an exception."""
    lines = _words(job).read_text(encoding="utf-8", errors="replace").splitlines()
    named = [line for line in lines if _is_named(line)]
    if code < 0:
        return f"ended by signal {-code}"
    return named[-1][:300] if named else (lines[-1][:300] if lines else f"exit code {code}")


def _is_named(line: str) -> bool:
    name, colon, _ = line.partition(":")
    return bool(colon) and name.replace(".", "").isidentifier() and name.endswith("Error")


def _words(job: Job) -> Path:
    return job.folder / "stderr"
