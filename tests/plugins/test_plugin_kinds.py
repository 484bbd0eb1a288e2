"""Initializers, regularizers, constraints, optimizers and schedules of plugins."""

import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from tiny_spec import TINY

import kspec
from kspec.backends import is_installed
from kspec.errors import PluginError
from kspec.model.brought import named_classes
from kspec.plugins.recorded import record
from kspec.spec.eject import eject, look

PLUGIN = """
    import keras

    @plugins.initializer
    class Peaked(keras.initializers.Initializer):
        def __init__(self, width: float = 0.1):
            self.width = width

        def draw(self, shape, random):
            return random.laplace(0.0, self.width, shape)

        def get_config(self):
            return {"width": self.width}

    @plugins.initializer
    class Ramp(keras.initializers.Initializer):
        def __call__(self, shape, dtype=None):
            return keras.ops.arange(shape[0], dtype=dtype)

    @plugins.regularizer
    class Cubed(keras.regularizers.Regularizer):
        def __init__(self, rate: float):
            self.rate = rate

        def __call__(self, x):
            return self.rate * keras.ops.sum(keras.ops.abs(x) ** 3)

        def get_config(self):
            return {"rate": self.rate}

    @plugins.constraint
    class Below(keras.constraints.Constraint):
        def __init__(self, top: float = 1.0):
            self.top = top

        def __call__(self, w):
            return keras.ops.minimum(w, self.top)

        def get_config(self):
            return {"top": self.top}

    @plugins.optimizer
    class SlowSGD(keras.optimizers.SGD):
        def __init__(self, slower: int = 2, **kwargs):
            super().__init__(**kwargs)
            self.slower = slower

        def update_step(self, gradient, variable, learning_rate):
            super().update_step(gradient, variable, learning_rate / self.slower)

        def get_config(self):
            return {**super().get_config(), "slower": self.slower}

    @plugins.schedule
    class Halving(keras.optimizers.schedules.LearningRateSchedule):
        def __init__(self, start: float, every: int = 100):
            self.start = start
            self.every = every

        def __call__(self, step):
            return self.start * 0.5 ** (keras.ops.cast(step, "float32") // self.every)

        def get_config(self):
            return {"start": self.start, "every": self.every}
"""
DENSE = {
    "type": "Dense",
    "units": 6,
    "name": "own",
    "kernel_initializer": {"type": "Peaked", "width": 0.5},
    "bias_initializer": "Ramp",
    "kernel_regularizer": {"type": "Cubed", "rate": 0.01},
    "kernel_constraint": {"type": "Below", "top": 0.25},
}
SPEC = {
    **TINY,
    "layers": [{"type": "GlobalAveragePooling2D"}, DENSE, TINY["layers"][-1]],
    "training": {
        **TINY["training"],
        "optimizer": {
            "type": "SlowSGD",
            "slower": 4,
            "learning_rate": {"type": "Halving", "start": 0.5},
        },
        "epochs": 1,
    },
}


@pytest.fixture
def kinds(write_plugin):
    path = write_plugin("many_kinds", PLUGIN)
    kspec.plugins.load("many_kinds")
    return path


def spec_in(folder, **keys):
    (folder / "s.json").write_text(json.dumps({**SPEC, **keys}, indent=1))
    return folder / "s.json"


def weights(model, layer="own"):
    return [keras.ops.convert_to_numpy(each) for each in model.get_layer(layer).weights]


def test_a_spec_names_them_and_their_arguments_are_checked(kinds, tmp_path):
    assert kspec.check(spec_in(tmp_path)) == ()
    wrong = {
        **DENSE,
        "kernel_initializer": {"type": "Peaked", "wdth": 1},
        "bias_initializer": "Rmp",
    }
    layers = [SPEC["layers"][0], wrong, SPEC["layers"][2]]
    training = {
        **SPEC["training"],
        "optimizer": {"type": "SlowSGD", "slower": "x", "learning_rate": {"type": "Halving"}},
    }
    found = [
        each.message for each in kspec.check(spec_in(tmp_path, layers=layers, training=training))
    ]
    assert found == [
        'Peaked has no argument "wdth". Did you mean "width"?',
        'neither Keras nor many_kinds has an initializer "Rmp". Did you mean "Ramp"?',
        'SlowSGD: "slower" must be an integer, not "x"',
        'Halving needs "start"',
    ]


def test_what_is_drawn_follows_from_seed_and_path(kinds, tmp_path):
    spec = kspec.load(spec_in(tmp_path))
    kernel, bias = weights(kspec.build(spec))
    again, _ = weights(kspec.build(spec))
    other, _ = weights(kspec.build(kspec.load(spec_in(tmp_path, seed=1))))
    assert np.array_equal(kernel, again)
    assert not np.array_equal(kernel, other)
    assert bias.tolist() == [0, 1, 2, 3, 4, 5]
    from kspec.seeds import generator

    drawn = generator(0, "initial weights", "own/kernel").laplace(0.0, 0.5, (3, 6))
    assert np.array_equal(kernel, drawn.astype("float32"))


def test_a_training_uses_and_keeps_them(kinds, tmp_path):
    spec = kspec.load(spec_in(tmp_path))
    assert [each["module"] for each in record(spec)] == ["many_kinds"]
    run = kspec.train(spec, run_dir=tmp_path / "runs")
    # 60 samples of 16: 4 steps, of a rate that has not halved yet.
    assert run.history[0]["learning_rate"] == pytest.approx(0.5)
    opened = keras.saving.load_model(run.model_path, named_classes(), compile=False)
    own = opened.get_layer("own")
    assert (own.kernel_initializer.width, own.kernel_regularizer.rate) == (0.5, 0.01)
    assert own.kernel_constraint.top == 0.25
    assert weights(opened)[0].max() <= 0.25


