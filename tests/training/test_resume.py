"""Going on with a run: what may change, what may not, and what is told."""

import json
import os
import signal
import threading

import keras
import numpy as np
import pytest
from same_end import assert_same_arrays, assert_same_end, last_checkpoint, untimed

import kspec
from kspec.data.augment import Augmentation
from kspec.errors import RunError
from kspec.runs.read import Run
from kspec.training.evaluate import evaluate
from kspec.training.generators import capture_generators
from kspec.training.reporter import Quiet

FOUR_EPOCHS = {
    "training.epochs": 4,
    "training.checkpoint": {"epochs": 1, "steps": 1},
    "training.optimizer": {"type": "SGD", "learning_rate": 0.1, "momentum": 0.9, "use_ema": True},
    "training.parameter_groups": [
        {"matching": "*/beta", "learning_rate_multiplier": 4},
        {"matching": "*/bias", "learning_rate_multiplier": 0},
    ],
    "training.callbacks": [
        {"type": "ReduceLROnPlateau", "patience": 1, "monitor": "val_accuracy", "cooldown": 1},
        {"type": "LearningRateScheduler", "schedule": "lr * 0.9"},
        {"type": "CSVLogger", "filename": "log.csv"},
    ],
    "training.metrics": ["accuracy", {"type": "AUC", "name": "auc", "num_thresholds": 5}],
    "training.loss": "categorical_crossentropy",
}


class Interrupter(Quiet):
    """Asks a training to stop as Ctrl-C does, after a step or in the midst of a validation."""

    def __init__(self, epoch, step):
        self.at = epoch, step
        self.notes = []

    def note(self, text):
        self.notes.append(text)

    def step(self, epoch, step, values):
        if (epoch, step) == self.at:
            signal.raise_signal(signal.SIGINT)

    def validating(self, epoch):
        if (epoch, "validation") == self.at:
            signal.raise_signal(signal.SIGINT)


@pytest.fixture
def train(tmp_path, write_spec):
    def train(folder, reporter=None, **changes):
        spec = kspec.load(write_spec(**{**FOUR_EPOCHS, **changes}))
        return kspec.train(spec, run_dir=tmp_path / folder, reporter=reporter)

    return train


@pytest.mark.parametrize("at", [(1, 1), (2, 3), (2, 4), (3, "validation"), (4, "validation")])
def test_an_interrupted_run_ends_as_one_that_was_not(train, every_step, at):
    whole = train("whole")
    reporter = Interrupter(*at)
    cut = train("cut", reporter)
    assert cut.result["status"] == "interrupted" and cut.result["stopped_by"] == "SIGINT"
    resumed = kspec.resume(cut.path)
    assert resumed.path == cut.path
    assert_same_end(whole, resumed)
    (entry,) = resumed.environment["resumed"]
    step = 4 if at[1] == "validation" else at[1]
    assert (entry["epoch"], entry["step"]) == (at[0] - 1, step)
    assert entry["changes"] == []


@pytest.mark.parametrize(
    "optimizer",
    [
        {"type": "LossScaleOptimizer", "inner_optimizer": {"type": "Adam"}, "initial_scale": 64.0},
        {"type": "Nadam", "gradient_accumulation_steps": 3},
        {"type": "Muon", "learning_rate": 0.01},
        {"type": "ConvMuon", "learning_rate": 0.01},
        {
            "type": "SGD",
            "learning_rate": {
                "type": "PiecewiseLinear",
                "boundaries": [0, "50%", "100%"],
                "values": [0.1, 0.5, 0.0],
            },
        },
    ],
    ids=lambda optimizer: optimizer["type"],
)
def test_optimizers_that_remember_more_go_on_too(train, every_step, optimizer):
    changes = {"training.optimizer": optimizer, "training.epochs": 2, "training.callbacks": []}
    whole, cut = train("whole", **changes), train("cut", Interrupter(1, 2), **changes)
    resumed = kspec.resume(cut.path)
    assert untimed(whole.history) == untimed(resumed.history)
    assert_same_arrays(last_checkpoint(whole), last_checkpoint(resumed))


