"""When to stop and which epoch to keep."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.spec.models import EarlyStopping
from kspec.spec.monitors import better_way, which_epoch
from kspec.training.best_epoch import BestEpoch, Stopping

NAN = float("nan")


class Model:
    """As much of a model as the callbacks look at: its one weight is the number of the epoch."""

    def __init__(self):
        self.stop_training = False
        self.weights = [np.array(-1)]

    def get_weights(self):
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights):
        self.weights = weights


def trained(monitors, history):
    """Run the callbacks over epochs of logs; returns (model, best, stopping, epochs run)."""
    model = Model()
    kept = which_epoch(monitors)
    best, stopping = BestEpoch(kept), Stopping(monitors)
    best.set_model(model)
    stopping.set_model(model)
    epoch = -1
    for epoch, logs in enumerate(history):
        model.weights = [np.array(epoch)]
        stopping.on_epoch_end(epoch, logs)
        best.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    best.give(model)
    return model, best, stopping, epoch + 1


def losses(*values):
    return [{"val_loss": value} for value in values]


def test_training_stops_when_patience_runs_out_and_the_best_epoch_comes_back():
    stop = EarlyStopping(monitor="val_loss", patience=2)
    model, best, stopping, epochs = trained((stop,), losses(3, 2, 2.5, 2.2, 1))
    assert (epochs, stopping.stopped_by, best.epoch, best.value) == (4, "val_loss", 1, 2)
    assert model.weights[0] == 1


def test_training_that_ends_by_epochs_gives_back_the_best_too():
    model, _, stopping, epochs = trained((EarlyStopping(patience=9),), losses(3, 1, 2))
    assert (epochs, stopping.stopped_by, int(model.weights[0])) == (3, None, 1)


def test_any_monitor_stops_and_one_keeps():
    monitors = (
        EarlyStopping(monitor="val_loss", patience=2),
        EarlyStopping(monitor="val_accuracy", patience=2, restore_best_weights=True),
    )
    history = [
        {"val_loss": loss, "val_accuracy": accuracy}
        for loss, accuracy in [(1, 0.1), (2, 0.3), (3, 0.2), (4, 0.9)]
    ]
    _, best, stopping, epochs = trained(monitors, history)
    assert (epochs, stopping.stopped_by, best.epoch) == (3, "val_loss", 1)


@pytest.mark.parametrize(
    ("marks", "kept"), [((0, 0), "val_accuracy"), ((1, 1), "val_accuracy"), ((1, 0), "val_loss")]
)
def test_the_marked_monitor_keeps_or_else_the_last(marks, kept):
    monitors = tuple(
        EarlyStopping(monitor=name, restore_best_weights=bool(mark))
        for name, mark in zip(("val_loss", "val_accuracy"), marks, strict=True)
    )
    assert which_epoch(monitors).monitor == kept
    assert which_epoch(()) is None


def test_nan_is_worst_wherever_it_comes():
    model, best, _, _ = trained((EarlyStopping(patience=9),), losses(NAN, 5, NAN, 4, NAN))
    assert (best.epoch, best.value, int(model.weights[0])) == (3, 4, 3)


def test_nothing_but_nan_leaves_the_last_weights():
    model, best, stopping, epochs = trained((EarlyStopping(patience=3),), losses(*[NAN] * 9))
    assert best.epoch is None and int(model.weights[0]) == epochs - 1 == 2
    assert stopping.stopped_by == "val_loss"


def test_min_delta_counts_for_patience():
    stop = EarlyStopping(patience=2, min_delta=0.5)
    _, best, _, epochs = trained((stop,), losses(3, 2.8, 2.7, 1))
    assert (epochs, best.epoch) == (3, 2)


def test_a_baseline_that_is_never_beaten_stops():
    stop = EarlyStopping(patience=3, baseline=1.0)
    assert trained((stop,), losses(5, 4, 3, 2, 1))[3] == 3
    assert trained((stop,), losses(5, 0.9, 3, 2, 1))[3] == 5


def test_epochs_before_start_from_epoch_do_not_count():
    stop = EarlyStopping(patience=1, start_from_epoch=3)
    assert trained((stop,), losses(1, 2, 3, 4, 5, 6))[3] == 5


@given(st.lists(st.floats(-10, 10) | st.just(NAN), min_size=1), st.integers(1, 4), st.booleans())
def test_the_kept_epoch_is_the_first_best_of_those_run(values, patience, up):
    stop = EarlyStopping(patience=patience, mode="max" if up else "min")
    _, best, _, epochs = trained((stop,), losses(*values))
    seen = values[:epochs]
    real = [value for value in seen if not math.isnan(value)]
    if not real:
        assert best.epoch is None
    else:
        assert best.epoch == seen.index(max(real) if up else min(real))


@pytest.mark.parametrize(
    ("monitor", "way"),
    [
        ("val_loss", "min"),
        ("val_accuracy", "max"),
        ("mean_squared_error", "min"),
        ("auc", "max"),
        ("val_sparse_categorical_accuracy", "max"),
        ("mae", "min"),
        ("mean_io_u", "max"),
        ("something", None),
    ],
)
def test_the_better_way_follows_from_the_name(monitor, way):
    assert better_way(monitor) == way
    assert better_way(monitor, "min") == "min"
    assert better_way(monitor, "max") == "max"
