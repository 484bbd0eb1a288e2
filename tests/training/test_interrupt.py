"""Ctrl-C and SIGKILL in a real process."""

import json
import os
import signal
import subprocess
import sys
import time

import keras
import pytest


@pytest.fixture
def start(write_spec, tmp_path, backend):
    """Start `kspec train` on a training that would last for hours; returns (process, folder)."""

    def start():
        spec = write_spec(
            **{
                "training.epochs": 100_000,
                "training.early_stopping": [{"monitor": "val_loss", "patience": 100_000}],
            }
        )
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


def test_sigkill_leaves_whole_files(start):
    process, folder = start()
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    for name in ("resolved.json", "environment.json", "history.json"):
        json.loads((folder / name).read_text())
    keras.saving.load_model(folder / "model.keras")
    assert not (folder / "result.json").exists()
