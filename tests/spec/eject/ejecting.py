"""What the tests of `kspec eject` share: scripts made, held to ruff, and run."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from kspec.spec.eject import eject, look, read_written
from kspec.spec.load import load

RULES = "E,F,W,I,B,UP,SIM,C4,PIE,RET,RUF,PTH,N"


def script_of(path, settings=(), *, script=None, structured=True):
    """The spec in `path` and its script, which is to lie in the folder `script`."""
    path = Path(path)
    spec = load(path, settings)
    written = read_written(path, settings) if structured else None
    files = look(spec, root=path.parent, script=script or path.parent)
    return spec, eject(spec, files=files, written=written)


def require_clean(*scripts):
    """Hold scripts to ruff, without the settings of this repository."""
    names = [str(script) for script in scripts]
    ruff = (sys.executable, "-m", "ruff")
    for command in (
        ("check", "--isolated", "--select", RULES, "--target-version", "py311"),
        ("format", "--isolated", "--diff"),
    ):
        done = subprocess.run(
            [*ruff, *command, *names], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def run_script(text, path="model.py"):
    """What the script defines; it is not `__main__`."""
    names = {"__name__": "ejected", "__file__": str(path)}
    exec(compile(text, str(path), "exec"), names)
    return names


def tiny_spec(tmp_path, layers, *, name="tiny", shape=(8, 8, 3), **parts):
    """Write a spec of these layers; `parts` are further keys."""
    values = {
        "kspec": 1,
        "name": name,
        "input": {"shape": list(shape)},
        "layers": layers,
        "data": {"source": "npz", "path": "data.npz", "labels": "numbers"},
        "training": {"optimizer": "adam", "loss": "mse", "metrics": [], "epochs": 1},
        **parts,
    }
    if "inputs" in values:
        del values["input"]
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    names = [f"x_train_{each}" for each in values.get("inputs", ())] or ["x_train"]
    np.savez(tmp_path / "data.npz", y_train=np.zeros(1), **dict.fromkeys(names, np.zeros(1)))
    return path
