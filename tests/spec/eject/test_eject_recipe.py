"""The script trains as kspec does: the same optimizer, loss, metrics, callbacks and labels."""

import json

import keras
import numpy as np
import pytest
from ejecting import run_script, script_of
from hypothesis import given
from hypothesis import strategies as st

from kspec.data.load import load
from kspec.experiment.prepare import prepare
from kspec.spec.eject.code import flat
from kspec.spec.eject.recipe import write_callbacks
from kspec.spec.models import EarlyStopping, Training
from kspec.spec.monitors import which_epoch
from kspec.training.best_epoch import BestEpoch, Stopping

pytestmark = pytest.mark.keras


def spec_file(folder, training, *, layers=None, data=None, augmentation=()):
    head = [{"type": "Flatten"}, {"type": "Dense", "units": 3, "activation": "softmax"}]
    values = {
        "kspec": 1,
        "name": "recipe",
        "input": {"shape": [6, 6, 1]},
        "layers": layers or head,
        "data": {"source": "npz", "path": "d.npz", "validation": 0.25, **(data or {})},
        "augmentation": list(augmentation),
        "training": training
        if isinstance(training, list)
        else {"optimizer": "adam", "epochs": 2, "batch_size": 8, **training},
    }
    path = folder / "recipe.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (40, 6, 6, 1)).astype("uint8")
    classes = 2 if head != values["layers"] else 3
    y = np.arange(40) % classes
    np.savez(folder / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    return path


def run_main(path, monkeypatch):
    """Run the script's `main` up to the training; what it would train, and with what."""
    spec, text = script_of(path)
    calls = {}

    def fit(model, *args, **named):
        calls.update(model=model, args=args, named=named)

    monkeypatch.setattr(keras.Model, "fit", fit)
    monkeypatch.setattr(keras.Model, "evaluate", lambda *args, **named: {})
    monkeypatch.setattr(keras.Model, "save", lambda *args, **named: None)
    run_script(text, path)["main"]()
    return spec, calls


def compiled(model):
    """What a model was compiled with; objects by their settings, each metric by its name too."""
    config = model.get_compile_config()

    def plain(part):
        if isinstance(part, dict):
            return part["class_name"], part["config"]
        return part.lower()

    metrics = [
        (each["config"]["name"], each["class_name"], each["config"].get("threshold"))
        if isinstance(each, dict)
        else each.lower()
        for each in config["metrics"] or []
    ]
    optimizer = model.optimizer.get_config()
    optimizer.pop("name")  # Keras counts them.
    return {
        "optimizer": optimizer,
        "loss": plain(config["loss"]),
        "metrics": metrics,
    }


ONE = [{"type": "Flatten"}, {"type": "Dense", "units": 1, "activation": "sigmoid"}]
RECIPES = {
    "by name": {"optimizer": "SGD", "loss": "sparse_categorical_crossentropy"},
    "with arguments": {
        "optimizer": {
            "type": "AdamW",
            "learning_rate": {"type": "ExponentialDecay", "initial_learning_rate": 0.01,
                              "decay_steps": 10, "decay_rate": 0.9},
            "clipnorm": 1.0,
        },
        "loss": {"type": "SparseCategoricalCrossentropy", "ignore_class": 1},
        "metrics": ["accuracy", {"type": "SparseTopKCategoricalAccuracy", "k": 2}],
    },
    "one-hot": {"loss": "categorical_crossentropy", "metrics": ["accuracy", "AUC"]},
    "one-hot with sparse metrics": {
        "loss": {"type": "CategoricalCrossentropy", "label_smoothing": 0.1},
        "metrics": ["sparse_categorical_accuracy",
                    {"type": "SparseTopKCategoricalAccuracy", "k": 2}],
    },
    "sparse with one-hot metrics": {
        "loss": "sparse_categorical_crossentropy",
        "metrics": ["categorical_accuracy", {"type": "TopKCategoricalAccuracy", "k": 2}],
    },
    "classes that overlap": {
        "loss": "sparse_categorical_crossentropy",
        "metrics": [{"type": "MeanIoU", "num_classes": 3, "sparse_y_pred": False}],
    },
    "classes that overlap, one-hot": {
        "loss": "categorical_crossentropy",
        "metrics": [{"type": "MeanIoU", "num_classes": 3, "sparse_y_pred": False}],
    },
    "accuracy by its class": {
        "loss": "SparseCategoricalCrossentropy", "metrics": ["Accuracy"]
    },
}  # fmt: skip


@pytest.mark.parametrize("name", RECIPES)
def test_the_script_compiles_as_kspec_does(name, tmp_path, monkeypatch):
    path = spec_file(tmp_path, RECIPES[name])
    spec, calls = run_main(path, monkeypatch)
    keras.utils.clear_session()
    prepared = prepare(spec, tmp_path)
    assert compiled(calls["model"]) == compiled(prepared.model)
    _, y = calls["args"]
    _, wanted = prepared.train_batches()[0]
    assert y.shape[1:] == wanted.shape[1:]
    assert calls["named"]["epochs"] == 2
    assert calls["named"]["batch_size"] == 8


def test_the_accuracy_of_a_logit_is_that_of_logits_above_0(tmp_path, monkeypatch):
    recipe = {"loss": {"type": "BinaryCrossentropy", "from_logits": True}, "metrics": ["accuracy"]}
    layers = [{"type": "Flatten"}, {"type": "Dense", "units": 1}]
    spec, calls = run_main(spec_file(tmp_path, recipe, layers=layers), monkeypatch)
    keras.utils.clear_session()
    assert compiled(calls["model"]) == compiled(prepare(spec, tmp_path).model)
    assert compiled(calls["model"])["metrics"] == [("accuracy", "BinaryAccuracy", 0.0)]


def test_a_metric_is_called_the_same_in_every_phase(tmp_path):
    phase = {"optimizer": "adam", "loss": "categorical_crossentropy", "epochs": 1}
    phases = [{**phase, "metrics": ["AUC"]}, {**phase, "metrics": ["AUC"]}]
    _, script = script_of(spec_file(tmp_path, phases))
    assert script.count('keras.metrics.AUC(name="auc")') == 2


def test_a_metric_is_called_the_same_when_views_are_tested(tmp_path):
    training = {"loss": "categorical_crossentropy", "metrics": [{"type": "auc", "curve": "PR"}]}
    path = spec_file(tmp_path, training)
    path.write_text(json.dumps({**json.loads(path.read_text()), "test_time": {"shift": 1}}))
    _, script = script_of(path)
    assert script.count('keras.metrics.AUC(curve="PR", name="auc")') == 2


def test_one_output_takes_a_row_of_one_label(tmp_path, monkeypatch):
    path = spec_file(tmp_path, {"loss": "binary_crossentropy"}, layers=ONE)
    spec, calls = run_main(path, monkeypatch)
    y = calls["args"][1]
    assert y.shape == (30, 1) and y.dtype == np.float32
    drawn = load(spec.data, seed=spec.seed, inputs=spec.entering, root=tmp_path)
    assert np.array_equal(y[:, 0], drawn.train.y)


def test_one_output_of_a_pixel_takes_a_mask_of_its_shape(tmp_path, monkeypatch):
    head = {"type": "Conv2D", "filters": 1, "kernel_size": 1, "activation": "sigmoid"}
    recipe = {"loss": "binary_crossentropy", "metrics": ["accuracy", "BinaryIoU"]}
    path = spec_file(tmp_path, recipe, layers=[head], data={"labels": "masks"})
    with np.load(tmp_path / "d.npz") as arrays:
        masks = (arrays["x_train"][..., 0] > 128).astype("uint8")
        np.savez(tmp_path / "d.npz", x_train=arrays["x_train"], y_train=masks)
    spec, calls = run_main(path, monkeypatch)
    keras.utils.clear_session()
    prepared = prepare(spec, tmp_path)
    y = calls["args"][1]
    assert y.shape == (30, 6, 6, 1) and y.dtype == prepared.train_batches()[0][1].dtype
    assert np.array_equal(y[..., 0], prepared.dataset.train.y)
    assert compiled(calls["model"]) == compiled(prepared.model)


def test_the_number_of_classes_is_known_behind_layers_that_kspec_does_not_follow(
    tmp_path, monkeypatch
):
    layers = [
        {"type": "Flatten"},
        {"type": "SpectralNormalization", "layer": {"type": "Dense", "units": 9}},
        {"type": "Dense", "units": 3, "activation": "softmax"},
    ]
    path = spec_file(tmp_path, {"loss": "categorical_crossentropy"}, layers=layers)
    _, calls = run_main(path, monkeypatch)
    assert calls["args"][1].shape == (30, 3)


CROP = {"type": "RandomTranslation", "height_factor": 0.2, "width_factor": 0.2}
SPARSE = {"loss": "sparse_categorical_crossentropy"}


def test_augmentation_changes_training_pictures_before_they_are_scaled(tmp_path, monkeypatch):
    brightness = {"type": "RandomBrightnessFactor", "factor": [2.0, 2.0]}
    data = {"scale": "1/255"}
    path = spec_file(tmp_path, SPARSE, data=data, augmentation=[brightness])
    _, calls = run_main(path, monkeypatch)
    (batches,) = calls["args"]
    assert len(batches) == 4
    whole = [batches[index] for index in range(4)]
    x, y = (np.concatenate(arrays) for arrays in zip(*whole, strict=True))
    assert x.dtype == np.float32 and x.shape == (30, 6, 6, 1)
    assert x.max() == 1.0  # Twice as bright, and clipped at 255.
    assert sorted(y) == sorted(batches.y)
    unchanged = np.minimum(batches.x[batches.order].astype("float32") * 2, 255) / 255
    np.testing.assert_allclose(x, unchanged, atol=1e-6)
    before = batches.order.copy()
    batches.on_epoch_end()
    assert (batches.order != before).any()
    x_val, _ = calls["named"]["validation_data"]
    assert x_val.max() <= 1.0


@pytest.mark.parametrize("augmentation", [["MixUp"], ["MixUp", CROP, "CutMix"], [CROP, "MixUp"]])
def test_mixed_labels_are_one_hot(augmentation, tmp_path, monkeypatch):
    layers = [{"type": each} if isinstance(each, str) else each for each in augmentation]
    path = spec_file(tmp_path, SPARSE, augmentation=layers)
    spec, calls = run_main(path, monkeypatch)
    (batches,) = calls["args"]
    x, y = batches[0]
    assert x.shape == (8, 6, 6, 1)
    assert y.shape == (8, 3)
    np.testing.assert_allclose(y.sum(axis=1), 1, atol=1e-5)
    assert calls["named"]["validation_data"][1].shape == (10, 3)
    keras.utils.clear_session()
    assert compiled(calls["model"])["loss"] == compiled(prepare(spec, tmp_path).model)["loss"]


def test_callbacks_are_those_of_the_spec(tmp_path, monkeypatch):
    callbacks = [
        "TerminateOnNaN",
        {"type": "LearningRateScheduler", "schedule": "max(1, 2) if epoch < 1 else lr * exp(-1)"},
        {"type": "CSVLogger", "filename": "log.csv"},
    ]
    training = {**SPARSE, "callbacks": callbacks, "early_stopping": [{"patience": 4}]}
    _, calls = run_main(spec_file(tmp_path, training), monkeypatch)
    found = calls["named"]["callbacks"]
    kinds = ["TerminateOnNaN", "LearningRateScheduler", "CSVLogger", "EarlyStopping"]
    assert [type(each).__name__ for each in found] == kinds
    schedule = found[1].schedule
    assert (schedule(0, 0.5), schedule(1, 0.5)) == (2.0, pytest.approx(0.5 / np.e))
    assert isinstance(schedule(0, 0.5), float)
    assert found[2].filename == "log.csv"


def test_a_plateau_is_told_which_way_is_better():
    plateau = {"type": "ReduceLROnPlateau", "monitor": "val_my_recall", "factor": 0.5}
    training = Training(optimizer="adam", loss="mse", epochs=2, callbacks=[plateau])
    assert flat(write_callbacks(training)) == (
        '[keras.callbacks.ReduceLROnPlateau(monitor="val_my_recall", factor=0.5, mode="max")]'
    )


class Model:
    """What callbacks see of a model; its weights are the number of the epoch."""

    stop_training = False
    metrics = ()

    def __init__(self):
        self.weights = [np.array(-1)]

    def get_weights(self):
        return [each.copy() for each in self.weights]

    def set_weights(self, weights):
        self.weights = weights


def train(callbacks, rows):
    """The epochs that are trained, and the epoch whose weights the model has in the end."""
    model = Model()
    for callback in callbacks:
        callback.set_model(model)
        callback.on_train_begin()
    epochs = 0
    for epoch, row in enumerate(rows):
        model.weights = [np.array(epoch)]
        for callback in callbacks:
            callback.on_epoch_end(epoch, row)
        epochs += 1
        if model.stop_training:
            break
    for callback in callbacks:
        callback.on_train_end()
        if isinstance(callback, BestEpoch):
            callback.give(model)
    return epochs, int(model.weights[0])


VALUES = st.integers(0, 4).map(lambda value: value / 4)
# Without `baseline`: Keras stops only in an epoch that brings no improvement, kspec in any.
MONITORS = st.builds(
    EarlyStopping,
    monitor=st.sampled_from(["loss", "val_loss", "val_recall"]),
    min_delta=st.sampled_from([0.0, 0.3]),
    patience=st.integers(0, 3),
    mode=st.sampled_from(["auto", "min", "max"]),
    baseline=st.none(),
    restore_best_weights=st.booleans(),
    start_from_epoch=st.integers(0, 2),
)


@given(
    st.lists(MONITORS, min_size=1, max_size=3),
    st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=8),
)
def test_training_stops_where_it_does_in_kspec_and_the_same_epoch_is_kept(monitors, values):
    rows = [dict(zip(("loss", "val_loss", "val_recall"), row, strict=True)) for row in values]
    training = Training(
        optimizer="adam", loss="mse", epochs=len(rows), early_stopping=tuple(monitors)
    )
    ejected = eval(flat(write_callbacks(training)), {"keras": keras})
    own = [Stopping(training.early_stopping), BestEpoch(which_epoch(training.early_stopping))]
    assert train(ejected, rows) == train(own, rows)