def test_a_recurrent_bias_is_made_of_what_is_drawn(kinds, tmp_path):
    row = {"type": "Reshape", "target_shape": [8, 24]}
    lstm = {"type": "LSTM", "units": 2, "name": "own", "bias_initializer": "Peaked"}
    spec = kspec.load(spec_in(tmp_path, layers=[row, lstm, SPEC["layers"][2]]))
    bias = weights(kspec.build(spec))[2]
    assert np.array_equal(bias, weights(kspec.build(spec))[2])
    assert bias[2:4].tolist() == [1, 1]  # the forget gate's
    assert len(set(bias.tolist())) == 7


def test_their_script_makes_them(kinds, tmp_path):
    path = spec_in(tmp_path, data={**SPEC["data"]})
    spec = kspec.load(path)
    text = eject(spec, files=look(spec, root=tmp_path, script=tmp_path))
    assert "kernel_initializer=Peaked(width=0.5)" in text
    assert "bias_initializer=Ramp()" in text
    assert "SlowSGD(" in text and "Halving(" in text
    (imported,) = [line for line in text.splitlines() if line.startswith("from many_kinds import")]
    assert imported.endswith("Below, Cubed, Halving, Peaked, Ramp, SlowSGD")


def test_outside_of_kspec_it_draws_as_keras_is_seeded(kinds):
    from many_kinds import Peaked

    keras.utils.set_random_seed(3)
    first = keras.ops.convert_to_numpy(Peaked()((4, 5)))
    second = keras.ops.convert_to_numpy(Peaked()((4, 5)))
    keras.utils.set_random_seed(3)
    assert np.array_equal(first, keras.ops.convert_to_numpy(Peaked()((4, 5))))
    assert first.shape == (4, 5) and not np.array_equal(first, second)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return [1.0]", r"Odd.draw for the shape \(3, 6\) gives one of the shape \(1,\)"),
        ("return random.normal(size=shape) / 0", "gives values that are not finite numbers"),
        ("return {}['key']", r"failed: KeyError: 'key' \(odd_draw.py:\d+\)|failed: KeyError: key"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_draw_that_fails_is_named(write_plugin, tmp_path, body, says):
    write_plugin(
        "odd_draw",
        f"""
        import keras

        @plugins.initializer
        class Odd(keras.initializers.Initializer):
            def draw(self, shape, random):
                {body}
        """,
    )
    kspec.plugins.load("odd_draw")
    dense = {"type": "Dense", "units": 6, "kernel_initializer": "Odd"}
    layers = [SPEC["layers"][0], dense, SPEC["layers"][2]]
    spec = kspec.load(spec_in(tmp_path, layers=layers, training=TINY["training"]))
    with pytest.raises(PluginError, match=says):
        kspec.build(spec)


@pytest.mark.parametrize(
    ("mark", "base", "says"),
    [
        (
            "initializer",
            "keras.layers.Layer",
            "it is not a subclass of keras.initializers.Initializer",
        ),
        ("initializer", "keras.initializers.Initializer", "it needs draw"),
        ("regularizer", "object", "it is not a subclass of keras.regularizers.Regularizer"),
        ("constraint", "object", "it is not a subclass of keras.constraints.Constraint"),
        ("optimizer", "object", "it is not a subclass of keras.optimizers.Optimizer"),
        (
            "schedule",
            "object",
            "it is not a subclass of keras.optimizers.schedules.LearningRateSchedule",
        ),
    ],
)
def test_what_is_none_is_refused(write_plugin, mark, base, says):
    write_plugin("none", f"import keras\n@plugins.{mark}\nclass Mine({base}): pass\n")
    with pytest.raises(PluginError, match=f'the {mark} "Mine" cannot be used: {says}'):
        kspec.plugins.load("none")


def test_two_that_a_saved_model_could_not_tell_apart(write_plugin):
    write_plugin(
        "twice",
        """
        import keras

        @plugins.constraint
        class Mine(keras.constraints.Constraint): ...

        @plugins.regularizer
        class Mine(keras.regularizers.Regularizer): ...
        """,
    )
    with pytest.raises(PluginError, match='"Mine" cannot be used: there is a constraint of this'):
        kspec.plugins.load("twice")


def test_weights_are_the_same_on_another_backend(kinds, tmp_path):
    """In a process of its own, on whatever backend is installed beside the one under test."""
    path = spec_in(tmp_path)
    kernel, _ = weights(kspec.build(kspec.load(path)))
    installed = [name for name in ("jax", "torch", "tensorflow") if is_installed(name)]
    # (Where only one is, this holds another process to the same.)
    others = [name for name in installed if name != keras.backend.backend()] or installed
    code = (
        "import sys, keras, kspec; kspec.plugins.load('many_kinds');"
        f"model = kspec.build(kspec.load({str(path)!r}));"
        "print(keras.ops.convert_to_numpy(model.get_layer('own').kernel).tobytes().hex())"
    )
    for name in others[:1]:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={
                **os.environ,
                "KERAS_BACKEND": name,
                "PYTHONPATH": f"{kinds.parent}:.",
            },
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip().splitlines()[-1] == kernel.tobytes().hex()
