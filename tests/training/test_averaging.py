"""An average of the weights: what is taken, who sees it, and that it goes on."""

import json
import signal

import keras
import numpy as np
import pytest

import kspec
from kspec.experiment.prepare import prepare
from kspec.spec.models import Averaging
from kspec.training.averaging import nothing_taken, takes
from kspec.training.reporter import Quiet

STEPS = 4  # of an epoch
SGD = {"type": "SGD", "learning_rate": 0.5, "momentum": 0.9}


class Watcher(Quiet):
    """Reads the newest checkpoint before each step: the weights after the steps before it; and
    asks the training to stop as Ctrl-C does, after a step or in the midst of a validation."""

    def __init__(self, *stop):
        self.stop = stop
        self.notes = []
        self.weights = []

    def note(self, text):
        self.notes.append(text)

    def begin(self, plan):
        self.folder = plan.folder

    def step(self, epoch, step, values):
        if (epoch, step) != (1, 1):
            self.look()
        if (epoch, step) == self.stop:
            signal.raise_signal(signal.SIGINT)

    def validating(self, epoch):
        if (epoch, "validation") == self.stop:
            signal.raise_signal(signal.SIGINT)

    def evaluated(self, epoch):
        """A step of the validation is over, for the callbacks in front."""
        if (epoch, "evaluated") == self.stop:
            self.stop = ()
            signal.raise_signal(signal.SIGINT)

    def look(self):
        newest = max((self.folder / "checkpoints").glob("*.npz"))
        with np.load(newest) as arrays:
            paths = json.loads(arrays["state"].tobytes())["paths"]["model"]
            found = {path: arrays[f"model/{n:05d}"] for n, path in enumerate(paths)}
        self.weights.append({path: x for path, x in found.items() if x.dtype == np.float32})


@pytest.fixture
def train(tmp_path, tiny, monkeypatch):
    monkeypatch.setattr("kspec.training.progress.StepReports.INTERVAL", 0.0)

    def evaluated(self, batch, logs=None):
        if isinstance(self.reporter, Watcher):
            self.reporter.evaluated(self._epoch)

    monkeypatch.setattr("kspec.training.progress.StepReports.on_test_batch_end", evaluated)

    def train(folder, *stop, averaging=None, **changes):
        if "training" not in changes:
            changes |= {"training.optimizer": SGD, "training.averaging": averaging}
            changes["training.checkpoint"] = {"epochs": 1, "steps": 1}
        watcher = Watcher(*stop)
        run = kspec.train(tiny(**changes), run_dir=tmp_path / folder, reporter=watcher)
        watcher.look()
        return run, watcher

    return train


def saved(run):
    model = keras.saving.load_model(run.model_path, compile=False)
    return {each.path: keras.ops.convert_to_numpy(each) for each in model.weights}


def validation_loss(run, weights):
    prepared = prepare(kspec.load(run.path / "resolved.json"), run.root)
    for variable in prepared.model.weights:
        variable.assign(weights[variable.path])
    batches = prepared.batches(prepared.given.validation)
    return prepared.model.evaluate(batches, return_dict=True, verbose=0)["loss"]


def assert_close(one, other):
    assert one.keys() == other.keys()
    for path, array in one.items():
        np.testing.assert_allclose(other[path], array, rtol=2e-5, atol=1e-6, err_msg=path)


def exponential(taken, momentum):
    average = taken[0]
    for weights in taken[1:]:
        average = {p: momentum * average[p] + (1 - momentum) * weights[p] for p in average}
    return average


