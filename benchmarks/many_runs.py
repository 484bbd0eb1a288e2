"""How long `kspec ls`, `kspec compare` and `kspec view` take over a thousand run folders.

Makes the folders first, by default for 200 specs with five seeds each, with predictions for 10,000
test samples; then reports the best of several runs of each command, and its CPU time, which says
more on a busy machine:

    python benchmarks/many_runs.py --repeats 5
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from run_making import data, make_trained

COMMANDS = (("ls",), ("compare", "*"), ("compare", "*", "--each"), ("compare", "spec-000"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--specs", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_runs(Path(folder), asked.specs, asked.seeds, asked.samples)
        print(f"{asked.specs * asked.seeds} runs of {asked.specs} specs")
        for command in COMMANDS:
            measured = [seconds_of((*command, "--run-dir", folder)) for _ in range(asked.repeats)]
            best, cpu = min(measured)
            print(
                f"kspec {' '.join(command):18} best {best:.2f} s of {asked.repeats}, "
                f"{cpu:.2f} s of the processor"
            )
        for what, (clock, cpu) in zip(("first page", "once more"), pages_of(folder), strict=True):
            print(f"kspec view, {what:12} {clock:.2f} s, {cpu:.2f} s of the processor")


def pages_of(folder: str) -> list[tuple[float, float]]:
    """Wall and CPU seconds up to the first page of `kspec view`, and for the same page again."""
    began, before, measured = time.perf_counter(), 0.0, []
    command = [sys.executable, "-m", "kspec", "view", "--port", "0", "--run-dir", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[0]
        for _ in range(2):
            urllib.request.urlopen(url).read()
            cpu = cpu_seconds(server.pid)
            measured.append((time.perf_counter() - began, cpu - before))
            began, before = time.perf_counter(), cpu
        server.send_signal(signal.SIGINT)
    return measured


def cpu_seconds(process: int) -> float:
    """The CPU time so far of a running process (Linux)."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def make_runs(root: Path, specs: int, seeds: int, samples: int) -> None:
    """Make runs of networks that are about equally good, on one test set."""
    random = np.random.default_rng(0)
    hard = random.normal(size=samples)
    for spec in range(specs):
        for seed in range(seeds):
            right = hard + random.normal(size=samples) < 1.2
            own = data(seed, test_samples=samples)
            make_trained(root, f"spec-{spec:03}", seed=seed, right=right, data=own)


def seconds_of(command: tuple[str, ...]) -> tuple[float, float]:
    """Wall and CPU seconds of a command."""
    began, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-m", "kspec", *command], stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return time.perf_counter() - began, cpu


if __name__ == "__main__":
    main()
