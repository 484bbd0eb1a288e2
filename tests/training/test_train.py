"""A training from spec to run, on the backend under test."""

import csv
import json
import math
from pathlib import Path

import keras
import numpy as np
import pytest
from tiny_spec import TINY

import kspec
from kspec.data.augment import Augmentation
from kspec.data.batches import Batches
from kspec.data.dataset import Split
from kspec.data.order import order
from kspec.data.pixels import Pixels
from kspec.errors import BuildError, DataError, RunError, SpecError
from kspec.experiment.prepare import prepare
from kspec.runs.pictures import read_augmented, read_mistakes
from kspec.runs.predictions import read_predictions
from kspec.training.recorder import EpochStart
from kspec.training.reporter import Quiet

ONE = {"training.epochs": 1}


@pytest.fixture
def train(tmp_path, tiny):
    """Train a changed copy of the tiny spec; returns the run."""

    def train(reporter=None, **changes):
        return kspec.train(tiny(**changes), run_dir=tmp_path / "runs", reporter=reporter)

    return train


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The run of the tiny spec as it is, for tests that change nothing in it."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "tiny.json").write_text(json.dumps({**TINY, "name": "tiny"}, indent=2))
    return kspec.train(kspec.load(folder / "tiny.json"), run_dir=folder / "runs")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"training.metrics": ["accuracy", "Precision"]},
            r"error\[metric-needs-one-hot\]: Precision",
        ),
        (
            {"data": {"source": "npz", "path": "d.npz", "labels": "numbers"}},
            r"error\[loss-does-not-fit-labels\]: sparse_categorical_crossentropy is for classes",
        ),
    ],
)
def test_what_does_not_fit_the_labels_is_not_trained(train, tmp_path, changes, says):
    np.savez(tmp_path / "d.npz", x_train=np.zeros((9, 8, 8, 3), "uint8"), y_train=np.zeros(9))
    with pytest.raises(SpecError, match=rf"tiny\.json:\d+:\d+: {says}"):
        train(**changes)
    assert not (tmp_path / "runs").exists()


def test_counts_of_the_training_are_not_those_of_the_validation(train, tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 3), dtype=np.uint8)
    np.savez(tmp_path / "d.npz", x_train=x, y_train=np.arange(60) % 2)
    counts = ["TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives"]
    run = train(
        **ONE,
        layers=[{"type": "Flatten"}, {"type": "Dense", "units": 1, "activation": "sigmoid"}],
        data={"source": "npz", "path": "d.npz", "validation": 0.25},
        **{"training.loss": "binary_crossentropy", "training.metrics": counts},
    )
    (row,) = run.history
    names = ["true_positives", "false_positives", "true_negatives", "false_negatives"]
    assert sum(row[name] for name in names) == 45
    assert sum(row[f"val_{name}"] for name in names) == 15


