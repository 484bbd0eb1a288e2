"""What a training computes in, and by what: precision, compilation, lowering."""

import json

import keras
import numpy as np
import pytest
from click.testing import CliRunner

import kspec
from kspec.api import choice_for
from kspec.cli.main import kspec as command_line
from kspec.errors import SpecError
from kspec.runs.checkpoints import recover
from kspec.runs.read import Run
from kspec.spec.canonical import spec_hash


def train(spec, folder, **how):
    return kspec.train(spec, run_dir=folder, **how)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_a_network_learns_in_less_precision(tiny, tmp_path, precision):
    run = train(tiny(**{"training.precision": precision, "training.epochs": 6}), tmp_path)
    losses = [row["loss"] for row in run.history]
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]
    model = keras.saving.load_model(run.model_path)
    computes = {layer.name: layer.compute_dtype for layer in model.layers}
    assert computes["conv2d"] == precision.removeprefix("mixed_")
    assert computes["dense"] == "float32"  # It gives the probabilities.
    assert {weight.dtype for weight in model.weights} == {"float32"}


def test_weights_begin_the_same_in_every_precision(tiny):
    plain = kspec.build(tiny())
    mixed = kspec.build(tiny(**{"training.precision": "mixed_bfloat16"}))
    for one, other in zip(plain.get_weights(), mixed.get_weights(), strict=True):
        assert np.array_equal(one, other)
    assert keras.config.dtype_policy().name == "float32"


def test_an_interrupted_run_in_half_precision_goes_on(tiny, tmp_path):
    """The loss scale, too, is what it was: in float16 it counts the steps since it last grew."""
    spec = tiny(**{"training.precision": "mixed_float16", "training.epochs": 2})
    longer = tiny(**{"training.precision": "mixed_float16", "training.epochs": 4})
    whole = train(longer, tmp_path / "whole")
    begun = train(spec, tmp_path / "begun")
    gone_on = kspec.resume(begun.path, settings=["training.epochs=4"], allow_change=True)
    assert len(gone_on.history) == 4
    for one, other in zip(whole.history, gone_on.history, strict=True):
        assert one["loss"] == pytest.approx(other["loss"], rel=1e-6)
    scales, others = (scale_of(run) for run in (whole, gone_on))
    assert scales == others
    assert scales["dynamic_scale"] == 2**15
    assert scales["step_counter"] == 16  # Of 4 epochs of 4 steps, none of which overflowed.


def scale_of(run):
    """What the last checkpoint holds of the scale of the loss."""
    start, _ = recover(run.path)
    return {
        path.rpartition("/")[2]: float(start.arrays[f"optimizer/{number:05d}"])
        for number, path in enumerate(start.state["paths"]["optimizer"])
        if path.rpartition("/")[2] in ("step_counter", "dynamic_scale")
    }


def test_a_rate_that_is_changed_on_the_way_counts_in_half_precision(tiny, tmp_path):
    spec = tiny(**{"training.precision": "mixed_float16", "training.epochs": 1})
    begun = train(spec, tmp_path)
    settings = ["training.epochs=2", "training.optimizer.learning_rate=0.5"]
    gone_on = kspec.resume(begun.path, settings=settings, allow_change=True)
    start, _ = recover(gone_on.path)
    rates = {
        path: float(start.arrays[f"optimizer/{number:05d}"])
        for number, path in enumerate(start.state["paths"]["optimizer"])
        if path.endswith("learning_rate")
    }
    assert set(rates.values()) == {0.5}
    assert gone_on.history[-1]["learning_rate"] == 0.5


def test_a_head_on_features_has_its_loss_scaled(tiny, tmp_path):
    from kspec.experiment.prepare import prepare

    layers = tiny().resolved()["layers"]
    for layer in layers[:-2]:
        layer["trainable"] = False
    until = {"training.features": {"until": "global_average_pooling2d"}}
    spec = tiny(layers=layers, **until, **{"training.precision": "mixed_float16"})
    model = prepare(spec, tmp_path).model
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)


