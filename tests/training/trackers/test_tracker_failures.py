"""A tracker that is missing, breaks, hangs or dies; the training is the same without it."""

import json
import re
import sys
import time

import pytest
from click.testing import CliRunner
from run_making import make_run, row

import kspec
from kspec.cli.main import kspec as command_line
from kspec.errors import UsageError
from kspec.runs.files import read_object
from kspec.spec.canonical import spec_hash
from kspec.spec.trackers import chosen
from kspec.training.changes import changes_of
from kspec.training.trackers.names import TRACKERS, require
from kspec.training.trackers.process import TrackerProcess

PLAN = {"epochs": 2, "total_params": 2}
# A library called wandb whose runs are good for nothing.
BROKEN = {
    "at its import": "raise RuntimeError('broken\\nfor good')",
    "at the beginning": "def init(**_): raise OSError('no network')\ndef Settings(**_): pass",
    "at an epoch": (
        "class Run:\n"
        "    def save(self, *_, **__): pass\n"
        "    def log(self, *_, **__): raise ValueError('no such metric')\n"
        "def init(**_): return Run()\n"
        "def Settings(**_): pass"
    ),
    "with its process": "import os; os._exit(7)",
}
SAID = {
    "at its import": "RuntimeError: broken for good",
    "at the beginning": "OSError: no network",
    "at an epoch": "ValueError: no such metric",
    "with its process": "exit code 7",
}


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Install a library in the place of wandb."""
    if "wandb" in sys.modules:
        pytest.fail("wandb itself was loaded into this process, which no tracker does")

    def install(text):
        (tmp_path / "lib").mkdir(exist_ok=True)
        (tmp_path / "lib" / "wandb.py").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path / "lib"))

    return install


@pytest.fixture
def folder(tmp_path):
    return make_run(tmp_path / "runs")


def told(process):
    process.tell("plan", PLAN)
    process.tell("row", row(1))
    process.tell("end")
    process.close()
    return process.failure


@pytest.mark.language
@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_library_is_a_sentence(folder, library, how):
    library(BROKEN[how])
    process = TrackerProcess("wandb", folder, 0)
    assert told(process) == SAID[how]
    if how != "with its process":
        assert "Traceback" in process.log.read_text()


@pytest.mark.language
def test_a_tracker_that_hangs_is_not_waited_for(folder, library):
    library("import time; time.sleep(600)")
    process = TrackerProcess("wandb", folder, 0)
    began = time.monotonic()
    process.tell("plan", PLAN)
    for epoch in range(1, 2_000):  # More than a pipe holds.
        process.tell("row", row(epoch))
    process.tell("end")
    process.close(0.5)
    assert process.failure == "it had not finished after 0.5 seconds"
    assert time.monotonic() - began < 60


@pytest.mark.language
def test_nobody_is_told_of_a_failure_twice(folder, library):
    library(BROKEN["at its import"])
    process = TrackerProcess("wandb", folder, 0)
    assert told(process) == told(process) == SAID["at its import"]


@pytest.mark.language
def test_names():
    assert chosen(["wandb", "mlflow", "wandb"]) == ("wandb", "mlflow")
    assert chosen([]) == chosen(["none"]) == ()
    with pytest.raises(
        UsageError, match='no tracker "Wandb"; there are tensorboard, mlflow, wandb'
    ):
        chosen(["Wandb"])
    with pytest.raises(UsageError, match='"none" cannot'):
        chosen(["none", "wandb"])


@pytest.mark.language
def test_names_in_python_are_held_to_the_same(tiny):
    assert tiny().with_trackers(["mlflow", "mlflow"]).training.trackers == ("mlflow",)
    assert tiny().with_trackers(["none"]).training.trackers == ()
    with pytest.raises(UsageError, match='no tracker "neptune"; there are tensorboard'):
        tiny().with_trackers(["neptune"])
    with pytest.raises(UsageError, match=r'^trackers are a list: \["mlflow"\], not "mlflow"$'):
        tiny().with_trackers("mlflow")


@pytest.mark.language
def test_a_folder_of_that_name_is_no_package(tmp_path, monkeypatch):
    (tmp_path / "no_such_package_anywhere").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(TRACKERS, "mlflow", "no_such_package_anywhere")
    with pytest.raises(UsageError, match="needs a package that is not installed"):
        require(["mlflow"])


def test_a_missing_package_is_one_line_before_the_training(write_spec, tmp_path, monkeypatch):
    monkeypatch.setitem(TRACKERS, "mlflow", "no_such_package_anywhere")
    with pytest.raises(UsageError, match="needs a package"):
        require(["mlflow"])
    path = write_spec(**{"training.trackers": ["mlflow"]})
    for words in ([], ["--tracker", "mlflow"]):
        result = CliRunner().invoke(
            command_line, ["train", str(path), *words, "--run-dir", str(tmp_path / "runs")]
        )
        assert result.exit_code == 2
        assert result.output == (
            "the tracker mlflow needs a package that is not installed: "
            'pip install "kspec[mlflow]"; --tracker none trains without trackers\n'
        )
    assert not (tmp_path / "runs").exists()
    with pytest.raises(UsageError, match="needs a package"):
        kspec.train(kspec.load(path), run_dir=tmp_path / "runs")


@pytest.mark.language
def test_trackers_are_no_part_of_the_experiment(tiny):
    plain, tracked = tiny(), tiny(**{"training.trackers": ["wandb", "tensorboard"]})
    assert tracked.training.trackers == ("wandb", "tensorboard")
    assert spec_hash(plain) == spec_hash(tracked) == spec_hash(plain.with_trackers(["mlflow"]))
    assert changes_of(plain, tracked) == []
    assert "trackers" not in plain.resolved()["training"]
    assert tracked.resolved()["training"]["trackers"] == ["wandb", "tensorboard"]


@pytest.mark.language
def test_the_spec_says_which_there_are(write_spec):
    (problem,) = kspec.check(write_spec(**{"training.trackers": ["wandb", "neptune"]}))
    assert problem.message == (
        '"training.trackers[1]" must be "tensorboard", "mlflow" or "wandb", not "neptune"'
    )


def test_a_failing_tracker_changes_nothing_of_a_run(tiny, tmp_path, library, backend, capsys):
    library(BROKEN["at an epoch"])
    notes = []

    class Listening:
        def __getattr__(self, name):
            return lambda *values: notes.extend(values if name == "note" else ())

    spec = tiny()
    plain = kspec.train(spec, backend=backend, run_dir=tmp_path / "plain")
    tracked = kspec.train(
        spec.with_trackers(["wandb"]),
        backend=backend,
        run_dir=tmp_path / "tracked",
        reporter=Listening(),
    )
    about = [note for note in notes if "tracker" in note]
    assert len(about) == 1
    assert re.match(
        "the tracker wandb failed, which does not affect the run: ValueError: no such metric",
        about[0],
    )

    def result(run):
        told = json.loads((run.path / "result.json").read_text())
        return {key: value for key, value in told.items() if key != "seconds"}

    assert result(plain) == result(tracked)
    assert plain.environment["identity"] == tracked.environment["identity"]
    assert read_object(tracked.path / "resolved.json")["training"]["trackers"] == ["wandb"]
    # Who does not watch is told, too.
    capsys.readouterr()
    quiet = kspec.train(spec.with_trackers(["wandb"]), backend=backend, run_dir=tmp_path / "quiet")
    assert [line.split(" (")[0] for line in capsys.readouterr().err.splitlines()] == [
        "the tracker wandb failed, which does not affect the run: ValueError: no such metric"
    ]
    assert result(plain) == result(quiet)
    # Trained again it is nobody's business.
    del notes[:]
    outcome = CliRunner().invoke(command_line, ["verify", str(tracked.path)])
    assert outcome.exit_code == 0, outcome.output
    assert "failed" not in outcome.output
