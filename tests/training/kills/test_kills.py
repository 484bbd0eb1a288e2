"""SIGKILL at random instants, and a run that goes on as if nothing had happened."""

import json
import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from killed_run import SPECS, differing, outcome

sys.path.insert(0, str(Path(__file__).parents[1]))
from nursery import Nursery

STARTED = "training  "


def has_started(nursery):
    return nursery.output.exists() and STARTED in nursery.said


@pytest.fixture(scope="module")
def nursery(backend, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kills")
    for phases, spec in SPECS.items():
        (folder / f"{phases}.json").write_text(json.dumps(spec))
    nursery = Nursery(folder, backend)
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
def whole(nursery):
    """The run that nobody interrupts, and the seconds it takes from its first step on."""
    found = {}

    def of(phases):
        if phases not in found:
            nursery.start("train", f"{phases}.json", "--run-dir", f"whole-{phases}")
            nursery.wait_for(lambda: has_started(nursery))
            began = time.monotonic()
            assert nursery.end() == 0, nursery.said
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
            nursery.wait_for(lambda: has_started(nursery))
            if killed < kills:
                time.sleep(draw.uniform(0, seconds / 2))
                with suppress(ProcessLookupError):  # It has ended by itself.
                    os.kill(pid, signal.SIGKILL)
            if (status := nursery.end()) == 0:
                break
            assert status == -signal.SIGKILL, nursery.said
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
