"""Tables, words, masks, numbers, several inputs: from the spec to a run, on every backend."""

import json
import math

import numpy as np
import pytest
from PIL import Image

import kspec
from kspec.errors import DataError, SpecError
from kspec.runs.record import headline
from kspec.training.evaluate import evaluate
from kspec.training.predict import predict
from kspec.training.preview import preview
from kspec.training.trained import open_trained

RUNS = "runs"


@pytest.fixture
def tiny(write_spec):
    """A changed copy of the tiny spec, loaded; with several inputs it has not its own."""

    def load(**changes):
        path = write_spec(**changes)
        if "inputs" in changes:
            values = json.loads(path.read_text())
            del values["input"]
            path.write_text(json.dumps(values))
        return kspec.load(path)

    return load


@pytest.fixture
def trained(tmp_path, tiny):
    """Train a changed copy of the tiny spec, whose folder is that of the data."""

    def trained(**changes):
        return kspec.train(tiny(**changes), run_dir=tmp_path / RUNS)

    return trained


def measures_again_what_training_measured(run):
    evaluation = evaluate(run)
    assert evaluation.metrics == pytest.approx(run.result["test"], rel=1e-4)
    assert all(math.isfinite(value) for value in run.result["test"].values())
    return evaluation


CONV = {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}
MASK_HEAD = {"type": "Conv2D", "filters": 11, "kernel_size": 1, "activation": "softmax"}
MASKS = {
    "layers": [CONV, MASK_HEAD],
    "data.labels": "masks",
}


@pytest.mark.parametrize("loss", ["sparse_categorical_crossentropy", "categorical_crossentropy"])
def test_masks(trained, loss):
    overlap = {"type": "MeanIoU", "num_classes": 11, "sparse_y_pred": False}
    metrics = {"training.metrics": ["accuracy", overlap]}
    run = trained(**MASKS, **metrics, **{"training.loss": loss})
    evaluation = measures_again_what_training_measured(run)
    rows = evaluation.per_class
    assert all(row.support for row in rows)
    # F1 is 2 TP / (2 TP + FP + FN), the intersection over union TP / (TP + FP + FN).
    overlaps = [row.f1 / (2 - row.f1) for row in rows]
    wanted = sum(overlaps) / len(rows)
    assert evaluation.metrics["mean_io_u"] == pytest.approx(wanted, rel=1e-4)
    assert [row.name for row in rows][:2] == ["background", "circle"]
    assert sum(row.support for row in rows) == 40 * 8 * 8
    right = sum(row.recall * row.support for row in rows)
    assert right / (40 * 8 * 8) == pytest.approx(evaluation.metrics["accuracy"], rel=1e-4)
    with pytest.raises(DataError, match="has learned a class for every pixel"):
        predict(run, [])
    with pytest.raises(DataError, match="labels are classes, but the model has learned masks"):
        evaluate(run, data="cifar10")


def test_masks_of_two_classes_for_one_output(trained, tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 3), dtype=np.uint8)
    y = (x.mean(axis=-1) > 128).astype(int)
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x[:10], y_test=y[:10])
    run = trained(
        **{
            "layers": [{"type": "Conv2D", "filters": 1, "kernel_size": 1, "activation": "sigmoid"}],
            "data": {"source": "npz", "path": "d.npz", "labels": "masks", "standardize": True},
            "training.loss": "binary_crossentropy",
            "training.epochs": 20,
            "training.optimizer": {"type": "Adam", "learning_rate": 0.1},
        }
    )
    evaluation = measures_again_what_training_measured(run)
    assert evaluation.metrics["accuracy"] > 0.9
    zero, one = evaluation.per_class
    assert zero.support + one.support == 640 and min(zero.recall, one.recall) > 0.8


# Of one output y and label t, after keras/src/losses; for the hinge a label of 0 is -1.
SCORES_OF_ONE = {
    "binary_crossentropy": lambda t, y: -(t * np.log(y) + (1 - t) * np.log(1 - y)).mean(),
    "f1_score": lambda t, y: 2 * (t * (y > 0.5)).sum() / (t + (y > 0.5)).sum(),
    "hinge": lambda t, y: np.maximum(1 - (2 * t - 1) * y, 0).mean(),
    "poisson": lambda t, y: (y - t * np.log(y)).mean(),
    "squared_hinge": lambda t, y: (np.maximum(1 - (2 * t - 1) * y, 0) ** 2).mean(),
}


