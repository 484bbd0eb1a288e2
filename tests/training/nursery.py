"""`kspec` in real processes that need not import a backend: forks of one that has it already."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


class Nursery:
    """Starts `kspec` in forks of a process that has the backend imported already."""

    def __init__(self, folder, backend):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("nursery_process.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(folder / "nursery.log").open("w"),
            text=True,
            cwd=folder,
            env={
                **os.environ,
                "KERAS_BACKEND": backend,
                # One thread each: the tests beside this one have the other cores.
                "OMP_NUM_THREADS": "1",
                "JAX_COMPILATION_CACHE_DIR": str(folder / "compiled"),
                "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
                "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
            },
        )
        self.output, self.errors = folder / "output.txt", folder / "errors.txt"

    def start(self, *arguments):
        """Start `kspec` and return its process id."""
        for file in (self.output, self.errors):
            file.unlink(missing_ok=True)
        asked = [list(map(str, arguments)), str(self.output), str(self.errors)]
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def wait_for(self, is_there, *, pid=None):
        """Wait until something is there; where it does not come, end the process."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if is_there():
                return
            time.sleep(0.005)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        raise AssertionError(self.said)

    def end(self):
        """Wait until it has ended, and return its exit status."""
        return int(self.process.stdout.readline())

    def run(self, *arguments):
        self.start(*arguments)
        status = self.end()
        assert status == 0, self.said

    @property
    def said(self):
        """All that it has printed."""
        return "".join(f.read_text() for f in (self.output, self.errors) if f.exists())

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0
