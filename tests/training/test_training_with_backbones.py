"""Training with a backbone: what a run says of its weights, going on, and a run as a backbone."""

import hashlib
import shutil
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from tiny_spec import TINY

import kspec
from kspec.backends import choose
from kspec.errors import BuildError, RunError
from kspec.experiment.prepare import prepare
from kspec.model.build import build
from kspec.model.table import tabulate_spec
from kspec.model.trial import trial
from kspec.runs.read import Run
from kspec.spec.models import Spec
from kspec.training.environment import what_is_trained
from kspec.training.verify import verify

sys.path.insert(0, str(Path(__file__).parents[1] / "model" / "backbone"))
from small_backbones import HEAD, changes

NARROW = [
    {"type": "Conv2D", "name": "first", "filters": 4, "kernel_size": 3},
    {"type": "BatchNormalization", "name": "norm"},
    {"type": "ReLU", "name": "relu"},
    {"type": "GlobalAveragePooling2D", "name": "pool"},
    HEAD,
]


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture(scope="module")
def trained_once(tmp_path_factory, backend):
    spec = Spec.model_validate(
        {
            **TINY,
            "name": "narrow",
            "layers": NARROW,
            "data": {
                **TINY["data"],
                "standardize": {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.25, 0.3]},
            },
        }
    )
    return kspec.train(spec, backend=backend, run_dir=tmp_path_factory.mktemp("once"))


@pytest.fixture
def trained(trained_once, runs):
    """A run of a network of kspec's own, on pixels that were scaled and standardized."""
    return Run.open(shutil.copytree(trained_once.path, runs / "narrow" / trained_once.path.name))


def on_run(run, **said):
    """What makes the tiny spec one with the network of that run as its backbone."""
    application = "/".join(run.path.parts[-3:])
    backbone = {"type": "Backbone", "name": "backbone", "application": application, **said}
    return {"layers": [backbone, HEAD], "data.scale": None}


ONE = {"training.epochs": 1}


def with_file(tiny, tmp_path, **said):
    """A spec with weights from a file, and the file."""
    build(tiny(**changes(until="bn_Conv1"))).get_layer("backbone").save(tmp_path / "own.keras")
    spec = tiny(**changes(until="bn_Conv1", weights="own.keras", **said))
    return spec, tmp_path / "own.keras"


def test_a_run_says_what_its_backbone_began_with(tiny, tmp_path, runs, backend):
    spec, file = with_file(tiny, tmp_path, trainable=False)
    run = kspec.train(spec, backend=backend, run_dir=runs)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert run.environment["weights"] == [
        {"layer": "layers[0]", "weights": "own.keras", "path": str(file), "sha256": digest}
    ]
    # A file of other weights makes another experiment of the same spec.
    with_other = keras.saving.load_model(file)
    with_other.set_weights([each + 1 for each in with_other.get_weights()])
    with_other.save(file)
    identity = run.environment["identity"]
    other = what_is_trained(prepare(spec, spec.root), spec.root)["identity"]
    assert other["spec"] == identity["spec"] and other["run"] != identity["run"]
    with pytest.raises(RunError, match="are not those that the run began with"):
        verify(run, spec, recorded=spec, choice=choose(backend), root=spec.root)


def test_going_on_needs_no_file_of_weights(tiny, tmp_path, runs, backend):
    spec, file = with_file(tiny, tmp_path, trainable={"last": 2})
    whole = kspec.train(spec, backend=backend, run_dir=runs)
    file.unlink()
    gone_on = kspec.resume(
        whole.path, settings=["training.epochs=2"], backend=backend, allow_change=True
    )
    assert gone_on.result["epochs"] == 2
    assert gone_on.environment["weights"] == whole.environment["weights"]