def test_a_run_keeps_everything(run, backend, write_spec):
    assert run.path.parent.name == "tiny"
    files = {path.name for path in run.path.iterdir()}
    assert files >= {
        "spec.json",
        "resolved.json",
        "environment.json",
        "history.csv",
        "history.json",
        "result.json",
        "model.keras",
        "curves.png",
    }
    assert not [name for name in files if name.startswith(".") or "tmp" in name]
    assert (run.path / "spec.json").read_bytes() == write_spec().read_bytes()
    assert json.loads((run.path / "resolved.json").read_text())["training"]["epochs"] == 2
    with (run.path / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert set(rows[0]) == {
        "epoch",
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "learning_rate",
        "seconds",
    }
    assert [row["epoch"] for row in run.history] == [1, 2]
    assert [float(row["loss"]) for row in rows] == [row["loss"] for row in run.history]
    assert run.history[0]["learning_rate"] == pytest.approx(0.01)
    assert run.environment["backend"] == backend
    assert run.environment["data"]["fingerprint"]
    assert run.result["status"] == "completed" and run.result["epochs"] == 2
    assert run.result["test"]["accuracy"] * 40 == pytest.approx(
        round(run.result["test"]["accuracy"] * 40), abs=1e-4
    )
    assert (run.path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_spec_and_seed_give_the_same_start_in_a_folder_of_their_own(run, train, tiny):
    first, second = run, kspec.train(tiny(), run_dir=run.path.parents[1])
    assert first.path != second.path and first.path.parent == second.path.parent
    assert first.history[0]["loss"] == pytest.approx(second.history[0]["loss"], rel=1e-4)
    other = train(seed=1)
    assert other.history[0]["loss"] != pytest.approx(first.history[0]["loss"], rel=1e-4)


def test_the_kept_epochs_weights_are_those_saved_and_evaluated(train, tiny):
    changes = {
        "training.epochs": 6,
        "training.optimizer": {"type": "SGD", "learning_rate": 3.0},
        "training.early_stopping": [{"monitor": "val_loss", "patience": 4}],
    }
    run = train(**changes)
    losses = [row["val_loss"] for row in run.history]
    best = losses.index(min(losses)) + 1
    assert run.result["best_epoch"] == best
    assert run.result["kept"] == {
        "monitor": "val_loss",
        "mode": "min",
        "value": min(losses),
        "why": "the only monitor",
    }
    assert run.result["validation"]["loss"] == min(losses)
    prepared = prepare(tiny(**changes), Path())
    model = keras.saving.load_model(run.model_path)
    measured = model.evaluate(
        prepared.batches(prepared.dataset.validation), return_dict=True, verbose=0
    )
    assert measured["loss"] == pytest.approx(min(losses), rel=1e-5)


def test_what_the_model_says_of_every_test_sample_is_kept(run, tiny):
    found = read_predictions(run.path)
    split = prepare(tiny(), Path()).dataset.test
    assert found.labels.tolist() == split.y.tolist()
    assert found.outputs.shape == (40, 10)
    assert found.outputs.sum(axis=1) == pytest.approx(np.ones(40), abs=1e-5)
    right = (found.outputs.argmax(axis=1) == found.labels).mean()
    assert right == pytest.approx(run.result["test"]["accuracy"], abs=1e-6)


def test_the_surest_mistakes_are_kept_as_pictures(run, tiny):
    found, said = read_mistakes(run.path), read_predictions(run.path)
    test = prepare(tiny(), Path()).dataset.test
    called = said.outputs.argmax(axis=1)
    assert (called[found.indices] != test.y[found.indices]).all()
    assert len(found.indices) == min((called != test.y).sum(), 24) > 0
    assert (np.diff(said.outputs.max(axis=1)[found.indices]) <= 0).all()
    assert (found.pictures == test.x[found.indices]).all()


def test_what_augmentation_does_is_kept_as_pictures(run, train, tiny):
    spec = {"augmentation": [{"type": "RandomBrightness", "factor": [0.2, 0.2]}], "seed": 3}
    assert not (run.path / "augmentation.npz").exists()
    run = train(**spec, **ONE)
    found = read_augmented(run.path)
    assert found.variants.shape == (5, 4, 8, 8, 3)
    first = next(iter(prepare(tiny(**spec), Path()).train_batches()))[0]
    # The batches are scaled by 1/255.
    assert np.abs(found.variants[:, 0] / 255 - first[:5]).max() < 0.51 / 255
    assert (found.variants >= found.originals[:, None]).all()
    assert found.variants.mean() > found.originals.mean() + 20


def test_the_layers_are_kept_with_their_parameters(run):
    kept = json.loads((run.path / "parameters.json").read_text())
    assert kept["total_params"] == run.result["total_params"] == 174
    assert kept["rows"][0] == {
        "name": "conv2d",
        "type": "Conv2D",
        "output_shape": [8, 8, 4],
        "params": 108,
        "trainable_params": 108,
    }


def test_the_base_is_kept_as_it_was(write_spec, tmp_path):
    write_spec("base")
    path = tmp_path / "over.json"
    path.write_text('{"extends": "base.json", "name": "over", "training": {"epochs": 1}}')
    run = kspec.train(kspec.load(path), run_dir=tmp_path / "runs")
    kept = json.loads((run.path / "base.json").read_text())
    assert kept == {
        "extends": "base.json",
        "resolved": kspec.load(tmp_path / "base.json").resolved(),
    }
    assert run.resolved["training"]["epochs"] == 1


def test_logits_are_kept_as_probabilities(train, tiny):
    head = {"type": "Dense", "units": 10}
    loss = {"type": "SparseCategoricalCrossentropy", "from_logits": True}
    changes = {"layers": [*tiny().resolved()["layers"][:-1], head], "training.loss": loss}
    run = train(**changes)
    found = read_predictions(run.path)
    own = found.outputs[np.arange(40), found.labels]
    assert -np.log(own).mean() == pytest.approx(run.result["test"]["loss"], rel=1e-4)


def test_early_stopping_ends_the_training(train):
    run = train(
        **{
            "training.epochs": 50,
            "training.optimizer": {"type": "SGD", "learning_rate": 0.0},
            "training.early_stopping": [
                {"monitor": "val_loss", "patience": 40},
                {"monitor": "val_accuracy", "patience": 2, "restore_best_weights": True},
            ],
        }
    )
    assert run.result["status"] == "stopped early"
    assert run.result["stopped_by"] == "val_accuracy"
    assert run.result["epochs"] == 3 and run.result["best_epoch"] == 1


def test_a_schedule_shows_in_the_history(train):
    run = train(
        **{
            "training.epochs": 3,
            "training.optimizer": {
                "type": "SGD",
                "learning_rate": {
                    "type": "PiecewiseConstantDecay",
                    "boundaries": [4, 8],
                    "values": [0.1, 0.01, 0.001],
                },
            },
        }
    )
    # Four steps an epoch; the rate is that of the next step.
    rates = [row["learning_rate"] for row in run.history]
    assert rates == pytest.approx([0.1, 0.01, 0.001])


def test_a_scheduler_tells_the_rate_if_it_is_asked_to(train, capsys):
    told = {"type": "LearningRateScheduler", "schedule": "0.1", "verbose": 1}
    train(**{"training.epochs": 1, "training.callbacks": [told]})
    assert "LearningRateScheduler setting learning rate to 0.1" in capsys.readouterr().out


def test_callbacks_by_name(train):
    run = train(
        **{
            "training.epochs": 4,
            "training.optimizer": {"type": "SGD", "learning_rate": 0.0},
            "training.callbacks": [
                {"type": "LearningRateScheduler", "schedule": "0.1 if epoch < 2 else lr / 2"},
                {"type": "CSVLogger", "filename": "log.csv"},
                "TerminateOnNaN",
            ],
        }
    )
    assert [row["learning_rate"] for row in run.history] == pytest.approx([0.1, 0.1, 0.05, 0.025])
    assert len((run.path / "log.csv").read_text().splitlines()) == 5


def test_the_rate_falls_on_a_plateau(train):
    run = train(
        **{
            "training.epochs": 4,
            "training.optimizer": {"type": "SGD", "learning_rate": 1e-9},
            "training.callbacks": [
                {
                    "type": "ReduceLROnPlateau",
                    "monitor": "val_accuracy",
                    "patience": 1,
                    "factor": 0.5,
                }
            ],
        }
    )
    rates = [row["learning_rate"] for row in run.history]
    assert rates == pytest.approx([1e-9, 1e-9, 5e-10, 2.5e-10])


def test_training_ends_at_a_nan(train):
    run = train(
        **{
            "training.epochs": 5,
            "training.optimizer": {"type": "SGD", "learning_rate": 1e38},
            "training.callbacks": ["TerminateOnNaN"],
            "training.early_stopping": [{"monitor": "val_loss", "patience": 9}],
        }
    )
    assert run.result["status"] == "stopped early"
    assert run.result["epochs"] < 5
    assert math.isnan(run.history[-1]["val_loss"])


@pytest.mark.parametrize(
    ("callback", "says"),
    [
        ({"type": "LearningRateScheduler", "schedule": "open('x')"}, "has no value at epoch 0"),
        ({"type": "LearningRateScheduler", "schedule": "-1"}, "not a rate"),
        ({"type": "LearningRateScheduler", "schedule": "1 / (1 - epoch)"}, "at epoch 1"),
        ({"type": "CSVLogger", "filename": "../log.csv"}, "bare file name that ends with .csv"),
        ({"type": "CSVLogger", "filename": "history.csv"}, "bare file name that ends with .csv"),
    ],
)
def test_a_callback_that_cannot_work_is_refused_before_training(train, tmp_path, callback, says):
    with pytest.raises(SpecError, match=says.replace("(", r"\(")):
        train(**{"training.callbacks": [callback]})
    assert not list(tmp_path.glob("runs/*/*"))


HEAD = {"activation": "softmax"}
# What only the data tell, `kspec check` cannot find before.
OWN = {"source": "npz", "path": "own.npz"}


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        (
            {
                "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 3, **HEAD}],
                "data": OWN,
            },
            DataError,
            "the training labels go from 0 to 9, but the network has 3 outputs",
        ),
        (
            {
                "data": {**OWN, "validation": None},
                "training.early_stopping": [{"monitor": "val_loss", "patience": 1}],
            },
            DataError,
            r"early_stopping\[0\] monitors \"val_loss\", but there is no validation set",
        ),
        (
            {
                "data": {**OWN, "validation": None},
                "training.callbacks": [{"type": "ReduceLROnPlateau", "patience": 1}],
            },
            DataError,
            r"callbacks\[0\] monitors \"val_loss\", but there is no validation set",
        ),
        ({"data.validation": 0.001}, DataError, "validation"),
        (
            {"training.optimizer": {"type": "SGD", "use_ema": True, "ema_overwrite_frequency": -1}},
            BuildError,
            "training.optimizer: Keras cannot make this SGD",
        ),
    ],
)
def test_what_does_not_fit_is_said_before_training(train, tmp_path, changes, error, says):
    np.savez(tmp_path / "own.npz", x_train=np.zeros((20, 8, 8, 3)), y_train=np.arange(20) % 10)
    with pytest.raises(error, match=says):
        train(**changes)
    assert not list(tmp_path.glob("runs/*/*"))


