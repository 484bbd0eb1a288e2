"""A head that learns on features, from spec to run."""

import json

import keras
import numpy as np
import pytest
from tiny_spec import TINY

import kspec
from kspec.errors import BuildError, DataError, SpecError
from kspec.runs.pictures import read_mistakes
from kspec.runs.predictions import read_predictions
from kspec.training.evaluate import evaluate
from kspec.training.reporter import Quiet

LAYERS = [
    {"type": "Conv2D", "filters": 4, "kernel_size": 3, "trainable": False},
    {"type": "ReLU"},
    {"type": "GlobalAveragePooling2D", "name": "seen"},
    {"type": "Dropout", "rate": 0.1},
    {"type": "Dense", "units": 10, "activation": "softmax", "name": "told"},
]
FEATURES = {"layers": LAYERS, "training.features": {"until": "seen"}}


class Listener(Quiet):
    def __init__(self):
        self.notes = []

    def note(self, text):
        self.notes.append(text)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KSPEC_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def train(tmp_path, tiny):
    def train(**changes):
        listener = Listener()
        run = kspec.train(tiny(**FEATURES | changes), run_dir=tmp_path / "runs", reporter=listener)
        return run, listener.notes

    return train


def weights(run):
    model = keras.saving.load_model(run.model_path, compile=False)
    return {weight.path: keras.ops.convert_to_numpy(weight) for weight in model.weights}


def test_the_model_that_is_kept_takes_pictures(train):
    run, _ = train()
    assert run.result["status"] == "completed"
    measured = evaluate(run)
    assert measured.metrics["accuracy"] == pytest.approx(run.result["test"]["accuracy"], abs=1e-6)
    assert measured.metrics["loss"] == pytest.approx(run.result["test"]["loss"], rel=1e-4)
    predictions = read_predictions(run.path)
    assert len(predictions.labels) == 40
    # Of its mistakes the pictures are kept, not their features.
    mistakes = read_mistakes(run.path)
    wrong = int((predictions.outputs.argmax(axis=1) != predictions.labels).sum())
    assert len(mistakes.pictures) == min(wrong, 24) and mistakes.pictures.shape[-1] == 3


def test_it_learns_as_the_frozen_network_does_on_pictures(train):
    with_features, _ = train()
    without, _ = train(**{"training.features": None})
    assert with_features.result["total_params"] == without.result["total_params"]
    assert with_features.result["trainable_params"] == without.result["trainable_params"] == 50
    for one, other in zip(with_features.history, without.history, strict=True):
        assert one["val_loss"] == pytest.approx(other["val_loss"], rel=1e-3)


def test_the_frozen_part_is_as_it_was_to_the_bit(train, tiny):
    run, _ = train()
    before = {w.path: keras.ops.convert_to_numpy(w) for w in kspec.build(tiny(**FEATURES)).weights}
    after = weights(run)
    assert set(before) == set(after)
    frozen = {path for path in before if path.startswith("conv2d")}
    assert len(frozen) == 2
    for path in before:
        assert np.array_equal(before[path], after[path]) == (path in frozen), path


def test_the_second_training_computes_nothing(train):
    _, first = train()
    _, second = train(**{"training.optimizer": {"type": "SGD", "learning_rate": 0.5}})
    assert [note for note in first if note.startswith("computing the features of 120 samples")]
    assert not [note for note in second if "features" in note]


def test_half_precision_is_nearly_the_same(train):
    whole, _ = train()
    half, notes = train(**{"training.features": {"until": "seen", "dtype": "float16"}})
    assert notes  # They are others.
    assert half.result["test"]["loss"] == pytest.approx(whole.result["test"]["loss"], rel=0.01)


def test_an_interrupted_one_goes_on_to_the_same_end(train, tmp_path, tiny):
    spec = tiny(**FEATURES, **{"training.epochs": 4})
    whole = kspec.train(spec, run_dir=tmp_path / "whole")

    class Stops(Quiet):
        def epoch(self, row, best_epoch):
            if row["epoch"] == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kspec.train(spec, run_dir=tmp_path / "runs", reporter=Stops())
    (folder,) = (tmp_path / "runs" / "tiny").iterdir()
    gone_on = kspec.resume(folder)
    for one, other in zip(whole.history, gone_on.history, strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}
    mine, theirs = weights(whole), weights(gone_on)
    assert all(np.array_equal(mine[path], theirs[path]) for path in mine)


