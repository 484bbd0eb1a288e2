"""`kspec eject`: prints or writes a script, and the script runs where there is no kspec."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from kspec.cli.main import kspec

# Runs a script as a user does, in a Python that has no kspec.
WITHOUT_KSPEC = """
import runpy, sys
class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "kspec":
            raise ImportError("there is no kspec here")
sys.meta_path.insert(0, Nowhere())
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def invoke(*words):
    return CliRunner().invoke(kspec, ["eject", *map(str, words)])


def test_it_prints_the_script(write_spec):
    done = invoke(write_spec())
    assert done.exit_code == 0
    assert done.stdout.startswith('"""tiny\n')
    compile(done.stdout, "model.py", "exec")
    assert "tiny.npz, which -o FILE writes beside FILE" in done.stderr


def test_it_writes_the_script_and_the_data_that_kspec_draws(write_spec, tmp_path):
    (tmp_path / "out").mkdir()
    done = invoke(write_spec(), "-o", tmp_path / "out" / "model.py")
    assert (done.exit_code, done.stderr) == (0, "")
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["model.py", "tiny.npz"]
    assert str(tmp_path / "out" / "tiny.npz") in done.stdout
    with np.load(tmp_path / "out" / "tiny.npz") as archive:
        assert (len(archive["x_train"]), len(archive["x_val"])) == (60, 20)


def test_data_that_lie_somewhere_are_not_written_again(write_spec, tmp_path):
    np.savez(tmp_path / "d.npz", x_train=np.zeros((8, 8, 8, 3)), y_train=np.arange(8))
    data = {"source": "npz", "path": "d.npz"}
    done = invoke(write_spec(data=data), "-o", tmp_path / "model.py")
    assert done.exit_code == 0
    assert not (tmp_path / "tiny.npz").exists()
    assert 'DATA = Path(__file__).parent / "d.npz"' in (tmp_path / "model.py").read_text()


@pytest.mark.parametrize("there", ["model.py", "tiny.npz"])
def test_it_overwrites_nothing_unless_told_to(there, write_spec, tmp_path):
    spec = write_spec()
    (tmp_path / there).write_text("mine")
    done = invoke(spec, "-o", tmp_path / "model.py")
    assert done.exit_code == 2
    assert done.stderr == f"{tmp_path / there} already exists; --force overwrites it\n"
    assert (tmp_path / there).read_text() == "mine"
    assert not (tmp_path / ({"model.py", "tiny.npz"} - {there}).pop()).exists()
    assert invoke(spec, "-o", tmp_path / "model.py", "--force").exit_code == 0
    assert (tmp_path / "model.py").read_text().startswith('"""tiny')


def test_settings_are_in_the_script(write_spec):
    done = invoke(write_spec(), "--set", "training.epochs=7", "--set", "layers[0].filters=9")
    assert "epochs=7" in done.stdout
    assert "layers.Conv2D(9, 3, " in done.stdout


def test_a_spec_that_is_wrong_is_refused(write_spec):
    done = invoke(write_spec(**{"training.epochs": 0}))
    assert done.exit_code == 2
    assert "epochs" in done.stderr


@pytest.fixture
def whole(write_spec):
    """A small spec with something of everything that a script can have."""
    return write_spec(
        blocks={
            "residual": {
                "layers": [
                    {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same"},
                    {"type": "LayerScale", "init_values": 0.5, "projection_dim": 4},
                    {"type": "Add", "inputs": ["#-1", "input"]},
                ]
            }
        },
        layers=[
            {"type": "Conv2D", "filters": 4, "kernel_size": 3},
            {"repeat": 2, "layers": [{"block": "residual"}]},
            {"type": "ops.mean", "axis": [1, 2]},
            {"type": "Dense", "units": 10, "activation": "softmax"},
        ],
        augmentation=[
            {"type": "RandomFlip", "mode": "horizontal"},
            {"type": "RandomBrightnessFactor", "factor": [0.9, 1.2]},
            {"type": "MixUp", "alpha": 0.2},
        ],
        **{
            "data.standardize": True,
            "training.callbacks": [{"type": "CSVLogger"}],
            "training.early_stopping": [
                {"monitor": "val_loss", "patience": 2},
                {"monitor": "val_accuracy", "patience": 2, "restore_best_weights": True},
            ],
        },
    )


def test_the_script_trains_where_there_is_no_kspec(whole, tmp_path):
    assert invoke(whole, "-o", tmp_path / "model.py").exit_code == 0
    environment = {key: each for key, each in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_KSPEC, "model.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name in ("loss", "accuracy"):
        assert re.search(rf"^test {name}: \d+\.\d{{4}}$", done.stdout, re.MULTILINE)
    assert (tmp_path / "log.csv").read_text().count("\n") == 3
    assert (tmp_path / "tiny.keras").is_file()


def test_the_help_says_it_all():
    text = invoke("--help").stdout
    assert all(word in text for word in ("--set", "--output", "--force", "runs without kspec"))