def test_metrics_of_one_output_compare_each_sample_with_its_label(trained, tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 3), dtype=np.uint8)
    y = (x.mean(axis=(1, 2, 3)) > 128).astype(int)
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x[:30], y_test=y[:30])
    score = {"type": "F1Score", "average": "micro", "threshold": 0.5}
    run = trained(
        **{
            "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 1, "activation": "sigmoid"}],
            "data": {"source": "npz", "path": "d.npz", "standardize": True},
            "training.loss": "binary_crossentropy",
            "training.metrics": ["BinaryCrossentropy", score, "Hinge", "Poisson", "SquaredHinge"],
        }
    )
    measured = measures_again_what_training_measured(run).metrics
    opened = open_trained(run)
    outputs = opened.model.predict(opened.pixels(x[:30]), verbose=0)[:, 0].astype(float)
    for name, formula in SCORES_OF_ONE.items():
        assert measured[name] == pytest.approx(formula(y[:30], outputs), rel=1e-4), name
    assert measured["loss"] == pytest.approx(measured["binary_crossentropy"], rel=1e-5)


def numbers(tmp_path, shape=(8, 8, 3)):
    """Pictures, and the mean of their pixels to be predicted."""
    x = np.random.default_rng(0).integers(0, 256, (80, 1, 1, shape[-1]), dtype=np.uint8)
    x = np.broadcast_to(x, (80, *shape)).copy()
    y = x.mean(axis=(1, 2, 3)) / 255
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x[:20], y_test=y[:20])
    return {
        "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 1}],
        "data": {"source": "npz", "path": "d.npz", "labels": "numbers", "scale": "1/255"},
        "training.loss": "mse",
        "training.metrics": ["mae"],
        "training.epochs": 30,
        "training.early_stopping": [{"monitor": "mae", "patience": 30}],
    }


@pytest.mark.parametrize("metric", ["accuracy", "categorical_accuracy", "CategoricalAccuracy"])
def test_numbers_that_are_probabilities_of_classes(metric, trained, tmp_path):
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (60, 8, 8, 3), dtype=np.uint8)
    y = random.dirichlet([1, 1, 1], 60)
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    run = trained(
        **{
            "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 3, "activation": "softmax"}],
            "data": {"source": "npz", "path": "d.npz", "labels": "numbers", "standardize": True},
            "training.loss": "categorical_crossentropy",
            "training.metrics": [metric],
        }
    )
    opened = open_trained(run)
    outputs = opened.model.predict(opened.pixels(x), verbose=0)
    (value,) = (each for name, each in run.result["test"].items() if name != "loss")
    assert value == pytest.approx((outputs.argmax(axis=1) == y.argmax(axis=1)).mean())
    assert measures_again_what_training_measured(run).per_class == ()


def test_several_yes_or_no_are_numbers(trained, tmp_path):
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (60, 8, 8, 3), dtype=np.uint8)
    y = random.integers(0, 2, (60, 3))
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    run = trained(
        **{
            "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 3, "activation": "sigmoid"}],
            "data": {"source": "npz", "path": "d.npz", "labels": "numbers", "standardize": True},
            "training.loss": "binary_crossentropy",
            "training.metrics": ["binary_accuracy"],
        }
    )
    opened = open_trained(run)
    outputs = opened.model.predict(opened.pixels(x), verbose=0)
    assert run.result["test"]["binary_accuracy"] == pytest.approx(((outputs > 0.5) == y).mean())


def test_what_is_measured_stands_in_the_order_of_the_spec(trained, tmp_path):
    changes = {"training.metrics": ["mse", "mae", "R2Score"], "training.epochs": 1}
    run = trained(**numbers(tmp_path) | {"data.validation": 0.2} | changes)
    names = ["loss", "mse", "mae", "r2_score"]
    assert list(run.result["test"]) == list(run.result["validation"]) == names
    row = [*names, *(f"val_{name}" for name in names)]
    assert list(run.history[0])[1 : len(row) + 1] == row
    assert list(evaluate(run).metrics) == names
    assert headline(run.result)[:2] == ("test", "mse")


def test_numbers(trained, tmp_path):
    run = trained(**numbers(tmp_path))
    evaluation = measures_again_what_training_measured(run)
    assert evaluation.per_class == () and evaluation.metrics["mae"] < 0.2
    for grey in (0, 255):
        Image.new("RGB", (8, 8), (grey, grey, grey)).save(tmp_path / f"{grey}.png")
    black, white = predict(run, [tmp_path / "0.png", tmp_path / "255.png"])
    ((low,), (high,)) = black.numbers, white.numbers
    assert low < 0.4 < 0.6 < high
    assert str(white) == f"{tmp_path}/255.png: {high:g}"
    assert white.to_json() == {"image": f"{tmp_path}/255.png", "numbers": [high]}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 3}]},
            "are 1 number per sample, but the network has 3 outputs",
        ),
        (
            {"augmentation": [{"type": "MixUp"}]},
            r"json:\d+:\d+: error.* changes the labels of classes by mixing them",
        ),
    ],
)
def test_what_does_not_fit_numbers(trained, tmp_path, changes, says):
    with pytest.raises((DataError, SpecError), match=says):
        trained(**numbers(tmp_path) | changes)
    assert not (tmp_path / RUNS).exists()