def test_a_baseline_is_passed_on():
    monitor = EarlyStopping(monitor="val_loss", patience=3, baseline=0.5)
    training = Training(optimizer="adam", loss="mse", epochs=9, early_stopping=(monitor,))
    (callback,) = eval(flat(write_callbacks(training)), {"keras": keras})
    assert (callback.baseline, callback.patience, callback.restore_best_weights) == (0.5, 3, True)


# Epochs of so many steps, and phases.

PHASES = [
    {
        "optimizer": "adam",
        "loss": "sparse_categorical_crossentropy",
        "epochs": 2,
        "steps_per_epoch": 7,
        "batch_size": 3,
        "trainable": {"body": False},
        "callbacks": [{"type": "CSVLogger", "filename": "log.csv"}],
    },
    {"epochs": 3, "optimizer": {"learning_rate": 0.5}, "trainable": {"body": {"last": 1}}},
    {"epochs": 1, "trainable": {"body/inner": True}, "steps_per_epoch": None},
]
NESTED = [
    {
        "type": "Model",
        "name": "body",
        "layers": [
            {"type": "Flatten"},
            {"type": "Dense", "units": 4, "name": "inner"},
            {"type": "Dense", "units": 4, "name": "outer"},
        ],
    },
    {"type": "Dense", "units": 10, "name": "head", "activation": "softmax"},
]


@pytest.mark.parametrize("augmentation", [(), [{"type": "RandomFlip"}]], ids=["plain", "augmented"])
def test_each_phase_trains_its_own_part_in_its_own_steps(augmentation, tmp_path, monkeypatch):
    found = []

    def fit(model, *args, **named):
        trained = [each.path.split("/")[-2] for each in model.trainable_variables]
        rate = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
        found.append((args, named, sorted(set(trained)), rate))

    path = spec_file(tmp_path, PHASES, layers=NESTED, augmentation=augmentation)
    script = script_of(path)[1]
    monkeypatch.setattr(keras.Model, "fit", fit)
    monkeypatch.setattr(keras.Model, "evaluate", lambda *args, **named: {})
    monkeypatch.setattr(keras.Model, "save", lambda *args, **named: None)
    run_script(script, path)["main"]()
    assert [trained for _, _, trained, _ in found] == [
        ["head"],
        ["head", "outer"],
        ["head", "inner", "outer"],
    ]
    assert [rate for *_, rate in found] == pytest.approx([0.001, 0.5, 0.5])
    assert [named["epochs"] for _, named, _, _ in found] == [2, 3, 1]
    (batches,) = found[0][0]
    assert len(batches) == 7
    assert [len(batches[step][1]) for step in range(7)] == [3] * 7
    loggers = [named["callbacks"][0] for _, named, _, _ in found]
    assert [logger.append for logger in loggers] == [False, True, True]


