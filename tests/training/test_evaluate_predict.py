"""After training: evaluate, predict, preview."""

import json
import re
import shutil

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import kspec
from kspec.cli.main import kspec as command_line
from kspec.errors import DataError, RunError, UsageError
from kspec.training.evaluate import evaluate
from kspec.training.predict import predict
from kspec.training.preview import preview
from kspec.training.probabilities import probabilities


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from tiny_spec import TINY

    folder = tmp_path_factory.mktemp("trained")
    spec = json.loads(json.dumps(TINY))
    spec["data"]["standardize"] = True
    path = folder / "tiny.json"
    path.write_text(json.dumps(spec))
    return kspec.train(kspec.load(path), run_dir=folder / "runs")


def test_evaluate_measures_what_training_measured(run):
    evaluation = evaluate(run)
    assert evaluation.metrics == pytest.approx(run.result["test"], rel=1e-5)
    assert evaluation.samples == 40
    assert [row.name for row in evaluation.per_class] == run.environment["data"]["class_names"]
    assert sum(row.support for row in evaluation.per_class) == 40
    right = sum(row.recall * row.support for row in evaluation.per_class)
    assert right / 40 == pytest.approx(evaluation.metrics["accuracy"])


def test_in_python_as_on_the_command_line(run, tmp_path):
    assert kspec.evaluate(run).metrics == kspec.evaluate(run.path).metrics == evaluate(run).metrics
    Image.new("RGB", (8, 8), (200, 0, 0)).save(tmp_path / "red.png")
    (found,) = kspec.predict(run.path, tmp_path / "red.png", top=2)
    assert found == predict(run, [tmp_path / "red.png"], top=2)[0] and len(found.classes) == 2
    with pytest.raises(UsageError, match="top is 0"):
        kspec.predict(run, tmp_path / "red.png", top=0)