WORDS = {
    "input": {"shape": [16], "dtype": "int32"},
    "layers": [
        {"type": "Embedding", "input_dim": 57, "output_dim": 4, "mask_zero": True},
        {"type": "LSTM", "units": 4},
        {"type": "Dense", "units": 4, "activation": "softmax"},
    ],
    "data": {"source": "sentences", "validation": 0.2, "train_samples": 60, "test_samples": 20},
}


def test_words(trained):
    run = trained(**WORDS)
    evaluation = measures_again_what_training_measured(run)
    assert [row.name for row in evaluation.per_class] == [
        "neither", "the food", "the service", "both",
    ]  # fmt: skip
    with pytest.raises(DataError, match=r"predict shows the model pictures, .* samples of 16"):
        predict(run, [])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"data.scale": "1/255"}, "data.scale is for pictures and measured values"),
        ({"data.standardize": True}, "data.standardize is for pictures and measured values"),
        (
            {"augmentation": [{"type": "RandomFlip"}]},
            r"json:\d+:\d+: error.* changes pictures of \(height, width, channels\)",
        ),
    ],
)
def test_what_is_for_pictures_alone_is_refused_for_words(trained, tmp_path, changes, says):
    changes = json.loads(json.dumps(WORDS)) | changes
    with pytest.raises((DataError, SpecError), match=says):
        trained(**changes)
    assert not (tmp_path / RUNS).exists()


TOWER = {
    "type": "Model",
    "name": "tower",
    "inputs": "left",
    "layers": [CONV, {"type": "GlobalAveragePooling2D"}],
}
TWO = {
    "inputs": {"left": {"shape": [8, 8, 3]}, "right": {"shape": [8, 8, 3]}},
    "layers": [
        TOWER,
        {"type": "Shared", "layer": "tower", "inputs": "right"},
        {"type": "Subtract", "inputs": ["tower", "#-1"]},
        {"type": "Dense", "units": 1, "activation": "sigmoid"},
    ],
    "data.source": "pairs",
    "training.loss": "binary_crossentropy",
}


def test_two_inputs(trained, tmp_path):
    run = trained(**TWO, **{"data.standardize": True})
    evaluation = measures_again_what_training_measured(run)
    assert [row.name for row in evaluation.per_class] == ["different", "same"]
    pixels = run.environment["data"]["pixels"]["inputs"]
    assert set(pixels) == {"left", "right"} and pixels["left"]["mean"] != pixels["right"]["mean"]
    with pytest.raises(DataError, match="one picture, but tiny takes left and right"):
        predict(run, [])
    random = np.random.default_rng(0)
    arrays = {
        f"x_{part}_{side}": random.integers(0, 256, (10, 8, 8, 3), dtype=np.uint8)
        for part in ("train", "test")
        for side in ("left", "right")
    }
    labels = np.arange(10) % 2
    np.savez(tmp_path / "d.npz", **arrays, y_train=labels, y_test=labels)
    assert evaluate(run, data=str(tmp_path / "d.npz")).samples == 10


