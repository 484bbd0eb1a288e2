"""Ctrl-C and SIGKILL in a real process."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import keras
import pytest
from nursery import Nursery

import kspec
from kspec.experiment.prepare import prepare


@pytest.fixture(scope="module")
def nursery(backend, tmp_path_factory):
    nursery = Nursery(tmp_path_factory.mktemp("interrupted"), backend)
    yield nursery
    nursery.close()


class Process:
    """A training of its own."""

    def __init__(self, nursery, pid):
        self.nursery, self.pid = nursery, pid

    def send(self, signal):
        os.kill(self.pid, signal)

    def end(self):
        """Its exit status, and what it has printed, of all and of errors."""
        code = self.nursery.end()
        return code, self.nursery.output.read_text(), self.nursery.errors.read_text()


@pytest.fixture
def start(write_spec, tmp_path, nursery):
    """Start `kspec train` on a training that would last for hours; returns (process, folder)."""

    def start(monitors=({"monitor": "val_loss", "patience": 100_000},), runs=tmp_path / "runs"):
        changes = {"training.epochs": 100_000, "training.early_stopping": list(monitors)}
        pid = nursery.start("train", write_spec(**changes), "--run-dir", runs)
        nursery.wait_for(lambda: two_epochs_of(runs), pid=pid)
        return Process(nursery, pid), two_epochs_of(runs)

    return start


def two_epochs_of(runs):
    """The run, once two of its epochs have ended."""
    for history in runs.glob("tiny/*/history.json"):
        if len(json.loads(history.read_text())) >= 2:
            return history.parent
    return None


def test_ctrl_c_stops_after_the_step_and_keeps_everything(start):
    process, folder = start()
    process.send(signal.SIGINT)
    code, out, err = process.end()
    assert code == 130, err
    assert "Traceback" not in err
    assert "interrupted after" in out.splitlines()[-1]
    result = json.loads((folder / "result.json").read_text())
    history = json.loads((folder / "history.json").read_text())
    assert result["status"] == "interrupted" and result["epochs"] == len(history)
    losses = [row["val_loss"] for row in history]
    assert result["best_epoch"] == losses.index(min(losses)) + 1
    keras.saving.load_model(folder / "model.keras")


def test_ctrl_c_without_a_monitor_keeps_the_last_whole_epoch(start, write_spec):
    process, folder = start(monitors=())
    process.send(signal.SIGINT)
    assert process.end()[0] == 130
    result = json.loads((folder / "result.json").read_text())
    history = json.loads((folder / "history.json").read_text())
    assert result["best_epoch"] == len(history)
    prepared = prepare(kspec.load(folder / "resolved.json"), folder)
    prepared.model.set_weights(keras.saving.load_model(folder / "model.keras").get_weights())
    validation = prepared.batches(prepared.dataset.validation)
    measured = prepared.model.evaluate(validation, return_dict=True, verbose=0)
    assert measured["loss"] == pytest.approx(history[-1]["val_loss"], rel=1e-4)


def test_a_reader_that_leaves_does_not_stop_the_training(write_spec, tmp_path):
    command = f"{sys.executable} -m kspec train {write_spec()} --run-dir {tmp_path / 'runs'}"
    done = subprocess.run(
        f"{command} | head -1", shell=True, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("tiny") and done.stderr.count("\n") <= 1
    (result,) = tmp_path.glob("runs/tiny/*/result.json")
    assert json.loads(result.read_text())["status"] == "completed"


def test_sigkill_leaves_whole_files(start):
    process, folder = start()
    time.sleep(0.3)
    process.send(signal.SIGKILL)
    assert process.end()[0] == -signal.SIGKILL
    for name in ("resolved.json", "environment.json", "history.json"):
        json.loads((folder / name).read_text())
    keras.saving.load_model(folder / "model.keras")
    assert not (folder / "result.json").exists()


def test_sigterm_writes_a_checkpoint_and_exits(start):
    process, folder = start()
    process.send(signal.SIGTERM)
    asked = time.monotonic()
    code, _, err = process.end()
    assert code == 143, err
    assert "Traceback" not in err
    result = json.loads((folder / "result.json").read_text())
    assert (result["status"], result["stopped_by"]) == ("interrupted", "SIGTERM")
    newest = max((folder / "checkpoints").glob("*.npz"))
    assert time.time() - newest.stat().st_mtime <= time.monotonic() - asked + 1
    finish(folder)


def finish(folder):
    """Go on with a run that was cut off, for one epoch more."""
    epochs = len(json.loads((folder / "history.json").read_text())) + 1
    run = kspec.resume(folder, settings=[f"training.epochs={epochs}"], allow_change=True)
    assert run.result["status"] == "completed" and run.result["epochs"] == epochs


def test_a_full_disk_is_told_and_the_last_checkpoint_is_whole(start, small_disk):
    process, folder = start(runs=small_disk)
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))
    code, out, err = process.end()
    assert code == 1, (out, err)
    assert "cannot be written: No space left on device" in err.splitlines()[-1]
    assert "Traceback" not in err
    ballast.unlink()
    finish(folder)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_run_folder_that_is_deleted_ends_the_training_in_one_line(start):
    process, folder = start()
    shutil.rmtree(folder, ignore_errors=True)
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
    code, out, err = process.end()
    assert code == 1, (out, err)
    last = err.splitlines()[-1]
    assert last.startswith(str(folder)) and last.endswith("No such file or directory")
    assert "Traceback" not in err
