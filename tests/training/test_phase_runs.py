"""A training in phases: what each trains, what it begins with, and how it goes on across a seam."""

import json
import signal

import numpy as np
import pytest
from same_end import assert_same_arrays, assert_same_end, untimed
from tiny_spec import TINY

import kspec
from kspec import backends
from kspec.errors import BuildError, RunError
from kspec.runs.find import summarize
from kspec.runs.read import Run
from kspec.training.best_epoch import is_better
from kspec.training.reporter import Quiet
from kspec.training.trained import open_trained
from kspec.training.verify import verify

ADAM = {
    "optimizer": {"type": "Adam", "learning_rate": 0.01},
    "loss": "sparse_categorical_crossentropy",
    "metrics": ["accuracy"],
    "batch_size": 16,
}
FIRST = {
    **ADAM,
    "epochs": 3,
    "trainable": {"conv2d": False},
    "early_stopping": [{"monitor": "val_loss", "patience": 9}],
    "callbacks": [
        {"type": "LearningRateScheduler", "schedule": "0.1 / (epoch + 1)"},
        {"type": "CSVLogger", "filename": "log.csv"},
    ],
    "checkpoint": {"epochs": 1, "steps": 1},
}
SECOND = {
    "epochs": 2,
    "optimizer": {"type": "SGD", "learning_rate": 0.01, "momentum": 0.9},
    "trainable": {"conv2d": True},
    "parameter_groups": [{"matching": "conv2d/*", "learning_rate_multiplier": 2}],
    "steps_per_epoch": 3,
}


TOLD = {}


class Stopped(BaseException):
    """As a kill is: nothing is written any more."""


class Watching(Quiet):
    """Notes what it hears, and stops the training dead at the seam or after a step."""

    def __init__(self, stop=None):
        self.stop = stop
        self.notes, self.plans, self.ended = [], [], []

    def note(self, text):
        self.notes.append(text)

    def begin(self, plan):
        self.plans.append(plan)

    def phase(self, ended, plan):
        self.ended.append(ended)
        self.plans.append(plan)
        if self.stop == "seam":
            raise Stopped

    def step(self, epoch, step, values):
        if self.stop == (epoch, step):
            raise Stopped