def test_going_on_needs_no_run_that_a_backbone_is_of(trained, tiny, runs, backend):
    within = tiny("within", **on_run(trained, until="relu", pooling="avg", trainable=False), **ONE)
    below = kspec.train(within, backend=backend, run_dir=runs)
    spec = tiny(**on_run(below, until="backbone", trainable=False), **ONE)
    whole = kspec.train(spec, backend=backend, run_dir=runs)
    before = shutil.copy(whole.model_path, runs / "before.keras")
    table = tabulate_spec(kspec.load(whole.path / "resolved.json", confined=False))
    for gone in (trained, below):
        shutil.rmtree(gone.path)
    assert tabulate_spec(kspec.load(whole.path / "resolved.json", confined=False)) == table
    gone_on = kspec.resume(
        whole.path, settings=["training.epochs=2"], backend=backend, allow_change=True
    )
    assert gone_on.result["epochs"] == 2
    first, last = (
        keras.saving.load_model(shown).get_layer("backbone").get_weights()
        for shown in (before, gone_on.model_path)
    )
    assert len(first) == 6
    for one, other in zip(first, last, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_run_as_a_backbone_begins_with_its_weights_and_its_scaling(trained, tiny):
    spec = tiny(**on_run(trained, until="relu", pooling="avg", trainable=False))
    model = build(spec)
    backbone = model.get_layer("backbone")
    opened = keras.saving.load_model(trained.model_path)
    x = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3)).astype("float32")
    scaled = (x / 255 - [0.4, 0.5, 0.6]) / [0.2, 0.25, 0.3]
    cut = keras.Model(opened.input, opened.get_layer("pool").output)
    given = [
        keras.ops.convert_to_numpy(model(keras.ops.convert_to_tensor(data.astype("float32"))))
        for model, data in ((backbone, x), (cut, scaled))
    ]
    np.testing.assert_allclose(*given, atol=1e-5)
    assert [each.name for each in backbone.layers if each.weights] == ["first", "norm"]
    assert not backbone.trainable_weights


def test_a_run_as_a_backbone_trains(trained, tiny, runs, backend):
    spec = tiny(**on_run(trained, until="relu", pooling="flatten", trainable={"from": "norm"}))
    run = kspec.train(spec, backend=backend, run_dir=runs)
    (weights,) = run.environment["weights"]
    assert weights["path"] == str(trained.model_path)
    first = keras.saving.load_model(run.model_path).get_layer("backbone").get_layer("first")
    before = keras.saving.load_model(trained.model_path).get_layer("first")
    np.testing.assert_array_equal(first.get_weights()[0], before.get_weights()[0])


def test_the_weights_of_a_backbone_of_another_run(tiny, runs, backend):
    """The network within a run's network that has the layers wanted."""
    run = kspec.train(tiny(**changes(until="Conv1_relu")), backend=backend, run_dir=runs)
    assert run.environment["weights"] == []
    spec = tiny(**changes(weights="/".join(run.path.parts[-3:]), until="bn_Conv1"))
    backbone = build(spec).get_layer("backbone")
    theirs = keras.saving.load_model(run.model_path).get_layer("backbone")
    for layer in backbone.layers:
        for one, other in zip(
            layer.get_weights(),
            theirs.get_layer(layer.name).get_weights() if layer.weights else [],
            strict=True,
        ):
            np.testing.assert_array_equal(one, other)


def test_new_weights_for_the_network_of_a_run(trained, tiny):
    spec = tiny(**on_run(trained, until="relu", pooling="avg", weights=None))
    kernel = build(spec).get_layer("backbone").get_layer("first").get_weights()[0]
    assert not np.array_equal(kernel, keras.saving.load_model(trained.model_path).get_weights()[0])
    assert np.isfinite(kernel).all()


GREY = {"input": {"shape": [8, 8, 1]}, "data.source": "shapes"}


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({}, "its run standardized pictures of 3 channels, but these have 1"),
        (
            {"preprocessing": "none"},
            'was trained on (8, 8, 3), but here the input is (8, 8, 1): its "first" has 112 '
            "parameters and would need 40",
        ),
        ({"preprocessing": "none", "weights": None}, None),
    ],
)
def test_channels_that_a_run_was_not_trained_on(said, says, trained, write_spec):
    path = write_spec(**on_run(trained, until="relu", pooling="avg", **said), **GREY)
    problems = list(trial(kspec.load(path, confined=False)))
    if says is None:
        assert not problems
        return
    (problem,) = set(problems)
    assert says in problem.message
    assert '"application"' in path.read_text().splitlines()[problem.place.line - 1]


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"until": "rely"}, 'no layer "rely"; did you mean "relu"?'),
        ({"application": "runs/nobody"}, 'there is no run "runs/nobody"'),
    ],
)
def test_a_run_that_will_not_do(said, says, trained, write_spec):
    path = write_spec(**on_run(trained, **{"until": "relu", "pooling": "avg", **said}))
    text = path.read_text()
    with pytest.raises(BuildError) as caught:
        build(kspec.load(path, confined=False))
    (problem,) = caught.value.problems
    assert says in problem.message
    key = next(iter(said))
    assert f'"{key}"' in text.splitlines()[problem.place.line - 1]