@pytest.mark.parametrize("layer", ["RandomTranslation", "RandomContrast"], ids=["numpy", "keras"])
def test_augmentation_goes_on_too(train, every_step, layer):
    """In a thread of its own, or by Keras; mirrored by the number of the pass."""
    amount = {"factor": 0.3}
    if layer == "RandomTranslation":
        amount = {"height_factor": 0.2, "width_factor": 0.2}
    changes = {
        "augmentation": [{"type": "AlternatingFlip"}, {"type": layer, **amount}],
        "training.steps_per_epoch": 3,
        "training.epochs": 3,
    }
    whole, cut = train("whole", **changes), train("cut", Interrupter(2, 2), **changes)
    assert cut.result["status"] == "interrupted"
    assert_same_end(whole, kspec.resume(cut.path))


def test_the_random_numbers_of_whoever_calls_are_left_alone(train, every_step):
    # (From Python's generator Keras itself draws the seeds of the layers that it makes.)
    np.random.seed(6)
    before = np.random.get_state()[1].tobytes()
    cut = train("runs", Interrupter(2, 1))
    assert np.random.get_state()[1].tobytes() == before
    kspec.resume(cut.path)
    assert np.random.get_state()[1].tobytes() == before


def test_a_run_that_is_over_is_left_alone(train):
    run = train("runs", **{"training.epochs": 1})
    before = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    with pytest.raises(RunError, match="is completed: there is nothing to resume"):
        kspec.resume(run.path)
    assert {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()} == before


def test_a_changed_spec_is_refused_with_the_difference(train):
    run = train("runs", **{"training.epochs": 1})
    with pytest.raises(RunError) as raised:
        kspec.resume(run.path, settings=["training.epochs=2", "layers[4].rate=0.5"])
    assert "  layers[4].rate: 0.2 → 0.5\n  training.epochs: 1 → 2\n" in str(raised.value)
    assert "--allow-change" in str(raised.value)
    assert run.result["status"] == "completed"


def test_what_says_nothing_of_the_experiment_may_change(train, every_step):
    cut = train("runs", Interrupter(2, 1))
    settings = ["description=Mine", "training.checkpoint.minutes=1", "layers[0].strides=1"]
    assert kspec.resume(cut.path, settings=settings).result["epochs"] == 4


def test_a_longer_training_goes_on_and_says_so(train):
    whole = train("whole", **{"training.optimizer": "adam"})
    short = train("short", **{"training.epochs": 2, "training.optimizer": "adam"})
    longer = kspec.resume(short.path, settings=["training.epochs=4"], allow_change=True)
    rows = [{k: v for k, v in row.items() if k != "segment"} for row in untimed(longer.history)]
    assert rows == untimed(whole.history)
    assert [row.get("segment") for row in longer.history] == [None, None, 1, 1]
    (entry,) = longer.environment["resumed"]
    assert entry["changes"] == [{"path": "training.epochs", "before": 2, "after": 4}]
    assert Run.open(longer.path).resolved["training"]["epochs"] == 4
    assert_same_arrays(last_checkpoint(whole), last_checkpoint(longer))


def test_a_network_that_has_changed_does_not_fit(train):
    run = train("runs", **{"training.epochs": 1})
    settings = ["layers[0].filters=5", "training.epochs=2"]
    with pytest.raises(
        RunError, match=r"does not fit the model: it has conv2d/kernel \(3, 3, 3, 4"
    ):
        kspec.resume(run.path, settings=settings, allow_change=True)