def test_steps_go_on_where_the_last_epoch_has_ended(tmp_path):
    path = spec_file(tmp_path, PHASES[:1], layers=NESTED)
    script = run_script(script_of(path)[1], path)
    y = np.arange(10)
    batches = script["TrainingBatches"](y, y, 3, 7)
    seen = []
    for _ in range(3):
        seen += [value for step in range(len(batches)) for value in batches[step][1]]
        batches.on_epoch_end()
    assert len(seen) == 63
    assert [sorted(seen[begin : begin + 10]) for begin in range(0, 60, 10)] == [list(range(10))] * 6


@pytest.mark.parametrize("steps", [None, 7], ids=["passes", "steps"])
def test_a_picture_is_mirrored_in_every_other_pass_of_all_phases(steps, tmp_path):
    layers = [{"type": "AlternatingFlip"}, {"type": "RandomBrightnessFactor", "factor": [1, 1]}]
    more = {} if steps is None else {"steps_per_epoch": steps}
    path = spec_file(tmp_path, {**SPARSE, **more}, augmentation=layers)
    script = run_script(script_of(path)[1], path)
    # Pictures that know their place, and whether they are mirrored.
    x = np.zeros((10, 6, 6, 1), "uint8")
    x[:, :, 0, 0] = np.arange(1, 11)[:, None]
    seen = []
    for _ in range(2):
        given = (8, steps) if steps else ()
        batches = script["TrainingBatches"](x, np.arange(10), lambda x: x, *given)
        for _ in range(3):  # Of 10 samples, or of 56.
            for index in range(len(batches)):
                pictures, places = batches[index]
                mirrored = pictures[:, 0, -1, 0] > 0
                assert (pictures.max((1, 2, 3)) == places + 1).all()
                seen += zip(places.tolist(), mirrored.tolist(), strict=True)
            batches.on_epoch_end()
        # The last pass of a phase may have been cut short; the next phase begins one of its own.
        seen += [None] * (-len(seen) % 10)
    turns = [dict(filter(None, seen[start : start + 10])) for start in range(0, len(seen), 10)]
    assert len(turns) == (6 if steps is None else 34)
    assert sum(turns[0].values()) == 5
    for number, turn in enumerate(turns):
        assert turn == {place: turns[0][place] ^ (number % 2 == 1) for place in turn}


def test_after_a_part_the_whole_is_trained(tmp_path, monkeypatch):
    first, *_ = PHASES
    phases = [
        {**first, "trainable": {"body": {"last": 1}}},
        {"epochs": 1, "trainable": {"body": True}},
    ]
    found = []

    def fit(model, *args, **named):
        found.append({each.path.split("/")[-2] for each in model.trainable_variables})

    path = spec_file(tmp_path, phases, layers=NESTED)
    script = script_of(path)[1]
    monkeypatch.setattr(keras.Model, "fit", fit)
    monkeypatch.setattr(keras.Model, "evaluate", lambda *args, **named: {})
    monkeypatch.setattr(keras.Model, "save", lambda *args, **named: None)
    run_script(script, path)["main"]()
    assert found == [{"head", "outer"}, {"head", "inner", "outer"}]
