"""Scripts of specs that name what plugins bring."""

import json
import runpy
import subprocess
import sys

import numpy as np
import pytest

import kspec
from kspec.data.load import load
from kspec.spec.eject import eject, look

PLUGIN = """
    from pathlib import Path

    import keras
    import numpy as np

    @plugins.source
    def load_data(path: Path, times: int = 1):
        n = int(path.read_text())
        x = times * np.arange(n * 2, dtype=float).reshape(n, 2)
        y = x.sum(axis=1)
        return (x[: n // 2], y[: n // 2]), (x[n // 2 :], y[n // 2 :])

    @plugins.layer
    class scale(keras.layers.Layer):
        def call(self, inputs):
            return 2 * inputs

    @plugins.metric
    def miss(y_true, y_pred, power=1):
        return keras.ops.mean(keras.ops.abs(y_true - y_pred) ** power, axis=-1)

    @plugins.loss
    class Gap(keras.losses.Loss):
        def __init__(self, times: float = 1.0, **kwargs):
            super().__init__(**kwargs)
            self.times = times

        def call(self, y_true, y_pred):
            return self.times * keras.ops.mean((y_true - y_pred) ** 2, axis=-1)
"""
SPEC = {
    "kspec": 1,
    "name": "odd",
    "input": {"shape": [2]},
    "layers": [
        {"type": "Dense", "units": 3, "name": "miss"},
        {"type": "scale"},
        {"type": "Add", "inputs": ["#-1", "miss"]},
        {"type": "Dense", "units": 1},
    ],
    "data": {
        "source": "load_data",
        "path": "count.txt",
        "labels": "numbers",
        "options": {"times": 3},
    },
    "training": {
        "optimizer": "adam",
        "loss": {"type": "Gap", "times": 2},
        "metrics": [{"type": "miss", "power": 2}],
        "epochs": 1,
    },
}


@pytest.fixture
def script(write_plugin, tmp_path, monkeypatch):
    """The script of a spec whose names are those that scripts use themselves."""
    write_plugin("odd_names", PLUGIN)
    (tmp_path / "count.txt").write_text("8")
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(SPEC))
    spec = kspec.load(path, plugins=["odd_names"])
    written = tmp_path / "scripts" / "model.py"
    written.parent.mkdir()
    files = look(spec, root=tmp_path, script=written.parent)
    written.write_text(eject(spec, files=files))
    monkeypatch.chdir(tmp_path)
    return spec, written


def test_names_that_a_script_has_itself_are_others_there(script):
    text = script[1].read_text()
    assert "\nfrom odd_names import Gap, miss\n" in text
    assert "\nfrom odd_names import load_data as plugin_load_data\n" in text
    assert "plugin_scale()" in text
    assert "loss=Gap(times=2)" in text
    assert 'keras.metrics.MeanMetricWrapper(miss, name="miss", power=2)' in text
    # The variable of the layer "miss" hides nothing.
    assert "    miss = " not in text


def test_its_data_are_those_of_kspec(script, tmp_path):
    spec, written = script
    (x_train, y_train), (x_test, y_test) = runpy.run_path(str(written))["load_data"]()
    wanted = load(spec.data, seed=0, inputs=spec.entering, root=tmp_path)
    assert np.array_equal(x_train, wanted.train.x) and np.array_equal(y_train, wanted.train.y)
    assert np.array_equal(x_test, wanted.test.x) and np.array_equal(y_test, wanted.test.y)
    assert y_train.shape == (4, 1)


def test_it_runs_and_is_clean(script, capsys):
    runpy.run_path(str(script[1]), run_name="__main__")
    assert "test miss: " in capsys.readouterr().out
    for words in (["check", "--select", "E,F,I,UP,RET"], ["format", "--diff"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--isolated", str(script[1])],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout
