"""`--plugin` and installed plugins, as users meet them."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner

import kspec as package
from kspec.cli.main import kspec
from kspec.spec.catalog import registry

PLUGIN = '''
import keras
import numpy as np

from kspec import plugins


@plugins.layer
class Sine(keras.layers.Layer):
    """Curves.

    Args:
        frequency: How fast.
    """

    def __init__(self, frequency: float, **kwargs):
        super().__init__(**kwargs)
        self.frequency = frequency

    def build(self, input_shape):
        start = keras.initializers.Constant(self.frequency)
        self.factor = self.add_weight(shape=(input_shape[-1],), initializer=start, name="factor")

    def call(self, inputs):
        return keras.ops.sin(inputs * self.factor)

    def get_config(self):
        return {**super().get_config(), "frequency": self.frequency}


@plugins.loss
def soft_error(y_true, y_pred, sharpness: float = 1.0):
    return keras.ops.mean(keras.ops.abs(y_true - y_pred) ** sharpness, axis=-1)


@plugins.metric
def largest_error(y_true, y_pred, times: int = 1):
    return times * keras.ops.max(keras.ops.abs(y_true - y_pred), axis=-1)


@plugins.source(class_names=["left", "right"])
def spirals(*, turns: float = 1.5, samples: int = 60):
    random = np.random.default_rng(0)
    y = np.arange(samples) % 2
    way = random.uniform(0.1, 1, samples)
    angle = 2 * np.pi * (turns * way + y / 2)
    x = way[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    half = samples // 2
    return (x[:half], y[:half]), (x[half:], y[half:])
'''

SPEC = {
    "kspec": 1,
    "name": "spirals",
    "input": {"shape": [2]},
    "layers": [
        {"type": "Dense", "units": 8},
        {"type": "Sine", "frequency": 3},
        {"type": "Dense", "units": 2, "activation": "softmax"},
    ],
    "data": {"source": "spirals", "options": {"samples": 80}, "validation": 0.2},
    "training": {
        "optimizer": {"type": "Adam", "learning_rate": 0.01},
        "loss": {"type": "soft_error", "sharpness": 2},
        "metrics": ["accuracy", {"type": "largest_error", "times": 2}],
        "epochs": 2,
    },
}
ROOT = str(Path(package.__file__).parents[1])
PYTHONPATH = os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))


def call(*words):
    return CliRunner().invoke(kspec, [str(word) for word in words])


def in_a_process(folder, *words, **environment):
    """Run a command as a user does, in `folder`, which Python does not look through."""
    code = "import sys; sys.path.remove(''); from kspec.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": PYTHONPATH, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A current folder with the plugin swirl in it, and a spec that needs it."""
    (tmp_path / "swirl.py").write_text(PLUGIN)
    (tmp_path / "spirals.json").write_text(json.dumps(SPEC, indent=2))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    sys.modules.pop("swirl", None)


def test_a_run_with_everything_that_a_plugin_brings(folder, backend):
    with registry.isolated():
        trained = call("train", "spirals.json", "--plugin", "swirl", "--backend", backend)
    assert trained.exit_code == 0, trained.output
    assert "spirals: 32 train, 8 validation, 40 test" in trained.stdout
    assert "val_largest_error" in trained.stdout
    (run,) = (folder / "runs" / "spirals").iterdir()
    (plugin,) = json.loads((run / "environment.json").read_text())["plugins"]
    assert (plugin["module"], plugin["version"]) == ("swirl", None)
    assert len(plugin["sha256"]) == 64
    result = json.loads((run / "result.json").read_text())
    assert set(result["test"]) == {"loss", "accuracy", "largest_error"}

    # As in another process that knows nothing of the plugin.
    with registry.isolated():
        for verb in ("evaluate", "summary"):
            done = call(verb, "spirals")
            assert done.exit_code == 2
            assert done.output.strip().splitlines()[-1] == (
                f"{run.relative_to(folder)} was trained with the plugin swirl: add --plugin swirl, "
                'or in Python kspec.plugins.load("swirl")'
            )
        sys.modules.pop("swirl")
        done = call("evaluate", "spirals", "--plugin", "swirl", "--json")
        assert done.exit_code == 0, done.output
        measured = json.loads(done.stdout)
        assert measured["metrics"] == pytest.approx(result["test"], abs=1e-5)
        assert [row["name"] for row in measured["per_class"]] == ["left", "right"]
        assert "Sine" in call("summary", "spirals").stdout

        (folder / "swirl.py").write_text(PLUGIN + "\n# changed\n")
        done = call("summary", "spirals")
        assert "note: the plugin swirl is not what it was when runs/spirals/" in done.stderr