def test_other_data_is_refused(train, every_step, tmp_path):
    cut = train("runs", Interrupter(2, 1))
    environment = json.loads((cut.path / "environment.json").read_text())
    environment["data"]["fingerprint"] = "0" * 64
    (cut.path / "environment.json").write_text(json.dumps(environment))
    with pytest.raises(RunError, match=r"the data is not what .* was trained on"):
        kspec.resume(cut.path)
    assert kspec.resume(cut.path, allow_change=True).result["status"] == "completed"


def test_a_damaged_checkpoint_is_told_and_the_one_before_it_used(train, every_step):
    whole = train("whole")
    cut = train("cut", Interrupter(3, 2))
    newest = max((cut.path / "checkpoints").glob("*.npz"))
    newest.write_bytes(newest.read_bytes()[:-1])
    reporter = Interrupter(0, 0)
    resumed = kspec.resume(cut.path, reporter=reporter)
    assert any("is damaged" in note and newest.name in note for note in reporter.notes)
    assert any("going on after epoch 2, step 1 of the next" in note for note in reporter.notes)
    assert_same_end(whole, resumed)


def test_a_run_without_a_checkpoint_begins_anew(train, every_step):
    whole = train("whole", **{"training.checkpoint": None})
    cut = train("cut", Interrupter(3, "never"), **{"training.checkpoint": None})
    (cut.path / "result.json").unlink()
    resumed = kspec.resume(cut.path)
    assert untimed(resumed.history) == untimed(whole.history)
    assert (resumed.path / "log.csv").read_bytes() == (whole.path / "log.csv").read_bytes()


def test_nobody_is_written_over_who_is_still_training(train, every_step):
    class Rival(Quiet):
        refused = None

        def begin(self, plan):
            self.folder = plan.folder

        def step(self, epoch, step, values):
            if (epoch, step) == (2, 1):
                try:
                    kspec.resume(self.folder)
                except RunError as error:
                    Rival.refused = str(error)

    run = train("runs", Rival())
    assert "is being written by another process" in Rival.refused
    assert f"process {os.getpid()}" in Rival.refused
    assert run.result["status"] == "completed"


# What --allow-change lets pass must do what it says.


def files_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("layers[0].filters=5", "does not fit the model"),
        ("training.optimizer=rmsprop", "it is of SGD, whose state RMSprop cannot use"),
    ],
)
def test_a_change_that_does_not_fit_leaves_the_run_as_it_was(train, setting, says):
    run = train("runs", **{"training.epochs": 1})
    before = files_of(run.path)
    with pytest.raises(RunError, match=says):
        kspec.resume(run.path, settings=[setting, "training.epochs=2"], allow_change=True)
    assert files_of(run.path) == before


def test_fewer_epochs_than_it_has_are_refused(train, every_step):
    run = train("runs", **{"training.epochs": 2})
    before = files_of(run.path)
    said = "is in epoch 2, but the spec ends after 1: what has been trained cannot be undone"
    with pytest.raises(RunError, match=said):
        kspec.resume(run.path, settings=["training.epochs=1"], allow_change=True)
    assert files_of(run.path) == before
    cut = train("cut", Interrupter(3, 1))
    with pytest.raises(RunError, match="is in epoch 3, but the spec ends after 2"):
        kspec.resume(cut.path, settings=["training.epochs=2"], allow_change=True)


def more(run, *settings):
    return kspec.resume(run.path, settings=settings, allow_change=True)


def test_another_learning_rate_takes_effect(train):
    run = train("runs", **{"training.epochs": 1, "training.callbacks": []})
    longer = more(run, "training.optimizer.learning_rate=0.002", "training.epochs=2")
    assert [row["learning_rate"] for row in longer.history] == pytest.approx([0.1, 0.002])


def test_a_learning_rate_that_is_no_longer_said_is_the_default(train):
    run = train("runs", **{"training.epochs": 1, "training.callbacks": []})
    said = {**run.resolved["training"]["optimizer"]}
    del said["learning_rate"]
    longer = more(run, f"training.optimizer={json.dumps(said)}", "training.epochs=2")
    assert [row["learning_rate"] for row in longer.history] == pytest.approx([0.1, 0.01])


