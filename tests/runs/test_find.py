"""Listing runs: newest first, whatever state they are in, and fast."""

import json
import os
import time

import pytest
from run_making import DIGEST, RESOLVED, SOURCE, make_run, row

from kspec.runs.find import find_runs
from kspec.runs.writer import RunWriter


def test_no_folder_no_runs(tmp_path):
    assert find_runs(tmp_path / "nowhere") == []
    assert find_runs(tmp_path) == []


def test_newest_first(tmp_path):
    for hour, name in ((11, "b"), (23, "a"), (5, "c")):
        make_run(tmp_path, name, started=f"2026-11-25T{hour:02}:00:00.000+00:00")
    # Later by the clock on the wall, but not by the sun.
    make_run(tmp_path, "d", started="2026-11-25T23:30:00.000+02:00")
    assert [run.name for run in find_runs(tmp_path)] == ["a", "d", "b", "c"]


def test_what_a_summary_says(tmp_path):
    folder = make_run(tmp_path, started="2026-11-25T06:45:12.123+00:00")
    (run,) = find_runs(tmp_path)
    assert run.to_json() == {
        "path": str(folder),
        "name": "tiny",
        "started": "2026-11-25T06:45:12+00:00",
        "status": "completed",
        "backend": "jax",
        "epochs": 2,
        "best_epoch": 2,
        "validation": {"loss": 0.55, "accuracy": 0.4},
        "test": {"loss": 0.6, "accuracy": 0.3},
        "seconds": 5.5,
        "reference": None,
        "identity": None,
        "phases": [],
    }
    assert run.metric == "accuracy"


def test_numbers_that_json_lacks(tmp_path):
    make_run(tmp_path, test={"loss": float("nan")}, validation={})
    (run,) = find_runs(tmp_path)
    assert json.loads(json.dumps(run.to_json(), allow_nan=False))["test"] == {"loss": "NaN"}
    assert run.metric == "loss"


def test_a_run_that_goes_on(tmp_path):
    with RunWriter.create(tmp_path, "tiny", RESOLVED, SOURCE, digest=DIGEST) as writer:
        (run,) = find_runs(tmp_path)
        assert (run.status, run.epochs, run.backend, run.seconds) == ("running", 0, None, None)
        assert run.metric is None
        assert abs(run.started.timestamp() - time.time()) < 60
        writer.write_history([row(1), row(2, val_accuracy=0.7)])
        (run,) = find_runs(tmp_path)
        assert (run.status, run.epochs, run.seconds) == ("running", 2, 5.0)
        assert (run.metric, run.validation["accuracy"]) == ("accuracy", 0.7)
        assert run.test == {}
    assert find_runs(tmp_path)[0].status == "incomplete"


def test_damage_does_not_hide_the_others(tmp_path):
    make_run(tmp_path, "good")
    for name, file, content in (
        ("one", "result.json", "{"),
        ("two", "environment.json", "[]"),
        ("three", "environment.json", '{"started": "yesterday"}'),
        ("four", "environment.json", '{"started": 5}'),
        ("five", "result.json", '{"status": "completed"}'),
    ):
        (make_run(tmp_path, name) / file).write_text(content)
    statuses = {run.name: run.status for run in find_runs(tmp_path)}
    assert statuses.pop("good") == "completed"
    assert set(statuses.values()) == {"damaged"}
    assert len(statuses) == 5


def test_other_files_and_folders_are_no_runs(tmp_path):
    make_run(tmp_path)
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "tiny" / "notes.txt").write_text("")
    (tmp_path / "tiny" / "empty").mkdir()
    (tmp_path / "other" / "deep" / "deeper").mkdir(parents=True)
    assert len(find_runs(tmp_path)) == 1


def test_a_thousand_runs(tmp_path):
    folder = make_run(tmp_path, "first")
    for number in range(1000):
        copy = tmp_path / f"name{number % 20}" / f"run{number}"
        copy.mkdir(parents=True)
        for file in folder.iterdir():
            os.link(file, copy / file.name)
    assert len(find_runs(tmp_path)) == 1001


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("environment.json", {"backend": 3, "resumed": 4}),
        ("environment.json", {"identity": "x"}),
        ("result.json", {"epochs": "many"}),
        ("result.json", {"seconds": None}),
        ("result.json", {"test": 3}),
        ("result.json", {"test": {"accuracy": "high"}}),
        ("result.json", {"reference": 1}),
        ("result.json", {"phases": 3}),
    ],
)
def test_json_that_is_not_what_kspec_writes_hides_no_other_run(tmp_path, name, content):
    make_run(tmp_path, "other")
    path = make_run(tmp_path, "tiny") / name
    path.write_text(json.dumps(json.loads(path.read_text()) | content))
    assert {run.name: run.status for run in find_runs(tmp_path)} == {
        "tiny": "damaged",
        "other": "completed",
    }