def test_one_metric_is_what_numpy_makes_of_it(folder):
    from kspec.training.trained import open_trained

    with registry.isolated():
        assert call("train", "spirals.json", "--plugin", "swirl", "-q").exit_code == 0
        (run,) = (folder / "runs" / "spirals").iterdir()
        trained = open_trained(package.Run.open(run))
        _, (x, y) = sys.modules["swirl"].spirals(samples=80)
        away = np.abs(np.eye(2)[y] - trained.model.predict(x.astype("float32"), verbose=0))
        result = json.loads((run / "result.json").read_text())
        assert result["test"]["loss"] == pytest.approx((away**2).mean(), abs=1e-5)
        assert result["test"]["largest_error"] == pytest.approx(
            2 * away.max(axis=1).mean(), abs=1e-5
        )


def test_check_without_the_plugin_says_that_one_may_be_needed(folder):
    done = call("check", "spirals.json")
    assert done.exit_code == 1
    errors = [line for line in done.stdout.splitlines() if ": error[" in line]
    assert [line.partition("error[")[2].partition("]")[0] for line in errors] == [
        "unknown-layer",
        "wrong-value",
        "unknown-loss",
        "unknown-metric",
    ]
    assert all("of your own comes with --plugin MODULE" in line for line in errors)
    assert not any("swirl" in line for line in errors)
    assert "swirl" not in sys.modules


def test_a_slip_in_a_name_of_keras_is_no_plugin(folder):
    slip = {**SPEC, "layers": [{"type": "Dence", "units": 2}]}
    (folder / "slip.json").write_text(json.dumps(slip))
    (line, *_) = call("check", "slip.json").stdout.splitlines()
    assert line.endswith('Keras has no layer "Dence". Did you mean "Dense"?')


def test_check_show_eject_and_schema(folder, capsys):
    with registry.isolated():
        assert call("check", "spirals.json", "--plugin", "swirl").stdout == (
            "1 spec checked: no errors\n"
        )
        assert call("check", "--build", "spirals.json").exit_code == 0
        shown = call("show", "--resolved", "spirals.json")
        assert json.loads(shown.stdout)["data"]["options"] == {"samples": 80}
        text = call("schema", "--plugin", "swirl").stdout
        validator = jsonschema.Draft202012Validator(json.loads(text))
        assert list(validator.iter_errors(SPEC)) == []
        for part, value in {
            "data": {"source": "spirals", "options": {"turn": 1}},
            "layers": [{"type": "Sine", "frequency": "fast"}],
            "training": {**SPEC["training"], "loss": {"type": "soft_error", "sharp": 2}},
        }.items():
            assert not validator.is_valid({**SPEC, part: value}), part
        done = call("eject", "spirals.json", "-o", "model.py")
        assert done.exit_code == 0, done.output
    script = (folder / "model.py").read_text()
    assert "it needs swirl, and what that imports" in script
    assert "\nfrom swirl import Sine, largest_error, soft_error, spirals\n" in script
    assert "MeanMetricWrapper(\n" in script or "MeanMetricWrapper(largest_error" in script
    runpy.run_path("model.py", run_name="__main__")
    printed = capsys.readouterr().out
    for name in ("loss", "accuracy", "largest_error"):
        assert f"test {name}: " in printed


