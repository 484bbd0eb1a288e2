"""What `training.deterministic` costs: seconds per step with it and without.

    python benchmarks/deterministic.py specs/arch2.json --backend torch --repeats 3

It is set for a whole process, so each measurement has its own; they alternate. The ratio is that of
the medians; each measurement is the median of its epochs after the first.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from kspec.runs.find import find_runs
from kspec.runs.read import Run

STEPS, EPOCHS = 3, 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec")
    parser.add_argument("--backend", required=True)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    seconds: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(arguments.repeats):
        for deterministic in (False, True):
            seconds[deterministic].append(measure(arguments.spec, arguments.backend, deterministic))
    without, with_it = (statistics.median(seconds[each]) for each in (False, True))
    print(
        f"{arguments.backend}: {1000 * with_it:.0f} ms a step with, {1000 * without:.0f} without, "
        f"{with_it / without:.3f} times; {seconds}"
    )


def measure(spec: str, backend: str, deterministic: bool) -> float:
    """Seconds per step, measured in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "kspec", "train", spec, "--backend", backend, "--quiet"]
        command += ["--run-dir", folder, "--data", "shapes"]
        for setting in (
            f"training.deterministic={json.dumps(deterministic)}",
            f"training.epochs={EPOCHS}",
            "training.early_stopping=[]",
            "training.checkpoint=null",
            "data.validation=0",
            f"data.train_samples={STEPS * 512}",
            "data.test_samples=10",
        ):
            command += ["--set", setting]
        subprocess.run(command, check=True, capture_output=True)
        (found,) = find_runs(Path(folder))
        history = Run.open(found.path).history
    return statistics.median(row["seconds"] for row in history[1:]) / STEPS


if __name__ == "__main__":
    main()