def test_a_spec_made_in_python_that_forgets_to_flatten(tmp_path, tiny):
    """Nobody has checked it before."""
    layers = [{"type": "Conv2D", "filters": 10, "kernel_size": 3}]
    spec = kspec.Spec.model_validate({**tiny().resolved(), "layers": layers})
    with pytest.raises(DataError, match="is a Flatten or a GlobalAveragePooling2D missing"):
        kspec.train(spec, run_dir=tmp_path / "runs")
    assert not list(tmp_path.glob("runs/*/*"))


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "mean_squared_error"])
def test_dense_losses_get_one_hot_labels(train, loss):
    run = train(**{"training.loss": loss})
    assert 0 < run.history[0]["loss"] < 10 and 0 <= run.history[0]["val_accuracy"] <= 1


@pytest.mark.parametrize(
    "loss", [{"type": "CategoricalGeneralizedCrossEntropy", "q": 0.1}, "circle"]
)
def test_losses_without_sparse_in_their_name_get_class_numbers(train, loss):
    # The generalized cross-entropy fails on one-hot labels, Circle takes each for a class.
    run = train(**{"training.loss": loss, "training.metrics": [], "training.epochs": 3})
    losses = [epoch["loss"] for epoch in run.history]
    assert losses[-1] < losses[0]