def test_ejected_code_is_clean(folder):
    with registry.isolated():
        call("eject", "spirals.json", "--plugin", "swirl", "-o", "model.py")
    for words in (["check", "--select", "E,F,I,UP,RET,N"], ["format", "--diff"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--isolated", "model.py"],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout


def test_a_plugin_lies_in_the_current_folder(folder, backend):
    done = in_a_process(folder, "check", "spirals.json", "--plugin", "swirl", KERAS_BACKEND=backend)
    assert (done.returncode, done.stdout) == (0, "1 spec checked: no errors\n"), done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["--plugin", "nobody"],
            'there is no module "nobody"; a plugin must be in the current folder',
        ),
        (["--plugin", "swirl.py"], 'a plugin is named as Python imports it: "swirl"'),
        (["--plugin", "broken"], "the plugin broken cannot be imported: NameError: name 'x' is no"),
    ],
)
def test_one_message_and_no_traceback(words, says, folder):
    (folder / "broken.py").write_text("x")
    for verb in ("check", "train", "show", "summary", "preview", "eject"):
        done = call(verb, "spirals.json", *words)
        assert done.exit_code == 2, done.output
        assert says in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        sys.modules.pop("broken", None)
    for verb in (["evaluate", "spirals"], ["predict", "spirals", "picture.png"]):
        done = call(*verb, *words)
        assert done.exit_code == 2 and says in done.stderr
    debugged = call("--debug", "check", "spirals.json", *words)
    assert isinstance(debugged.exception, package.errors.PluginError)


def test_a_spec_alone_has_nothing_imported(folder):
    """Whatever names a spec uses, and whatever lies beside it."""
    for name in ("Sine", "elsewhere", "keras_plugin"):
        (folder / f"{name}.py").write_text("open('imported', 'w')")
    names = ["Sine", "elsewhere", "elsewhere.Sine", "elsewhere:Sine", "./elsewhere.py", "os.path"]
    for name in names:
        harmed = {
            **SPEC,
            "layers": [{"type": name}],
            "data": {"source": name, "options": {"plugin": "elsewhere"}},
            "training": {**SPEC["training"], "loss": name, "metrics": [{"type": name}]},
        }
        (folder / "harmed.json").write_text(json.dumps(harmed))
        done = in_a_process(folder, "check", "harmed.json")
        assert done.returncode == 1, done.stderr
    assert not (folder / "imported").exists()


@pytest.fixture
def installed(folder, tmp_path_factory):
    """A folder of packages with the plugin in it, installed."""
    site = tmp_path_factory.mktemp("site")
    (folder / "swirl.py").rename(site / "swirl.py")
    info = site / "swirly-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: swirly\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(
        "[console_scripts]\nswirl = swirl:main\n\n[kspec.plugins]\nspirals = swirl\n"
    )
    return site


def test_an_installed_plugin_needs_no_option(folder, installed, backend):
    path = os.pathsep.join([PYTHONPATH, str(installed)])
    there = {"PYTHONPATH": path}
    done = in_a_process(folder, "train", "spirals.json", "--backend", backend, **there)
    assert done.returncode == 0, done.stderr
    assert f"backend     {backend} (--backend) on " in done.stdout
    (run,) = (folder / "runs" / "spirals").iterdir()
    (plugin,) = json.loads((run / "environment.json").read_text())["plugins"]
    assert plugin["module"] == "swirl"
    # Gone, it is missed.
    done = in_a_process(folder, "evaluate", "latest", KERAS_BACKEND=backend)
    assert done.returncode == 2
    assert "was trained with the plugin swirl: add --plugin swirl" in done.stderr


def test_an_installed_plugin_is_imported_only_where_a_name_is_missing(folder, installed):
    (installed / "swirl.py").write_text("raise ValueError('imported')")
    there = {"PYTHONPATH": os.pathsep.join([PYTHONPATH, str(installed)])}
    specs = Path(package.__file__).parents[1] / "specs"
    done = in_a_process(folder, "check", specs, **there)
    assert done.returncode == 0, done.stderr
    done = in_a_process(folder, "check", "spirals.json", **there)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1] == (
        "an installed package has a plugin: the plugin swirl cannot be imported: "
        "ValueError: imported (swirl.py:1)"
    )
