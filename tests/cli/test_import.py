"""`kspec import`: prints or writes a spec, says what is missing, and takes weights along."""

import json
import subprocess
import sys

import h5py
import keras
import numpy as np
import pytest
from click.testing import CliRunner

import kspec
from kspec.cli.main import kspec as command_line


def invoke(*words):
    return CliRunner().invoke(command_line, ["import", *map(str, words)])


@pytest.fixture
def model():
    """A small model, compiled."""
    made = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(5, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(3, activation="softmax", name="answer"),
        ],
        name="small",
    )
    made.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy", metrics=["accuracy"])
    return made


@pytest.fixture
def source(model, tmp_path):
    model.save(tmp_path / "small.keras")
    return tmp_path / "small.keras"


def test_it_prints_the_spec(source):
    done = invoke(source)
    assert done.exit_code == 0
    spec = json.loads(done.stdout)
    assert spec["layers"] == [
        {"type": "Dense", "units": 5, "activation": "relu"},
        {"type": "BatchNormalization"},
        {"type": "Dense", "name": "answer", "units": 3, "activation": "softmax"},
    ]
    assert spec["training"] == {
        "optimizer": {"type": "SGD", "learning_rate": 0.1},
        "loss": "categorical_crossentropy",
        "epochs": 10,
    }
    assert spec["description"] == f"From small.keras, a model file of Keras {keras.__version__}."
    assert done.stderr == (
        'placeholders: "data" and "epochs", which the file does not say\n'
        f"the weights are not imported; --weights {source} imports them\n"
    )


def test_it_writes_the_spec_and_nothing_else(source, tmp_path):
    done = invoke(source, "-o", tmp_path / "spec.json")
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path / 'spec.json'} written\n")
    assert kspec.load(tmp_path / "spec.json").name == "small"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["small.keras", "spec.json"]


def test_the_weights_come_along(source, model, tmp_path, backend):
    done = invoke(source, "-o", tmp_path / "spec.json", "--weights", source, "--backend", backend)
    assert done.exit_code == 0, done.output
    weights = tmp_path / "spec.weights.h5"
    assert done.stdout == f"{tmp_path / 'spec.json'} written, and its weights: {weights}\n"
    assert "are not imported" not in done.stderr
    own = kspec.build(kspec.load(tmp_path / "spec.json"))
    own.load_weights(weights)
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    np.testing.assert_allclose(own.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-6)


@pytest.mark.parametrize("there", ["spec.json", "spec.weights.h5"])
def test_it_overwrites_nothing_unless_told_to(there, source, tmp_path, backend):
    (tmp_path / there).write_text("mine")
    words = (source, "-o", tmp_path / "spec.json", "--weights", source, "--backend", backend)
    done = invoke(*words)
    assert done.exit_code == 2
    assert done.stderr == f"{tmp_path / there} already exists; --force overwrites it\n"
    assert (tmp_path / there).read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 2
    assert invoke(*words, "--force").exit_code == 0
    assert kspec.load(tmp_path / "spec.json").name == "small"


def test_weights_that_do_not_fit_leave_nothing_behind(source, tmp_path, backend):
    other = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4)])
    other.save_weights(tmp_path / "other.weights.h5")
    before = sorted(tmp_path.iterdir())
    done = invoke(
        *(source, "-o", tmp_path / "spec.json", "--backend", backend),
        *("--weights", tmp_path / "other.weights.h5"),
    )
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "error[weights-misfit]: layer" in done.stderr
    assert 'layer "answer" (Dense) needs the weights (5, 3), (3,)' in done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_weights_need_a_place(source):
    done = invoke(source, "--weights", source)
    assert done.exit_code == 2
    assert done.stderr == "--weights writes a file beside the spec, and so needs -o FILE\n"


def test_what_cannot_be_is_refused_by_name(tmp_path):
    code = {"class_name": "Lambda", "config": {"name": "trick", "function": ["4wEA", None, None]}}
    code["config"]["batch_input_shape"] = [None, 4]
    custom = {"class_name": "MyLayer", "config": {"name": "own"}}
    path = tmp_path / "model.json"
    path.write_text(json.dumps({"class_name": "Sequential", "config": [code, custom]}))
    done = invoke(path, "-o", tmp_path / "spec.json")
    assert done.exit_code == 2
    assert 'layer "trick" is a Lambda: it holds code' in done.stderr
    assert 'layer "own" is a MyLayer, which Keras does not have' in done.stderr
    assert not (tmp_path / "spec.json").exists()


def test_a_file_that_is_not_there(tmp_path):
    done = invoke(tmp_path / "none.json")
    assert done.exit_code == 2
    missing = tmp_path / "none.json"
    assert f"{missing}: error[no-file]: there is no file {missing}" in done.stderr


def test_names_can_be_kept_or_left_out(source):
    assert '"name": "answer"' in invoke(source, "--names").stdout
    done = invoke(source, "--no-names")
    assert '"answer"' not in done.stdout
    assert "the names of the layers are left out; --names keeps them" in done.stderr


def test_without_weights_no_framework_is_loaded(source):
    code = (
        "import sys; from click.testing import CliRunner; from kspec.cli.main import kspec\n"
        f"done = CliRunner().invoke(kspec, ['import', {str(source)!r}])\n"
        "assert done.exit_code == 0\n"
        "print(sorted({'keras', 'jax', 'torch', 'tensorflow', 'h5py'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PLUGIN = """
import keras
from kspec import plugins

@plugins.layer
class Sine(keras.layers.Layer):
    def __init__(self, frequency: float, **kwargs):
        super().__init__(**kwargs)
        self.frequency = frequency

    def build(self, input_shape):
        self.factor = self.add_weight(shape=(input_shape[-1],), name="factor")

    def call(self, inputs):
        return keras.ops.sin(inputs * self.factor)

    def get_config(self):
        return {**super().get_config(), "frequency": self.frequency}
"""
SAVE = """
import keras, numpy as np, waves
model = keras.Sequential([keras.Input((4,)), waves.Sine(3.0), keras.layers.Dense(2)])
model.layers[0].factor.assign([1.0, 2.0, 3.0, 4.0])
model.save("model.keras")
"""


def test_a_plugin_brings_the_layers_that_keras_has_not(tmp_path):
    (tmp_path / "waves.py").write_text(PLUGIN)

    def run(*words):
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr

    assert run("-c", SAVE)[0] == 0
    command = ("-m", "kspec", "import", "model.keras", "-o", "spec.json", "--weights")
    code, _, error = run(*command, "model.keras")
    assert (code, "with --plugin MODULE it can be given" in error) == (2, True)
    code, _, error = run(*command, "model.keras", "--plugin", "waves")
    assert code == 0, error
    spec = json.loads((tmp_path / "spec.json").read_text())
    assert spec["layers"] == [{"type": "Sine", "frequency": 3.0}, {"type": "Dense", "units": 2}]
    with h5py.File(tmp_path / "spec.weights.h5") as file:
        assert list(file["layers/sine/vars/0"]) == [1.0, 2.0, 3.0, 4.0]