def test_a_metric_fits_the_labels_whichever_of_its_forms_is_named(train):
    metrics = ["accuracy", "categorical_accuracy", "sparse_categorical_accuracy"]
    for loss in ("sparse_categorical_crossentropy", "categorical_crossentropy"):
        run = train(**{"training.loss": loss, "training.metrics": metrics})
        for row in run.history:
            assert row["val_categorical_accuracy"] == pytest.approx(row["val_accuracy"])
            assert row["val_sparse_categorical_accuracy"] == pytest.approx(row["val_accuracy"])


def test_what_keras_makes_of_a_loss_that_does_not_fit_is_passed_on(train):
    with pytest.raises(RunError, match="Keras broke off the training"):
        train(**{"training.loss": {"type": "CategoricalCrossentropy", "axis": 5}})


def test_mixed_pictures_have_mixed_labels(train):
    run = train(augmentation=[{"type": "MixUp"}, {"type": "CutMix"}])
    assert {"accuracy", "val_accuracy", "loss", "val_loss"} <= set(run.history[0])


def test_metrics_on_mixed_labels_keep_their_names(train):
    run = train(
        **{
            "augmentation": [{"type": "MixUp"}],
            "training.metrics": [
                "sparse_categorical_accuracy",
                {"type": "SparseTopKCategoricalAccuracy", "k": 3},
            ],
            "training.early_stopping": [{"monitor": "val_sparse_categorical_accuracy"}],
        }
    )
    row = run.history[0]
    assert row["val_sparse_top_k_categorical_accuracy"] >= row["val_sparse_categorical_accuracy"]