@pytest.fixture
def train(tmp_path, write_spec):
    def train(*phases, folder="runs", reporter=None, **changes):
        spec = kspec.load(write_spec(training=list(phases), **changes))
        return kspec.train(spec, run_dir=tmp_path / folder, reporter=reporter)

    return train


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The run in two phases that nobody disturbs; its reporter is in `TOLD`."""
    spec = kspec.Spec(**{**TINY, "training": [FIRST, SECOND]})
    reporter = Watching()
    run = kspec.train(spec, run_dir=tmp_path_factory.mktemp("whole"), reporter=reporter)
    TOLD[run.path] = reporter
    return run


def array_of(weight):
    import keras

    return np.array(keras.ops.convert_to_numpy(weight))


def weights(run):
    return {weight.path: array_of(weight) for weight in open_trained(run).model.weights}


def assert_same_run(one, other):
    assert_same_end(one, other)
    assert_same_arrays(weights(one), weights(other))


def test_what_is_frozen_stays_and_what_is_thawed_moves(train):
    start = {w.path: array_of(w) for w in kspec.build(kspec.Spec(**TINY)).weights}
    frozen = train({**FIRST, "epochs": 1})
    for path, value in weights(frozen).items():
        same = value.tobytes() == start[path].tobytes()
        assert same == path.startswith("conv2d/"), path
    thawed = train({**FIRST, "epochs": 1}, {**SECOND, "epochs": 1})
    assert thawed.result["trainable_params"] == frozen.result["trainable_params"] + 108
    for path, value in weights(thawed).items():
        assert value.tobytes() != start[path].tobytes(), path


def test_history_and_result_tell_the_phases_apart(whole):
    run, reporter = whole, TOLD[whole.path]
    rows = run.history
    assert [(row["epoch"], row["phase"]) for row in rows] == [
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 2),
        (5, 2),
    ]
    # A schedule counts from the beginning of its phase.
    rates = [row["learning_rate"] for row in rows]
    assert rates == pytest.approx([0.1, 0.05, 0.1 / 3, 0.1, 0.05])
    first, second = run.result["phases"]
    assert (first["epochs"], second["epochs"], run.result["epochs"]) == (3, 2, 5)
    for phase, own in ((first, rows[:3]), (second, rows[3:])):
        best = min(own, key=lambda row: row["val_loss"])
        assert phase["best_epoch"] == best["epoch"]
        assert phase["kept"]["value"] == best["val_loss"] == phase["validation"]["loss"]
    assert {key: run.result[key] for key in ("best_epoch", "kept", "validation")} == {
        key: second[key] for key in ("best_epoch", "kept", "validation")
    }
    assert [(plan.phase, plan.first_epoch, plan.epochs, plan.steps) for plan in reporter.plans] == [
        (1, 1, 3, 4),
        (2, 4, 5, 3),
    ]
    assert reporter.ended == [first]
    assert summarize(run.path).phases == (3, 2)
    log = (run.path / "log.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in log] == ["epoch", "0", "1", "2", "3", "4"]
    worse = [note for note in reporter.notes if "worse" in note]
    assert len(worse) == is_better(first["kept"]["value"], second["kept"]["value"], "min")


def test_a_phase_begins_with_the_kept_epoch_of_the_one_before(train, whole):
    losses = [row["val_loss"] for row in whole.history[:3]]
    # Not the last one, which it would begin with anyway.
    mode = "min" if losses[2] != min(losses) else "max"
    kept = [{"monitor": "val_loss", "patience": 9, "mode": mode}]
    # A rate of (almost) nothing, and no statistics to update: what is kept is what it begins with.
    still = {
        "epochs": 1,
        "trainable": {"conv2d": True, "dense": False, "batch_normalization": False},
        "optimizer": {"type": "SGD", "learning_rate": 1e-30},
        "callbacks": [],
    }
    both = train({**FIRST, "early_stopping": kept}, still)
    first, second = both.result["phases"]
    assert first["best_epoch"] != 3 and second["best_epoch"] == 4
    assert first["kept"]["value"] == (min if mode == "min" else max)(losses)
    assert second["validation"]["loss"] == pytest.approx(first["kept"]["value"], rel=1e-6)


@pytest.mark.parametrize("at", ["seam", (3, 4), (4, 1), (5, 3)])
def test_a_killed_run_ends_as_one_that_was_not(train, whole, every_step, tmp_path, at):
    with pytest.raises(Stopped):
        train(FIRST, SECOND, folder="cut", reporter=Watching(at))
    (folder,) = (tmp_path / "cut" / "tiny").iterdir()
    assert Run.open(folder).status == "incomplete"
    assert_same_run(whole, kspec.resume(folder))


def test_ctrl_c_in_a_later_phase_is_told_and_gone_on_with(train, whole, every_step):
    class Interrupting(Quiet):
        def step(self, epoch, step, values):
            if (epoch, step) == (4, 1):
                signal.raise_signal(signal.SIGINT)

    cut = train(FIRST, SECOND, reporter=Interrupting())
    assert (cut.result["status"], cut.result["stopped_by"]) == ("interrupted", "SIGINT")
    first, second = cut.result["phases"]
    assert (first["status"], second["status"]) == ("completed", "interrupted")
    # No epoch of it has ended: what is kept is that of the phase before.
    assert second["epochs"] == 0 and second["best_epoch"] == first["best_epoch"]
    assert "conv2d/kernel" in weights(cut)  # Of the group of that phase nothing is thawed in it.
    resumed = kspec.resume(cut.path)
    assert resumed.environment["resumed"][0]["step"] == 1
    assert_same_run(whole, resumed)


def test_a_phase_can_be_added_to_a_run_that_is_over(train):
    first = {**FIRST, "early_stopping": [{"monitor": "val_loss", "patience": 1, "mode": "max"}]}
    whole = train(first, SECOND, folder="whole")
    short = train(first, folder="short")
    phases = [kspec.load(short.path / "resolved.json").resolved()["training"], SECOND]
    longer = kspec.resume(
        short.path, settings=[f"training={json.dumps(phases)}"], allow_change=True
    )
    assert longer.path == short.path
    without = [{k: v for k, v in row.items() if k != "segment"} for row in longer.history]
    assert untimed(without) == untimed(whole.history)
    (entry,) = longer.environment["resumed"]
    assert [change["path"] for change in entry["changes"]] == ["training[1]"]
    for path, value in weights(whole).items():
        np.testing.assert_array_equal(weights(longer)[path], value, err_msg=path)


def test_a_phase_that_is_gone_cannot_be_gone_on_with(train, every_step, tmp_path):
    with pytest.raises(Stopped):
        train(FIRST, SECOND, reporter=Watching((4, 2)))
    (folder,) = (tmp_path / "runs" / "tiny").iterdir()
    setting = f"training={json.dumps(FIRST)}"
    with pytest.raises(RunError, match="is in phase 2, but the spec ends with phase 1"):
        kspec.resume(folder, settings=[setting], allow_change=True)


def test_what_a_later_phase_cannot_do_is_refused_before_anything_is_trained(train, tmp_path):
    with pytest.raises(BuildError, match="nothing is left to train"):
        train(FIRST, {"epochs": 1, "trainable": {"batch_normalization": False, "dense": False}})
    assert not (tmp_path / "runs").exists()


def test_losses_of_several_kinds_get_labels_of_one_kind(train):
    run = train({**FIRST, "epochs": 1}, {"epochs": 1, "loss": {"type": "CategoricalCrossentropy"}})
    assert run.environment["data"]["class_count"] == 10
    assert run.result["status"] == "completed"


def test_training_again_is_compared_in_every_phase(whole):
    spec = kspec.load(whole.path / "resolved.json")
    verdict = verify(
        whole, spec, recorded=spec, choice=backends.choose(None), root=whole.root, tolerance=1e-4
    )
    names = [one.name for one in verdict.comparisons]
    assert "phase 1 validation loss" in names and "validation loss" in names
    assert "phase 2 validation loss" not in names
    assert verdict.holds


def test_a_change_of_a_phase_that_is_over_has_no_effect_and_says_so(train, every_step, tmp_path):
    with pytest.raises(Stopped):
        train(FIRST, SECOND, reporter=Watching((4, 2)))
    (folder,) = (tmp_path / "runs" / "tiny").iterdir()
    reporter = Watching()
    settings = ["training[0].epochs=9", "training[1].epochs=1"]
    longer = kspec.resume(folder, settings=settings, allow_change=True, reporter=reporter)
    assert "changes before phase 2 have no effect: that part is over" in reporter.notes
    assert [phase["epochs"] for phase in longer.result["phases"]] == [3, 1]