@pytest.mark.parametrize("layer", ["RandomFlip", "RandomContrast"], ids=["numpy", "keras"])
def test_pictures_that_do_not_fit_into_memory_train_as_others_do(
    layer, write_spec, tmp_path, monkeypatch
):
    random = np.random.default_rng(0)
    for name in ("ant", "bee"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(12):
            picture = Image.fromarray(random.integers(0, 256, (8, 8, 3), dtype=np.uint8))
            picture.save(tmp_path / "pictures" / name / f"{number}.png")
    changes = {
        "data": {"source": "images", "path": "pictures", "validation": 0.25, "standardize": True},
        "augmentation": [
            {"type": layer} if layer == "RandomFlip" else {"type": layer, "factor": 0.5}
        ],
        "training.batch_size": 4,
    }
    spec = kspec.load(write_spec(**changes))
    whole = kspec.train(spec, run_dir=tmp_path / "whole")
    monkeypatch.setattr("kspec.data.sources.images.usable", lambda: 100)
    later = kspec.train(spec, run_dir=tmp_path / "later")
    assert later.environment["data"] == whole.environment["data"]
    assert [row["val_loss"] for row in later.history] == [row["val_loss"] for row in whole.history]
    assert later.result["test"] == whole.result["test"]
    kept = [np.load(run.path / "augmentation.npz")["variants"] for run in (whole, later)]
    assert np.array_equal(*kept)


def test_augmentation_of_two_inputs_is_refused(tiny, tmp_path):
    spec = tiny(**TWO, augmentation=[{"type": "RandomFlip"}])
    with pytest.raises(SpecError, match="changes one picture, but the network takes 2 inputs"):
        kspec.train(spec, run_dir=tmp_path / RUNS)
    with pytest.raises(DataError, match="changes one picture"):
        preview(spec, tmp_path, tmp_path / "p.png", images=1, variants=1)


def test_augmentation_would_leave_masks_as_they_are(tiny, tmp_path):
    spec = tiny(**MASKS, augmentation=[{"type": "RandomFlip"}])
    with pytest.raises(SpecError, match=r"json:\d+:\d+: .* would leave their masks as they are"):
        kspec.train(spec, run_dir=tmp_path / RUNS)


def test_preview_writes_the_numbers_beside_the_pictures(tiny, tmp_path):
    spec = tiny(**numbers(tmp_path), augmentation=[{"type": "RandomFlip"}])
    preview(spec, tmp_path, tmp_path / "p.png", images=2, variants=1)
    with Image.open(tmp_path / "p.png") as sheet:
        assert sheet.width > 100


@pytest.mark.parametrize("labels", ["classes", "numbers"])
def test_a_csv_file(trained, tmp_path, labels):
    random = np.random.default_rng(0)
    rows = random.normal(size=(100, 2)) * [1, 1000] + [0, 5000]
    lines = ["small,large,what"]
    for small, large in rows:
        number = small + (large - 5000) / 1000
        what = f"{number:.3f}" if labels == "numbers" else "high" if number > 0 else "low"
        lines.append(f"{small:.4f},{large:.1f},{what}")
    (tmp_path / "d.csv").write_text("\n".join(lines))
    head = {"units": 1} if labels == "numbers" else {"units": 2, "activation": "softmax"}
    changes = {
        "input": {"shape": [2]},
        "layers": [{"type": "Dense", **head}],
        "data": {
            "source": "csv", "path": "d.csv", "target": "what", "labels": labels,
            "standardize": True,
        },
        "training.epochs": 25,
        "training.optimizer": {"type": "Adam", "learning_rate": 0.1},
    }  # fmt: skip
    if labels == "numbers":
        changes |= {"training.loss": "mse", "training.metrics": ["mae"]}
    run = trained(**changes)
    evaluation = measures_again_what_training_measured(run)
    assert evaluation.samples == 20
    if labels == "numbers":
        assert evaluation.metrics["mae"] < 0.2
    else:
        assert evaluation.metrics["accuracy"] >= 0.85
        assert [row.name for row in evaluation.per_class] == ["high", "low"]
    assert evaluate(run, data=str(tmp_path / "d.csv")).samples == 100


def test_several_outputs_are_refused_before_training(trained, tmp_path):
    layers = [
        {"type": "Flatten"},
        {"type": "Dense", "units": 10, "activation": "softmax", "name": "a"},
        {"type": "Dense", "units": 10, "activation": "softmax", "name": "b", "inputs": "#-2"},
    ]
    with pytest.raises(DataError, match="networks with one output, but this one has 2") as caught:
        trained(layers=layers, outputs=["a", "b"])
    assert "\n" not in str(caught.value) and not (tmp_path / RUNS).exists()
    layers = layers[:2]
    assert trained(layers=layers, outputs=["a"]).result["status"] == "completed"


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        (
            [
                {"type": "GlobalAveragePooling2D"},
                {"type": "Dense", "units": 11, "activation": "softmax"},
            ],
            "gives the shape",
        ),
        ([{**MASK_HEAD, "strides": 2}], "a class for each of 8.8 pixels"),
        ([{**MASK_HEAD, "filters": 5}], "the network has 5 outputs"),
    ],
)
def test_what_does_not_fit_masks(trained, tmp_path, layers, says):
    with pytest.raises(DataError, match=says):
        trained(layers=layers, **{"data.labels": "masks"})
    assert not (tmp_path / RUNS).exists()


def test_labels_that_the_source_does_not_have_are_a_fault_of_the_spec(tiny):
    with pytest.raises(SpecError, match='"masks" goes with the sources'):
        tiny(**{"data.source": "mnist", "data.labels": "masks"})