def test_validation_and_test_pictures_are_never_augmented(tiny):
    black = [{"type": "RandomBrightnessFactor", "factor": [0.0, 0.0]}]
    prepared = prepare(tiny(augmentation=black), Path())
    assert np.all(prepared.train_batches()[0][0] == 0)
    for split in (prepared.dataset.validation, prepared.dataset.test):
        pictures, _ = prepared.batches(split)[0]
        np.testing.assert_array_equal(pictures, prepared.pixels(split.x[:16]))
        assert pictures.max() > 0


def test_augmentation_never_switches_off_the_models_jit(tiny):
    rotation = [{"type": "RandomRotation", "factor": 0.1}]
    plain, augmented = prepare(tiny(), Path()), prepare(tiny(augmentation=rotation), Path())
    assert augmented.model.jit_compile == plain.model.jit_compile


def test_the_order_is_new_in_every_epoch_and_the_same_everywhere(tiny):
    def labels(seed, epoch):
        batches = prepare(tiny(seed=seed), Path()).train_batches()
        batches.epoch = epoch
        return np.concatenate([batches[step][1] for step in range(len(batches))])

    first = labels(0, 0)
    np.testing.assert_array_equal(first, labels(0, 0))
    assert sorted(first) == sorted(labels(0, 1))
    assert not np.array_equal(first, labels(0, 1))
    assert not np.array_equal(first, labels(1, 0))


def test_an_epoch_sees_every_sample_once_during_fit():
    """Through Keras's own loader on this backend: nothing lost, nothing twice."""
    n = 53
    pictures = np.arange(n, dtype="float32").reshape(n, 1, 1, 1)
    batches = Batches(
        Split(pictures, np.zeros(n, "int32")), batch_size=8, pixels=Pixels(), shuffle_seed=3
    )
    inputs = keras.Input((1, 1, 1))
    scaled = keras.layers.Dense(1, kernel_initializer="ones", use_bias=False)(inputs)
    model = keras.Model(inputs, keras.layers.Flatten()(scaled))
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss=lambda y, outputs: outputs[:, 0] ** 2)
    start = EpochStart(batches)
    history = model.fit(batches, epochs=3, shuffle=False, verbose=0, callbacks=[start]).history
    # The mean of the squares 0² … 52² is reached only if each is there once.
    assert history["loss"] == pytest.approx([sum(i * i for i in range(n)) / n] * 3, rel=1e-5)


def test_every_epoch_of_a_fit_has_the_order_of_its_number():
    """Through Keras's loader: what reaches the model is (seed, epoch)'s order, epoch by epoch."""
    n = 12
    seen = []

    class Watched(Batches):
        def __getitem__(self, index):
            pictures, labels = super().__getitem__(index)
            seen.append((self.epoch, index, pictures[:, 0, 0, 0].tolist()))
            return pictures, labels

    pictures = np.arange(n, dtype="float32").reshape(n, 1, 1, 1)
    batches = Watched(
        Split(pictures, np.zeros(n, "int32")), batch_size=n, pixels=Pixels(), shuffle_seed=3
    )
    inputs = keras.Input((1, 1, 1))
    model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Flatten()(inputs)))
    model.compile(optimizer="sgd", loss="mse")
    model.fit(batches, epochs=3, shuffle=False, verbose=0, callbacks=[EpochStart(batches)])
    for epoch in range(3):
        assert (epoch, 0, order(3, epoch, n).tolist()) in seen