def test_validated_and_saved_is_the_average_and_trained_is_what_was(train):
    run, watcher = train("averaged", averaging={"momentum": 0.8})
    assert len(watcher.weights) == 2 * STEPS
    average = exponential(watcher.weights, 0.8)
    assert any(path.endswith("moving_variance") for path in average)
    assert_close(average, saved(run))
    for row, steps in zip(run.history, (STEPS, 2 * STEPS), strict=True):
        expected = validation_loss(run, exponential(watcher.weights[:steps], 0.8))
        assert row["val_loss"] == pytest.approx(expected, rel=1e-5)
        assert row["val_loss"] != pytest.approx(
            validation_loss(run, watcher.weights[steps - 1]), rel=1e-5
        )
    assert kspec.evaluate(run).metrics == pytest.approx(run.result["test"], rel=1e-5)
    plain, _ = train("plain", averaging=None)
    assert [row["loss"] for row in run.history] == [row["loss"] for row in plain.history]


def test_without_momentum_it_is_the_mean_of_the_weights_taken(train):
    run, watcher = train("runs", averaging={"start": 0.4, "every": 2})
    taken = [watcher.weights[step - 1] for step in (6, 8)]  # 0.4 of 8 steps are 3.2.
    assert_close({path: (taken[0][path] + taken[1][path]) / 2 for path in taken[0]}, saved(run))
    assert run.history[0]["val_loss"] == pytest.approx(
        validation_loss(run, watcher.weights[STEPS - 1]), rel=1e-5
    )


def test_the_average_of_the_best_epoch_is_kept_without_a_validation_set_too(train):
    stopping = [{"monitor": "loss", "patience": 5}]
    run, watcher = train(
        "runs",
        averaging={"momentum": 0.8},
        **{"training.early_stopping": stopping, "data.validation": 0, "data.train_samples": 64},
    )
    best = run.result["best_epoch"]
    assert_close(exponential(watcher.weights[: best * STEPS], 0.8), saved(run))


@pytest.mark.parametrize("at", [(1, "validation"), (1, "evaluated"), (2, 3)])
def test_an_interrupted_run_ends_as_one_that_was_not(train, at):
    averaging = {"momentum": 0.8, "every": 3}
    whole, _ = train("whole", averaging=averaging)
    cut, _ = train("cut", *at, averaging=averaging)
    assert cut.result["status"] == "interrupted"
    resumed = kspec.resume(cut.path)
    losses = [[(row["loss"], row["val_loss"]) for row in run.history] for run in (whole, resumed)]
    assert losses[0] == losses[1]
    for path, array in saved(whole).items():
        np.testing.assert_array_equal(saved(resumed)[path], array, err_msg=path)


def test_each_phase_begins_from_the_average_of_the_one_before_and_averages_anew(train):
    first = {"optimizer": SGD, "loss": "sparse_categorical_crossentropy", "batch_size": 16}
    first |= {"epochs": 1, "averaging": {"momentum": 0.8}, "checkpoint": {"steps": 1}}
    frozen = {"epochs": 1, "optimizer": {"learning_rate": 0.0, "momentum": 0.0}, "averaging": None}
    _, watcher = train("runs", training=[first, frozen])
    average = exponential(watcher.weights[:STEPS], 0.8)
    for path, array in watcher.weights[-1].items():
        if not path.endswith(("moving_mean", "moving_variance")):
            np.testing.assert_allclose(array, average[path], rtol=2e-5, atol=1e-6)


def test_which_steps_are_taken():
    assert list(takes(Averaging(every=3), 10)) == [3, 6, 9]
    assert list(takes(Averaging(start=0.5), 7)) == [5, 6, 7]
    assert list(takes(Averaging(start=0.1, every=5), 30)) == [8, 13, 18, 23, 28]
    assert list(takes(Averaging(every=11), 10)) == []
    assert nothing_taken(Averaging(every=10), 10) is None and nothing_taken(None, 1) is None
    assert nothing_taken(Averaging(start=0.5, every=6), 10) == (
        "averaging takes no weights: it would first take those after step 11, but there are only "
        "10 steps"
    )


def test_a_training_that_is_too_short_for_it_says_so(train):
    run, watcher = train("runs", averaging={"every": 9}, **{"training.epochs": 1})
    assert any(note.startswith("averaging takes no weights") for note in watcher.notes)
    assert_close(watcher.weights[-1], saved(run))
