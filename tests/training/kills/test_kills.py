"""SIGKILL at random instants, and a run that goes on as if nothing had happened."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from killed_run import SPECS, differing, outcome

STARTED = "training  "


class Nursery:
    """Starts `kspec` in forks of a process that has the backend imported already."""

    def __init__(self, folder, backend):
        self.folder = folder
        for phases, spec in SPECS.items():
            (folder / f"{phases}.json").write_text(json.dumps(spec))
        script = Path(__file__).with_name("nursery.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script)],
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
        self.output = folder / "output.txt"

    def start(self, *arguments):
        """Start `kspec` and return its process id."""
        self.output.unlink(missing_ok=True)
        print(json.dumps([list(arguments), str(self.output)]), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def wait_for_training(self):
        """Wait until the training begins, or the process ends."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self.output.exists() and STARTED in self.output.read_text():
                return
            time.sleep(0.005)
        raise AssertionError(self.output.read_text())

    def end(self):
        """Wait until it has ended, and return its exit status."""
        return int(self.process.stdout.readline())

    def run(self, *arguments):
        self.start(*arguments)
        status = self.end()
        assert status == 0, self.output.read_text()

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0


@pytest.fixture(scope="module")
def nursery(backend, tmp_path_factory):
    nursery = Nursery(tmp_path_factory.mktemp("kills"), backend)
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
def whole(nursery):
    """The run that nobody interrupts, and the seconds it takes from its first step on."""
    found = {}

    def of(phases):
        if phases not in found:
            nursery.start("train", f"{phases}.json", "--run-dir", f"whole-{phases}")
            nursery.wait_for_training()
            began = time.monotonic()
            assert nursery.end() == 0, nursery.output.read_text()
            (folder,) = (nursery.folder / f"whole-{phases}" / "killed").iterdir()
            found[phases] = outcome(folder), time.monotonic() - began
        return found[phases]

    return of


@pytest.mark.parametrize("phases", SPECS)
def test_two_runs_are_equal_to_the_last_bit(nursery, whole, phases):
    nursery.run("train", f"{phases}.json", "--run-dir", f"again-{phases}")
    (folder,) = (nursery.folder / f"again-{phases}" / "killed").iterdir()
    assert differing(whole(phases)[0], outcome(folder)) == []


@pytest.mark.parametrize(
    ("phases", "kills"),
    [
        ("one", 10),
        ("two", 15),
        pytest.param("one", 200, marks=pytest.mark.slow),
        pytest.param("two", 200, marks=pytest.mark.slow),
    ],
)
def test_killed_again_and_again(nursery, whole, phases, kills, capsys):
    expected, seconds = whole(phases)
    draw = random.Random(kills)
    killed = survived = runs = writing = 0
    while killed < kills:
        runs += 1
        root = f"runs-{phases}-{kills}-{runs}"
        mine = 0
        while True:
            pid = nursery.start("train", f"{phases}.json", "--run-dir", root, "--resume", "auto")
            nursery.wait_for_training()
            if killed < kills:
                time.sleep(draw.uniform(0, seconds / 2))
                with suppress(ProcessLookupError):  # It has ended by itself.
                    os.kill(pid, signal.SIGKILL)
            if (status := nursery.end()) == 0:
                break
            assert status == -signal.SIGKILL, nursery.output.read_text()
            killed += 1
            mine += 1
            writing += any((nursery.folder / root).glob("killed/*/**/.*.part*"))
            if any((nursery.folder / root).glob("killed/*/result.json")):
                break  # All was written: there is nothing to go on with.
        (folder,) = (nursery.folder / root / "killed").iterdir()
        assert differing(expected, outcome(folder)) == []
        survived += mine
    with capsys.disabled():
        print(f"\nsurvived {survived} of {killed} kills, {writing} while writing, in {runs} runs")
    assert survived == killed