def test_other_callbacks_begin_anew(train):
    run = train("runs", **{"training.epochs": 1})
    callbacks = [{"type": "CSVLogger", "filename": "log.csv"}, {"type": "ReduceLROnPlateau"}]
    longer = more(run, f"training.callbacks={json.dumps(callbacks)}", "training.epochs=2")
    assert longer.result["status"] == "completed"
    assert len((longer.path / "log.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize("size", [8, 64])
def test_with_another_batch_size_the_epoch_begins_anew(train, every_step, size):
    cut = train("cut", Interrupter(2, 3))
    reporter = Interrupter(0, 0)
    settings = [f"training.batch_size={size}"]
    resumed = kspec.resume(cut.path, settings=settings, allow_change=True, reporter=reporter)
    assert resumed.result["status"] == "completed" and resumed.result["epochs"] == 4
    assert any(note.startswith("epoch 2 starts over") for note in reporter.notes)


def test_another_monitor_finds_its_own_best(train):
    monitors = [{"monitor": "val_accuracy", "patience": 9}]
    run = train("runs", **{"training.epochs": 2, "training.early_stopping": monitors})
    monitors[0]["monitor"] = "val_loss"
    settings = (f"training.early_stopping={json.dumps(monitors)}", "training.epochs=4")
    longer = more(run, *settings)
    assert longer.result["kept"]["value"] == min(row["val_loss"] for row in longer.history[2:])


def test_other_data_is_what_is_evaluated_with(train):
    run = train("runs", **{"training.epochs": 1})
    longer = more(run, "data.scale=1/127", "training.epochs=2")
    assert evaluate(longer).metrics == pytest.approx(longer.result["test"], rel=1e-5)


def test_a_run_without_checkpoints_has_none_after_ctrl_c_either(train, every_step):
    cut = train("cut", Interrupter(2, 1), **{"training.checkpoint": None})
    assert cut.result["status"] == "interrupted"
    assert not (cut.path / "checkpoints").exists()


def test_a_changed_plugin_is_a_change(train, every_step, write_plugin, tmp_path, write_spec):
    source = """
        import keras
        import kspec.plugins

        @kspec.plugins.layer
        class Times(keras.Layer):
            def call(self, x):
                return x * 2
    """
    write_plugin("times_two", source)
    kspec.plugins.load("times_two")
    layers = [{"type": "Times"}, *kspec.load(write_spec()).resolved()["layers"]]
    cut = train("runs", Interrupter(2, 1), layers=layers)
    environment = json.loads((cut.path / "environment.json").read_text())
    environment["plugins"][0]["sha256"] = "0" * 64  # As if it had been another file then.
    (cut.path / "environment.json").write_text(json.dumps(environment))
    with pytest.raises(RunError, match="was begun with another state of times_two"):
        kspec.resume(cut.path)
    resumed = kspec.resume(cut.path, allow_change=True)
    assert resumed.environment["resumed"][0]["changed_plugins"] == ["times_two"]


def test_a_checkpoint_never_holds_generators_that_are_only_borrowed():
    inside, captured = threading.Event(), threading.Event()

    class Slow(keras.layers.Layer):
        def call(self, inputs):
            inside.set()
            captured.wait(0.2)  # In vain, since it is to wait for this.
            return inputs

    step = Augmentation([Slow()], seed=1, class_count=None)
    pictures, labels = np.zeros((1, 2, 2, 1), np.uint8), np.zeros(1, int)
    wanted, _ = capture_generators()
    thread = threading.Thread(target=step, args=(pictures, labels), kwargs={"epoch": 0, "step": 0})
    thread.start()
    assert inside.wait(10)
    found, _ = capture_generators()
    captured.set()
    thread.join()
    assert np.array_equal(found["random/python"], wanted["random/python"])
