"""What is tested, evaluated and predicted where a spec has views at test time."""

import json
import shutil

import keras
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import kspec
from kspec.cli.main import kspec as command_line
from kspec.errors import SpecError
from kspec.experiment.prepare import prepare
from kspec.runs.predictions import read_predictions
from kspec.training.trained import open_trained

CHANGES = {
    "test_time": {"flip": "horizontal", "shift": 1},
    "training.epochs": 1,
    # Of a layer by its name, which is within another network when there are views.
    "training.parameter_groups": [{"matching": "dense/*", "learning_rate_multiplier": 0.5}],
    # A network that tells left from right.
    "layers": [
        {"type": "Conv2D", "filters": 4, "kernel_size": 3, "strides": 2},
        {"type": "Flatten"},
        {"type": "Dense", "units": 10},
    ],
    "training.loss": {"type": "SparseCategoricalCrossentropy", "from_logits": True},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from tiny_spec import TINY

    spec = json.loads(json.dumps(TINY))
    spec["training"] |= {key.partition(".")[2]: v for key, v in CHANGES.items() if "." in key}
    spec |= {key: value for key, value in CHANGES.items() if "." not in key}
    folder = tmp_path_factory.mktemp("viewed")
    (folder / "tiny.json").write_text(json.dumps(spec))
    return kspec.train(kspec.load(folder / "tiny.json"), run_dir=folder / "runs")


def test_the_test_is_the_mean_over_the_views_and_the_model_saved_is_the_network(run):
    assert [each.name for each in open_trained(run).model.layers[1:]] == [
        "conv2d",
        "flatten",
        "dense",
    ]
    measured = kspec.evaluate(run)
    assert measured.metrics == pytest.approx(run.result["test"], rel=1e-5)
    plain = kspec.evaluate(run, test_time=False)
    assert plain.metrics["loss"] != pytest.approx(measured.metrics["loss"], rel=1e-3)
    stored = read_predictions(run.path)
    picked = stored.outputs[np.arange(len(stored.labels)), stored.labels]
    assert -np.log(picked).mean() == pytest.approx(measured.metrics["loss"], rel=1e-3)


def test_validation_is_of_the_pictures_as_they_are(run):
    trained = open_trained(run)
    prepared = prepare(trained.spec, run.root)
    prepared.model.set_weights(trained.model.get_weights())
    batches = prepared.batches(prepared.given.validation)
    loss = prepared.model.evaluate(batches, return_dict=True, verbose=0)["loss"]
    assert loss == pytest.approx(run.history[-1]["val_loss"], rel=1e-5)


def test_a_picture_and_its_mirror_image_are_predicted_alike(run, tmp_path):
    run = kspec.Run.open(shutil.copytree(run.path, tmp_path / "run"))
    resolved = {**run.resolved, "test_time": {"flip": "horizontal"}}
    (run.path / "resolved.json").write_text(json.dumps(resolved))
    pixels = np.random.default_rng(1).integers(0, 255, (8, 8, 3), dtype="uint8")
    files = [tmp_path / "one.png", tmp_path / "other.png"]
    for file, array in zip(files, (pixels, pixels[:, ::-1]), strict=True):
        Image.fromarray(array).save(file)
    one, other = kspec.predict(run, *files, top=10)
    assert [name for name, _ in one.classes] == [name for name, _ in other.classes]
    shares = [[share for _, share in each.classes] for each in (one, other)]
    np.testing.assert_allclose(*shares, rtol=1e-4)
    one, other = kspec.predict(run, *files, top=10, test_time=False)
    assert dict(one.classes) != pytest.approx(dict(other.classes), rel=1e-3)


def test_the_commands_say_which_views_were_used(run):
    def call(*words):
        result = CliRunner().invoke(command_line, [*words, "--backend", keras.backend.backend()])
        assert result.exit_code == 0, result.output
        return result.stdout

    table = call("evaluate", str(run.path))
    assert "mean of" in table and "6: each picture, and shifted by 1 pixel up and left" in table
    assert "mean of" not in call("evaluate", str(run.path), "--no-test-time")
    viewed = json.loads(call("evaluate", str(run.path), "--json"))
    assert viewed["test_time"] == {"flip": "horizontal", "shift": 1}
    plain = json.loads(call("evaluate", str(run.path), "--json", "--no-test-time"))
    assert plain["test_time"] is None and plain["metrics"] != viewed["metrics"]


def test_on_features_the_whole_network_looks_at_the_pictures(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("KSPEC_CACHE", str(tmp_path / "cache"))
    conv, *others = CHANGES["layers"]
    layers = [{**conv, "trainable": False}, *others]
    changes = {**CHANGES, "layers": layers, "training.features": {"until": "flatten"}}
    run = kspec.train(tiny(**changes), run_dir=tmp_path)
    assert kspec.evaluate(run).metrics == pytest.approx(run.result["test"], rel=1e-5)


def test_what_cannot_be_had_of_the_data_is_refused_before_the_training(tiny, tmp_path):
    spec = tiny(**CHANGES)
    wide = spec.model_copy(update={"test_time": spec.test_time.model_copy(update={"shift": 8})})
    with pytest.raises(SpecError, match="cannot be shifted by 8"):
        kspec.train(wide, run_dir=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