def test_a_damaged_history_is_no_reason_not_to_measure(run, tmp_path):
    folder = shutil.copytree(run.path, tmp_path / "damaged")
    (folder / "history.json").write_text("[")
    result = CliRunner().invoke(command_line, ["evaluate", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["metrics"] == evaluate(run).metrics


def test_evaluate_on_other_data(run, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 255, (20, 8, 8, 3), dtype="uint8")
    np.savez(
        tmp_path / "d.npz",
        x_train=x,
        y_train=np.arange(20) % 10,
        x_test=x[:10],
        y_test=np.arange(10),
    )
    assert evaluate(run, data=str(tmp_path / "d.npz")).samples == 10


def test_other_classes_are_refused(run, tmp_path):
    for name in "abcdefghij":
        for split in ("train", "test"):
            folder = tmp_path / "pictures" / split / name
            folder.mkdir(parents=True)
            for number in range(3):
                Image.new("RGB", (8, 8), (number * 9, 0, 0)).save(folder / f"{number}.png")
    with pytest.raises(DataError, match="has the classes a, b, c"):
        evaluate(run, data=str(tmp_path / "pictures"))


def test_predict_names_classes_with_probabilities(run, tmp_path):
    Image.new("RGB", (30, 20), "red").save(tmp_path / "red.png")
    Image.new("L", (8, 8), 9).save(tmp_path / "grey.jpg")
    predictions = predict(run, [tmp_path / "red.png", tmp_path / "grey.jpg"], top=10)
    names = set(run.environment["data"]["class_names"])
    for prediction in predictions:
        assert {name for name, _ in prediction.classes} == names
        shares = [share for _, share in prediction.classes]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert predictions[0].classes != predictions[1].classes


def test_a_picture_that_cannot_be_read_is_named(run, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG nothing")
    with pytest.raises(DataError, match=r"broken\.png"):
        predict(run, [tmp_path / "broken.png"])
    with pytest.raises(DataError, match=r"missing\.png"):
        predict(run, [tmp_path / "missing.png"])


def test_logits_become_probabilities():
    logits = np.array([[2.0, -1.0, 0.5], [0.2, 0.3, 0.5]])
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities(logits, logits=True), expected)
    np.testing.assert_allclose(
        probabilities(logits, logits=False), [expected[0], logits[1]], err_msg="row by row"
    )
    single = np.array([[0.3], [-2.0]])
    sigmoid = 1 / (1 + np.exp(-single))
    np.testing.assert_allclose(
        probabilities(single, logits=True), np.concatenate([1 - sigmoid, sigmoid], axis=1)
    )
    np.testing.assert_allclose(probabilities(single, logits=False), [[0.7, 0.3], [1, 0]])


def test_data_that_changed_since_is_refused(run, tmp_path):
    for name in ("resolved.json", "result.json", "model.keras"):
        (tmp_path / name).write_bytes((run.path / name).read_bytes())
    environment = json.loads((run.path / "environment.json").read_text())
    environment["data"]["fingerprint"] = "0" * 64
    (tmp_path / "environment.json").write_text(json.dumps(environment))
    with pytest.raises(DataError, match="is not what it was when the run was trained"):
        evaluate(kspec.Run.open(tmp_path))


@pytest.mark.parametrize(
    ("names", "fine"),
    [
        ("circle square triangle star cross ring heart arrow crescent semicircle", True),
        ("circle square", True),
        ("0 1 2 3 4 5 6 7 8 9", True),
        ("square circle", False),
        ("3 4", False),
    ],
)
def test_classes_are_compared_by_name_unless_they_have_none(run, tmp_path, names, fine):
    names = names.split()
    x = np.zeros((len(names), 8, 8, 3), dtype="uint8")
    y = np.arange(len(names))
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y, class_names=names)
    if fine:
        assert evaluate(run, data=str(tmp_path / "d.npz")).samples == len(names)
    else:
        with pytest.raises(DataError, match="has the classes"):
            evaluate(run, data=str(tmp_path / "d.npz"))


@pytest.mark.parametrize(
    ("names", "fine"), [("0 1", True), ("circle square", True), ("0 2", False), ("0 1 10 2", False)]
)
def test_classes_that_are_numbers_are_those_numbers(run, tmp_path, names, fine):
    for name in ("resolved.json", "result.json", "model.keras"):
        (tmp_path / name).write_bytes((run.path / name).read_bytes())
    environment = json.loads((run.path / "environment.json").read_text())
    environment["data"]["class_names"] = [str(number) for number in range(10)]
    (tmp_path / "environment.json").write_text(json.dumps(environment))
    names = names.split()
    x, y = np.zeros((len(names), 8, 8, 3), dtype="uint8"), np.arange(len(names))
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y, class_names=names)
    numbered = kspec.Run.open(tmp_path)
    if fine:
        assert evaluate(numbered, data=str(tmp_path / "d.npz")).samples == len(names)
    else:
        with pytest.raises(DataError, match="has the classes"):
            evaluate(numbered, data=str(tmp_path / "d.npz"))


def test_a_run_without_a_model_is_named(run, tmp_path):
    (tmp_path / "resolved.json").write_text((run.path / "resolved.json").read_text())
    with pytest.raises(RunError, match=r"has no model\.keras"):
        evaluate(kspec.Run.open(tmp_path))


def test_a_broken_model_is_named(run, tmp_path):
    for name in ("resolved.json", "environment.json"):
        (tmp_path / name).write_text((run.path / name).read_text())
    (tmp_path / "model.keras").write_bytes(b"PK nothing")
    with pytest.raises(RunError, match=re.escape(str(tmp_path / "model.keras"))):
        evaluate(kspec.Run.open(tmp_path))


def test_preview_draws_a_sheet(tiny, tmp_path):
    spec = tiny(augmentation=[{"type": "RandomBrightnessFactor", "factor": [0.5, 1.5]}])
    preview(spec, tmp_path, tmp_path / "sheet.png", images=3, variants=2)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 100 and sheet.height > 100
    with pytest.raises(UsageError, match="no augmentation"):
        preview(tiny(), tmp_path, tmp_path / "sheet.png", images=3, variants=2)
