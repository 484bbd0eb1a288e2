"""Child processes, one per backend, and their results.

Keras has one backend per process, so work on several backends takes a process for each. A job is
written to its folder as `job.json`; the child writes `result.json` there, or `error.json` for a
KspecError; any other failure ends it with a traceback, which the parent reads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from kspec.errors import KspecError

__all__ = ["Job", "Result", "answer", "run"]

Result = dict[str, Any]

JOB, RESULT, ERROR = "job.json", "result.json", "error.json"
# Errors of the spec are the same on every backend, so their messages do not name one.
OF_THE_SPEC = ("PluginError", "SpecError", "UsageError")


@dataclass(frozen=True)
class Job:
    """The task of a child: the arguments of the command line, and the folder for the result.

    `spec`, `settings` and `plugins` are as `kspec.load` takes them; `data` is as `kspec.train`
    takes it, None for the spec's own. `folder` is the child's own, and must not exist yet.
    """

    backend: str
    spec: str
    settings: tuple[str, ...]
    plugins: tuple[str, ...]
    data: str | None
    steps: int
    folder: Path

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), default=str), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """The inverse of `write`."""
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        lists = {key: tuple(values[key]) for key in ("settings", "plugins")}
        return cls(**{**values, **lists, "folder": Path(values["folder"])})


def run(jobs: Sequence[Job], worker: str, environment: Mapping[str, str]) -> list[Result]:
    """Run these jobs in parallel processes, and return their results in order.

    `worker` is the module that a child runs; `environment` is added to its environment variables.
    Raises KspecError with the error that a child reports, or with the last error line of its output
    if it crashed; the other children are then killed.
    """
    children: list[subprocess.Popen[bytes]] = []
    try:
        for job in jobs:
            # Appended one by one, so that `finally` knows all that were started.
            children.append(_start(job, worker, environment))
        return [_result(job, child) for job, child in zip(jobs, children, strict=True)]
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()
                child.wait()


def answer(folder: Path, work: Callable[[], Result]) -> None:
    """In the child: do the `work`, and write its result or error into `folder`."""
    try:
        result = work()
    except KspecError as error:
        told = {"message": str(error), "exit_code": error.exit_code, "kind": type(error).__name__}
        (folder / ERROR).write_text(json.dumps(told), encoding="utf-8")
        return
    (folder / RESULT).write_text(json.dumps(result), encoding="utf-8")


def _start(job: Job, worker: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    job.folder.mkdir()
    path = job.folder / JOB
    job.write(path)
    # The child searches the same import path as this process, for kspec and for plugins.
    found = os.pathsep.join(entry for entry in sys.path if entry)
    own = {**environment, "KERAS_BACKEND": job.backend, "PYTHONPATH": found}
    with _words(job).open("wb") as words:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", worker, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            env={**os.environ, **own},
        )


def _result(job: Job, child: subprocess.Popen[bytes]) -> Result:
    code = child.wait()
    error = job.folder / ERROR
    if error.exists():
        raise _told(job.backend, json.loads(error.read_text(encoding="utf-8")))
    path = job.folder / RESULT
    if code != 0 or not path.exists():
        raise KspecError(f"{job.backend}: the process failed: {_last_words(job, code)}")
    result: Result = json.loads(path.read_text(encoding="utf-8"))
    return result


def _told(backend: str, told: dict[str, Any]) -> KspecError:
    prefix = "" if told["kind"] in OF_THE_SPEC else f"{backend}: "
    error = KspecError(prefix + told["message"])
    error.exit_code = told["exit_code"]
    return error


def _last_words(job: Job, code: int) -> str:
    """The line of the traceback that says what happened: the last one that names an exception."""
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