def test_an_error_in_a_later_batch_is_passed_on_whole(tiny, tmp_path, monkeypatch):
    class Failing(Augmentation):
        def __call__(self, images, labels, *, epoch, step, drawn):
            if epoch == 1:
                raise DataError("a picture went missing")
            return super().__call__(images, labels, epoch=epoch, step=step, drawn=drawn)

    monkeypatch.setattr("kspec.experiment.prepare.Augmentation", Failing)
    spec = tiny(augmentation=[{"type": "RandomFlip"}])
    with pytest.raises(DataError, match=r"^a picture went missing$"):
        kspec.train(spec, run_dir=tmp_path)


def test_a_second_training_in_one_process_has_the_same_metrics(train):
    changes = {
        "training.loss": "categorical_crossentropy",
        "training.metrics": ["accuracy", {"type": "Precision"}, {"type": "AUC"}],
        "training.early_stopping": [{"monitor": "val_precision", "patience": 3}],
    }
    first, second = train(**changes), train(**changes)
    assert set(first.history[0]) == set(second.history[0])
    assert "val_auc" in first.history[0]


def test_whoever_watches_is_told_which_monitor_keeps_the_epoch(train):
    notes = []

    class Watching(Quiet):
        def note(self, text):
            notes.append(text)

    run = train(
        Watching(),
        **{"training.early_stopping": [{"monitor": "val_loss"}, {"monitor": "val_accuracy"}]},
    )
    assert len(notes) == 1 and "the last listed, val_accuracy, decides" in notes[0]
    assert run.result["kept"]["why"] == "the last listed"


def test_whoever_watches_is_told_where_the_network_is_not_what_is_expected(write_spec, tmp_path):
    path = write_spec(expect={"total_params": 5, "trainable_params": 166}, **ONE)
    lines = path.read_text().splitlines()
    (line,) = (number for number, text in enumerate(lines, 1) if '"total_params"' in text)
    column = lines[line - 1].index("5") + 1
    notes = []

    class Watching(Quiet):
        def note(self, text):
            notes.append(text)

    kspec.train(kspec.load(path), run_dir=tmp_path / "runs", reporter=Watching())
    assert [note for note in notes if "expected" in note] == [
        f'{path}:{line}:{column}: "total_params" is expected to be 5, but the network has 174'
    ]


def test_who_watches_is_told_the_plan(tmp_path, tiny):
    plans = []

    class Watching(Quiet):
        def begin(self, plan):
            plans.append(plan)

    run = kspec.train(tiny(), run_dir=tmp_path / "runs", reporter=Watching())
    (plan,) = plans
    assert (plan.steps, plan.train_samples, plan.validation_samples) == (4, 60, 20)
    assert plan.folder == run.path and plan.total_params == 174


@pytest.mark.newest
@pytest.mark.parametrize("path", sorted(Path("specs").glob("*.json")), ids=lambda path: path.stem)
def test_every_shipped_spec_trains_a_few_steps(path, tmp_path):
    spec = kspec.load(path)
    settings = ["data.train_samples=20", "data.test_samples=10"]
    for number, phase in enumerate(spec.phases):
        training = f"training[{number}]" if len(spec.phases) > 1 else "training"
        settings += [f"{training}.batch_size=8", f"{training}.epochs=1"]
        if number == 0:  # What takes up to 170 MB here is tested with less.
            settings.append(f"{training}.checkpoint=null")
        if phase.steps_per_epoch is not None:
            settings.append(f"{training}.steps_per_epoch=2")
    for number, layer in enumerate(spec.layers):
        # ImageNet's weights are a download, and networks for large pictures train on small ones.
        if layer.type == "Backbone":
            settings.append(f"layers[{number}].weights=null")
        if layer.type == "Resizing":
            settings += [f"layers[{number}].{side}=32" for side in ("height", "width")]
    data = "shapes" if spec.data.source == "cifar10" else None
    run = kspec.train(kspec.load(path, settings), data=data, run_dir=tmp_path)
    assert run.result["status"] == "completed"
    assert len(run.history) == len(spec.phases)
    assert math.isfinite(run.history[0]["loss"]) and math.isfinite(run.result["test"]["loss"])
