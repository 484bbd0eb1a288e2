"""`kspec parity` with real backends in processes of their own; nox's session `together` runs it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny_spec import TINY

from kspec.backends import BACKENDS, is_installed

pytestmark = pytest.mark.together

ROOT = Path(__file__).parents[2]
TRAINING = {
    "optimizer": {"type": "Adam", "learning_rate": 0.01},
    "loss": "sparse_categorical_crossentropy",
    "epochs": 1,
}
DATA = {"source": "shapes", "scale": "1/255", "train_samples": 100, "test_samples": 20}
HEAD = [
    {"type": "GlobalAveragePooling2D"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]
CONV = {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same"}
FAULTY = {
    "other_epsilon": {"type": "OtherEpsilon"},
    "other_momentum": {"type": "OtherMomentum"},
    "other_padding": {"type": "OtherPadding", "filters": 6},
    "other_corners": {"type": "OtherCorners"},
    "other_gradient": {"type": "OtherGradient"},
}
# What is said of each; that which only follows from it aside.
SAID = {
    "other_epsilon": {"forward", "gradient"},
    "other_momentum": {"state"},
    "other_padding": {"forward", "gradient"},
    "other_corners": {"forward", "gradient"},
    "other_gradient": {"gradient"},
}


def parity(spec, *words):
    """Run the command in a process of its own, as users do."""
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    return subprocess.run(
        [sys.executable, "-m", "kspec", "parity", str(spec), *words],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def spec_of(tmp_path):
    """Write a spec of these layers."""

    def write(*layers, **changed):
        spec = {
            "kspec": 1,
            "name": "network",
            "input": {"shape": [12, 12, 3]},
            "layers": layers,
            "data": DATA,
            "training": TRAINING,
            **changed,
        }
        path = tmp_path / "network.json"
        path.write_text(json.dumps(spec), encoding="utf-8")
        return path

    return write


def test_sigterm_leaves_no_process_and_no_file(spec_of, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    words = [sys.executable, "-m", "kspec", "parity", str(spec_of(CONV, *HEAD))]
    process = subprocess.Popen(words, env={**os.environ, "TMPDIR": str(scratch)})
    deadline = time.monotonic() + 60
    while not children(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    started = children(process.pid)
    assert started and list(scratch.iterdir())
    process.terminate()
    assert process.wait(timeout=60) == 143
    assert list(scratch.iterdir()) == []
    assert not [child for child in started if Path("/proc", child).exists()]


def children(process):
    """The numbers of the processes that `process` has started (on Linux)."""
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def test_all_backends_are_there():
    assert [name for name in BACKENDS if is_installed(name)] == list(BACKENDS)


def test_all_agree_on_dropout_and_augmentation(tmp_path):
    """Random numbers are supplied, so that random layers are compared like the others."""
    augmentation = [
        {"type": "RandomFlip"},
        {"type": "RandomTranslation", "height_factor": 0.1, "width_factor": 0.1},
    ]
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps({**TINY, "augmentation": augmentation}), encoding="utf-8")
    done = parity(path, "--steps", "2", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert list(report["losses"]) == list(BACKENDS)
    assert report["verdict"] == "tiny: tensorflow, torch and jax agree over 2 steps"
    rows = {layer["name"]: layer for layer in report["layers"]}
    assert list(rows)[:2] == ["augmentation[0]", "augmentation[1]"]
    for name in ("augmentation[0]", "dropout"):
        for backend in ("torch", "jax"):
            assert rows[name]["differences"][backend]["training"]["difference"] == 0
    # Something was measured: backends sum in other orders.
    handed_on = [rows["dense"]["differences"][name]["handed_on"] for name in ("torch", "jax")]
    assert all(0 < each < 1e-5 for each in handed_on)


def test_every_fault_is_named_at_its_layer_and_no_other(spec_of):
    """Layers are fed with the reference's inputs, so one fault does not hide another."""
    layers = [CONV]
    for name in ("other_epsilon", "other_padding", "other_momentum", "other_corners"):
        layers += [FAULTY[name], {"type": "ReLU"}]
    path = spec_of(*layers, FAULTY["other_gradient"], *HEAD)
    words = ("--plugin", "faults", "--backends", "tensorflow,torch", "--steps", "2")
    done = parity(path, *words, "--json")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    said = {name: set() for name in SAID}
    for departure in report["departures"]:
        assert departure["backend"] == "torch"
        if departure["layer"] is not None:
            said[departure["layer"]].add(departure["part"])
    assert said == SAID
    assert "other_epsilon (OtherEpsilon) departs on torch from tensorflow: " in report["verdict"]


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_alone_is_the_verdict(name, spec_of):
    path = spec_of(CONV, FAULTY[name], {"type": "ReLU"}, *HEAD)
    done = parity(path, "--plugin", "faults", "--backends", "tensorflow,torch", "--steps", "1")
    assert done.returncode == 1, done.stderr
    *_, verdict = done.stdout.splitlines()
    title = FAULTY[name]["type"]
    assert verdict.startswith(f"network: {name} ({title}) departs on torch from tensorflow: its ")
    (line,) = (line for line in done.stdout.splitlines() if line.startswith(name))
    assert "!" in line


def test_a_backend_that_fails_is_told_in_one_message(spec_of):
    path = spec_of({"type": "Breaks"}, *HEAD)
    done = parity(path, "--plugin", "faults", "--backends", "torch,jax")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    *_, message = done.stderr.splitlines()
    assert message.startswith("torch: ")
    assert "nobody has built this before" in message


def test_without_random_numbers(spec_of):
    path = spec_of(
        CONV,
        {"type": "Dropout", "rate": 0.5},
        *HEAD,
        augmentation=[{"type": "RandomFlip"}],
    )
    done = parity(path, "--backends", "torch,tensorflow", "--random", "off", "--steps", "1")
    assert done.returncode == 0, done.stderr
    assert "network: torch and tensorflow agree over 1 step\n" in done.stdout
    assert "augmentation" not in done.stdout
