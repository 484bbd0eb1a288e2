"""Runs come back as they were written; what is broken says so in one line."""

import json
import math

import pytest
from run_making import RESOLVED, make_run, make_trained, row

from kspec.errors import RunError
from kspec.runs.files import read_object
from kspec.runs.read import Run, spec_file


def test_all_of_it_comes_back(tmp_path):
    nan = float("nan")
    kept = {"monitor": "val_loss", "mode": "min", "value": nan}
    folder = make_run(tmp_path, test={"loss": float("inf")}, kept=kept, stopped_by="val_loss")
    run = Run.open(folder)
    assert run.resolved == RESOLVED
    assert run.environment["backend"] == "jax"
    assert run.history == [row(1), row(2)]
    assert run.status == "completed"
    assert run.result["test"] == {"loss": float("inf")}
    assert math.isnan(run.result["kept"]["value"])
    assert run.result["stopped_by"] == "val_loss"
    assert run.result["reference"] is None
    assert run.model_path == folder / "model.keras"


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("data", None, "data: should be an object"),
        ("data", {"root": 3}, "data.root: should be a valid string"),
        ("data", {"pixels": []}, "data.pixels: should be an object"),
        (
            "data",
            {"pixels": {"scale": "1", "mean": None}},
            "data.pixels.inputs.input.scale: should be a valid number",
        ),
        (
            "data",
            {"pixels": {"inputs": {"a": {"scale": 1}}}},
            "data.pixels.inputs.a.mean: it is missing",
        ),
        (
            "data",
            {"pixels": {"scale": 1, "mean": [0, "x"], "std": None}},
            "data.pixels.inputs.input.mean.1: should be a valid number",
        ),
        ("data", {"class_count": 0}, "data.class_count: should be greater than 0"),
        ("data", {"splits": {"origin": "", "train": {"samples": 3}}}, "data.splits.validation: it"),
        ("plugins", "mine", "plugins: should be a valid list"),
        ("plugins", [{"sha256": None}], "plugins.0.module: it is missing"),
        ("resumed", [{"epoch": 1}], "resumed.0.backend: it is missing"),
        ("identity", {"data": []}, "identity.data: should be a valid string"),
    ],
)
def test_an_environment_of_another_shape_is_damage(tmp_path, part, value, said):
    folder = make_run(tmp_path)
    path = folder / "environment.json"
    path.write_text(json.dumps(read_object(path) | {part: value}))
    with pytest.raises(RunError, match=rf"environment\.json is damaged: {said}"):
        _ = Run.open(folder).environment


@pytest.mark.parametrize("samples", [0, -1, True, "many", None])
@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_samples_are_counted(tmp_path, part, samples):
    folder = make_trained(tmp_path)
    path = folder / "environment.json"
    environment = read_object(path)
    environment["data"]["splits"][part]["samples"] = samples
    path.write_text(json.dumps(environment))
    with pytest.raises(RunError, match=rf"data\.splits\.{part}\.samples: should be"):
        _ = Run.open(folder).environment


def test_what_an_older_run_does_not_say_is_told(tmp_path):
    run = Run.open(make_run(tmp_path))
    assert run.recorded("data") == {}
    with pytest.raises(RunError, match=r"does not say data\.root: the run is from an older kspec"):
        _ = run.root


def test_nothing_there(tmp_path):
    with pytest.raises(RunError, match=r"^there is no run folder .*nowhere$"):
        Run.open(tmp_path / "nowhere")


def test_no_run(tmp_path):
    with pytest.raises(RunError, match=r"is not a run: it has no resolved\.json$"):
        Run.open(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="is not a run"):
        Run.open(tmp_path / "file")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize("part", ["resolved", "environment", "result", "history"])
def test_a_damaged_file_is_one_line(tmp_path, part, content):
    folder = make_run(tmp_path)
    if (part, content) == ("history", b"[]"):
        content = b"{}"
    (folder / f"{part}.json").write_bytes(content)
    with pytest.raises(RunError, match=rf"^[^\n]*{part}\.json is damaged: [^\n]+$"):
        getattr(Run.open(folder), part)


def test_a_result_that_lacks_something(tmp_path):
    folder = make_run(tmp_path)
    (folder / "result.json").write_text('{"status": "completed"}')
    with pytest.raises(RunError, match="is damaged: it lacks epochs, best_epoch"):
        _ = Run.open(folder).result


def test_a_missing_file_is_one_line(tmp_path):
    folder = make_run(tmp_path)
    (folder / "environment.json").unlink()
    with pytest.raises(RunError, match=r"environment\.json is missing$"):
        _ = Run.open(folder).environment


def test_the_history_of_a_run_that_has_just_begun(tmp_path):
    assert Run.open(make_run(tmp_path, epochs=0)).history == []


def test_the_spec_of_a_spec_and_of_a_run(tmp_path):
    root = tmp_path / "runs"
    folder = make_run(root)
    spec = tmp_path / "tiny"
    assert spec_file("tiny", root) == folder / "resolved.json"
    assert spec_file(str(folder), root) == folder / "resolved.json"
    assert spec_file("missing.json", root).name == "missing.json"
    spec.write_text("{}")
    assert spec_file(str(spec), root) == spec


def test_neither_spec_nor_run(tmp_path):
    make_run(tmp_path)
    with pytest.raises(RunError, match=r'^tinny is not a spec file, and .*"tinny".*mean tiny\?$'):
        spec_file("tinny", tmp_path)
