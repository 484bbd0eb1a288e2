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

import kspec
from kspec.experiment.prepare import prepare


@pytest.fixture
def start(write_spec, tmp_path, backend):
    """Start `kspec train` on a training that would last for hours; returns (process, folder)."""

    def start(monitors=({"monitor": "val_loss", "patience": 100_000},), runs=tmp_path / "runs"):
        changes = {"training.epochs": 100_000, "training.early_stopping": list(monitors)}
        spec = write_spec(**changes)
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "kspec",
                "train",
                str(spec),
                "--run-dir",
                str(runs),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            histories = list(runs.glob("tiny/*/history.json"))
            if histories and len(json.loads(histories[0].read_text())) >= 2:
                return process, histories[0].parent
            time.sleep(0.02)
        process.kill()
        raise AssertionError(process.communicate())

    return start


def test_ctrl_c_stops_after_the_step_and_keeps_everything(start):
    process, folder = start()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
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
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
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
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    for name in ("resolved.json", "environment.json", "history.json"):
        json.loads((folder / name).read_text())
    keras.saving.load_model(folder / "model.keras")
    assert not (folder / "result.json").exists()


def test_sigterm_writes_a_checkpoint_and_exits(start):
    process, folder = start()
    process.send_signal(signal.SIGTERM)
    asked = time.monotonic()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 143, err
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
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1, (out, err)
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
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, (out, err)
    last = err.splitlines()[-1]
    assert last.startswith(str(folder)) and last.endswith("No such file or directory")
    assert "Traceback" not in err