def test_a_layer_that_names_its_dtype_keeps_it(tiny):
    layers = tiny().resolved()["layers"]
    layers[0]["dtype"] = "float32"
    model = kspec.build(tiny(layers=layers, **{"training.precision": "mixed_bfloat16"}))
    assert model.layers[1].compute_dtype == "float32"
    assert model.layers[2].compute_dtype == "bfloat16"


def test_compilation_says_nothing_of_the_experiment(tiny):
    plain, compiled, mixed = (
        tiny(**{"training.compile": False}),
        tiny(**{"training.compile": True}),
        tiny(**{"training.precision": "mixed_bfloat16"}),
    )
    assert spec_hash(plain) == spec_hash(compiled) == spec_hash(tiny())
    assert spec_hash(mixed) != spec_hash(plain)


def test_compilation_is_what_the_spec_says(tiny, backend, tmp_path):
    from kspec.experiment.prepare import prepare

    chosen = {
        said: prepare(tiny(**{"training.compile": said}), tmp_path).model.jit_compile
        for said in (True, False, "auto")
    }
    assert chosen == {True: True, False: False, "auto": backend == "jax"}


def test_they_are_said_for_all_phases_at_once(write_spec):
    phases = [
        {"optimizer": "sgd", "loss": "mse", "epochs": 1, "precision": "mixed_bfloat16"},
        {"epochs": 1, "precision": "float32"},
    ]
    with pytest.raises(SpecError, match='"precision" holds for the whole training'):
        kspec.load(write_spec(training=phases))


def test_a_run_says_whether_its_layers_were_lowered(tiny, tmp_path, backend):
    for lowering in (True, False):
        run = train(tiny(), tmp_path, lowering=lowering)
        assert run.environment["lowering"] is lowering
        assert choice_for(run, backend).lowering is lowering
    # One that does not say its backend goes on with the one in use.
    path = run.path / "environment.json"
    environment = json.loads(path.read_text())
    del environment["backend"]
    path.write_text(json.dumps(environment))
    assert choice_for(kspec.Run.open(run.path), None).name == backend


def test_a_run_goes_on_as_it_was_computed(write_spec, tmp_path, backend):
    """Also one from before layers were lowered."""
    options = ["--backend", backend, "--run-dir", str(tmp_path), "--quiet", "--no-lowering"]
    assert CliRunner().invoke(command_line, ["train", str(write_spec()), *options]).exit_code == 0
    (folder,) = (tmp_path / "tiny").iterdir()
    assert Run.open(folder).environment["lowering"] is False
    environment = json.loads((folder / "environment.json").read_text())
    del environment["lowering"]
    (folder / "environment.json").write_text(json.dumps(environment))
    run = kspec.resume(folder, settings=["training.epochs=3"], allow_change=True)
    assert run.environment["resumed"][-1]["lowering"] is False
    assert run.lowering is False


def test_lowered_or_not_the_losses_are_alike(tiny, tmp_path):
    """Where nothing is drawn: a lowered Dropout draws other numbers."""
    layers = [layer for layer in tiny().resolved()["layers"] if layer["type"] != "Dropout"]
    runs = [train(tiny(layers=layers), tmp_path, lowering=lowering) for lowering in (True, False)]
    one, other = ([row["loss"] for row in run.history] for run in runs)
    assert one == pytest.approx(other, rel=1e-4)


@pytest.mark.newest
def test_a_compiled_training_gives_the_same(tiny, tmp_path):
    """But for dropout: compiled, PyTorch draws other masks. Of Adam, its fused kernel cannot be
    traced, and Keras's own step is."""
    layers = [layer for layer in tiny().resolved()["layers"] if layer["type"] != "Dropout"]
    changes = {"layers": layers, "training.optimizer": "adam", "training.epochs": 1}
    losses = [
        train(tiny(**changes, **{"training.compile": said}), tmp_path).history[0]["loss"]
        for said in (True, "auto")
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