def test_going_on_needs_no_file_of_weights(train, tiny, tmp_path):
    backbone = {
        "type": "Backbone",
        "name": "seen",
        "application": "MobileNetV2",
        "alpha": 0.35,
        "until": "bn_Conv1",
        "pooling": "avg",
        "trainable": False,
    }
    layers = {"input": {"shape": [32, 32, 3]}, "data.scale": None}
    kspec.build(tiny(layers=[{**backbone, "weights": None}, *LAYERS[3:]], **layers)).get_layer(
        "seen"
    ).save(tmp_path / "own.keras")
    layers["layers"] = [{**backbone, "weights": "own.keras"}, *LAYERS[3:]]
    run, _ = train(**layers)
    before = keras.saving.load_model(run.model_path).get_layer("seen").get_weights()
    (tmp_path / "own.keras").unlink()
    listener = Listener()
    longer = {"settings": ["training.epochs=3"], "allow_change": True}
    gone_on = kspec.resume(run.path, reporter=listener, **longer)
    assert gone_on.result["epochs"] == 3
    assert not [note for note in listener.notes if "computing" in note]
    after = keras.saving.load_model(run.model_path).get_layer("seen").get_weights()
    assert len(before) == 5 and all(map(np.array_equal, before, after))
    (gone_on.path / "model.keras").unlink()
    with pytest.raises(BuildError, match=r"there is no file .*own.keras with weights"):
        kspec.resume(run.path, settings=["training.epochs=4"], allow_change=True)


def test_first_the_head_and_then_the_whole(train):
    first = {
        "optimizer": {"type": "Adam", "learning_rate": 0.01},
        "loss": "sparse_categorical_crossentropy",
        "epochs": 2,
        "features": {"until": "seen"},
    }
    second = {"optimizer": {"type": "Adam", "learning_rate": 1e-3}, "epochs": 1}
    second["trainable"] = {"conv2d": True}
    run, _ = train(**{"training.features": None, "training": [first, second]})
    assert [row["phase"] for row in run.history] == [1, 1, 2]
    assert [phase["trainable_params"] for phase in run.result["phases"]] == [50, 162]
    measured = evaluate(run)
    assert measured.metrics["loss"] == pytest.approx(run.result["test"]["loss"], rel=1e-4)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"augmentation": [{"type": "RandomFlip"}]}, "features are computed once"),
        ({"training.features": {"until": "sen"}}, 'no layer "sen". Did you mean "seen"'),
        ({"training.features": {"until": "told"}}, '"told" is the last layer'),
        ({"training.features": {"untill": "seen"}}, 'Did you mean "until"'),
        ({"training.features": {"until": "seen", "dtype": "float61"}}, "float16"),
    ],
)
def test_what_cannot_be_is_refused_by_check(write_spec, changes, says):
    with pytest.raises(SpecError, match=says):
        kspec.load(write_spec(**FEATURES | changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"augmentation": [{"type": "RandomFlip"}]}, "no picture would be augmented"),
        ({"training": "later"}, "they belong to the first phase"),
    ],
)
def test_a_spec_made_in_python_is_refused_too(tmp_path, changes, says):
    values = {**TINY, "layers": LAYERS} | changes
    first = {**TINY["training"], "features": {"until": "seen"}}
    if values["training"] == "later":
        values["training"] = [TINY["training"], {"epochs": 1, "features": {"until": "seen"}}]
    else:
        values["training"] = first
    with pytest.raises(BuildError, match=says):
        kspec.train(kspec.Spec(**values), run_dir=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_cache_that_cannot_be_written_makes_no_run(train, tmp_path):
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(DataError, match="cannot be read"):
        train()
    assert not (tmp_path / "runs").exists()


def test_what_was_kept_is_named(train, tmp_path):
    train()
    (about,) = (tmp_path / "cache" / "features").glob("*/about.json")
    assert json.loads(about.read_text()) | {"backend": ""} == {
        "network": "tiny",
        "until": "seen",
        "backend": "",
        "shape": [4],
        "dtype": "float32",
    }
