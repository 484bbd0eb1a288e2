"""Ctrl-C and SIGKILL in a real process."""

import json
import os
import signal
import subprocess
import sys
import time

import keras
import pytest

import kspec
from kspec.training.prepare import prepare


@pytest.fixture
def start(write_spec, tmp_path, backend):
    """Start `kspec train` on a training that would last for hours; returns (process, folder)."""

    def start(monitors=({"monitor": "val_loss", "patience": 100_000},)):
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
                str(tmp_path / "runs"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            histories = list(tmp_path.glob("runs/tiny/*/history.json"))
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
