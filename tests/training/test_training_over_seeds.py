"""One spec over several seeds: the same runs as one by one, where they are found again."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

import kspec
from kspec.cli.main import kspec as command_line
from kspec.errors import UsageError
from kspec.runs.find import find_runs
from kspec.runs.resolve import resolve
from kspec.training.reporter import Quiet
from kspec.training.seed_list import seed_list

QUICK = {
    "training.epochs": 2,
    "training.deterministic": True,
    "training.checkpoint": {"epochs": 1, "steps": 1},
}


def call(*words):
    return CliRunner().invoke(command_line, ["train", *map(str, words), "--quiet"])


def untimed(run):
    rows = [{k: v for k, v in row.items() if k != "seconds"} for row in run.history]
    return rows, {k: v for k, v in run.result.items() if k != "seconds"}


def arrays(run):
    newest = max((run.path / "checkpoints").glob("*.npz"))
    found = {}
    for path in (newest, run.path / "test_predictions.npz"):
        with np.load(path) as file:
            found |= {name: file[name] for name in file.files if name != "state"}
    return found


def assert_equal_to_the_last_bit(one, other):
    assert untimed(one) == untimed(other)
    assert arrays(one).keys() == arrays(other).keys()
    for name, array in arrays(one).items():
        np.testing.assert_array_equal(array, arrays(other)[name], err_msg=name)


@pytest.fixture
def alone(write_spec, tmp_path, backend):
    """The run of one seed, made by a process of its own."""

    def train(seed):
        words = ["-m", "kspec", "train", write_spec(**QUICK), "--set", f"seed={seed}", "--quiet"]
        words += ["--backend", backend, "--run-dir", tmp_path / "alone"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        subprocess.run([sys.executable, *map(str, words)], check=True, env=environment)
        return kspec.Run.open(find_runs(tmp_path / "alone")[0].path)

    return train


def test_a_seed_among_others_gives_to_the_last_bit_what_it_gives_alone(
    alone, write_spec, tmp_path, monkeypatch
):
    """Even where it was interrupted in the midst of an epoch."""
    runs = tmp_path / "runs"
    spec = kspec.load(write_spec(**QUICK))
    began = []

    class Stop(Quiet):
        def begin(self, plan):
            began.append(plan.folder.name)

        def step(self, epoch, step, values):
            if (len(began), epoch, step) == (2, 2, 1):
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("kspec.training.progress.StepReports.INTERVAL", 0.0)
    monkeypatch.setattr("kspec.training.seeds.Quiet", Stop)
    first = kspec.train_seeds(spec, 3, run_dir=runs)
    assert [run.status for run in first] == ["completed", "interrupted"], "the third never began"
    again = kspec.train_seeds(spec, 3, run_dir=runs)
    assert [run.result["status"] for run in again] == ["completed"] * 3
    assert began == ["seed-0", "seed-1", "seed-1", "seed-2"]
    assert [run.path for run in first] == [run.path for run in again[:2]]
    assert_equal_to_the_last_bit(again[1], alone(1))
    assert untimed(again[1]) != untimed(again[0])


def test_the_command_tells_each_seed_and_the_spread_and_does_nothing_twice(
    write_spec, tmp_path, monkeypatch
):
    words = (write_spec(**{"training.epochs": 1}), "--run-dir", tmp_path, "--seeds", "4,2")
    result = call(*words)
    assert result.exit_code == 0, result.output
    first, second, mean, where = result.stdout.splitlines()
    runs = [kspec.Run.open(tmp_path / "tiny" / where.split("/")[-1] / f"seed-{n}") for n in (4, 2)]
    told = [run.result["test"]["accuracy"] for run in runs]
    assert first.startswith(f"seed 4: test accuracy {told[0]:.4f}  (1 epoch")
    assert second.startswith(f"seed 2: test accuracy {told[1]:.4f}  (1 epoch")
    assert mean == (
        f"test accuracy {np.mean(told):.4f} ± {np.std(told, ddof=1):.4f}  "
        "(mean ± standard deviation of 2 seeds)"
    )
    assert [run.resolved["seed"] for run in runs] == [4, 2]

    def never(*_, **__):
        raise AssertionError("trained again")

    monkeypatch.setattr("kspec.training.seeds.train", never)
    again = call(*words, "--resume", "auto")
    assert again.exit_code == 0, again.output
    assert again.stdout.splitlines()[:2] == [f"{first}; done before", f"{second}; done before"]
    # They are runs like any other.
    assert resolve("tiny", tmp_path) == runs[1].path
    assert resolve(f"tiny/{where.split('/')[-1]}/seed-4", tmp_path) == runs[0].path
    identity = json.loads((runs[0].path / "environment.json").read_text())["identity"]
    assert identity["seed"] == 4
    # What lies in the way is left alone.
    path = runs[0].path / "environment.json"
    path.write_text(path.read_text().replace(identity["spec"], "0" * 64))
    fails = call(*words)
    assert fails.exit_code == 1
    assert "seed-4 holds the run of another spec or seed; move it away" in fails.stderr


def test_the_spread_is_that_of_one_metric(write_spec, tmp_path):
    metrics = {"training.metrics": ["mse", "mae"], "training.loss": "mse"}
    words = (write_spec(**metrics, **{"training.epochs": 1}), "--run-dir", tmp_path, "--seeds", "2")
    told = call(*words).stdout.splitlines()[-2]
    assert told.startswith("test mse ")
    # As an older run has them.
    (path,) = tmp_path.glob("tiny/*/seed-1/result.json")
    result = json.loads(path.read_text())
    result["test"] = {name: result["test"][name] for name in sorted(result["test"])}
    path.write_text(json.dumps(result))
    again = call(*words).stdout.splitlines()
    assert again[1].startswith("seed 1: test mae ") and again[-2] == told


def test_an_interruption_too_late_for_one_run_ends_all_of_them(write_spec, tmp_path, monkeypatch):
    x = np.random.default_rng(0).integers(0, 255, (20, 8, 8, 3), "uint8")
    np.savez(tmp_path / "data.npz", x_train=x, y_train=np.arange(20) % 10)
    data = {"source": "npz", "path": "data.npz", "validation": 0.5}

    class Stop(Quiet):
        def epoch(self, row, best_epoch):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("kspec.training.seeds.Quiet", Stop)
    spec = kspec.load(write_spec(**{**QUICK, "training.epochs": 1, "data": data}))
    with pytest.raises(KeyboardInterrupt):
        kspec.train_seeds(spec, 2, run_dir=tmp_path / "runs")
    (run,) = (kspec.Run.open(each.path) for each in find_runs(tmp_path / "runs"))
    assert run.result["status"] == "completed" and run.path.name == "seed-0"


def test_an_interruption_ends_all_of_them(write_spec, tmp_path, monkeypatch):
    import kspec.training.seeds  # noqa: F401 - which else would keep the reporter of this test

    class Stop(Quiet):
        def step(self, epoch, step, values):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("kspec.training.reporter.Quiet", Stop)
    result = call(write_spec(), "--run-dir", tmp_path, "--seeds", "2")
    assert result.exit_code == 130, result.output
    first, second, _ = result.stdout.splitlines()
    assert first.startswith("seed 0: interrupted before the first epoch ended")
    assert second == "0 of 2 seeds are done; the same command goes on"


def test_a_run_that_was_killed_before_it_began_is_begun(tmp_path, tiny):
    (run,) = kspec.train_seeds(tiny(**{"training.epochs": 1}), [9], run_dir=tmp_path)
    for name in ("environment.json", "result.json"):
        (run.path / name).unlink()
    (again,) = kspec.train_seeds(tiny(**{"training.epochs": 1}), [9], run_dir=tmp_path)
    assert again.path == run.path and again.status == "completed"


def test_which_seeds_are_meant():
    assert seed_list(3, 0) == (0, 1, 2)
    assert seed_list(2, 40) == (40, 41)
    assert seed_list([1, 7, 42], 5) == (1, 7, 42)


@pytest.mark.parametrize(
    "asked, says",
    [
        (0, "at least one seed"),
        ([], "at least one seed"),
        (-2, "at least one seed"),
        (10**30, "at most 10,000 seeds"),
        ([1, -7], "-7 is not a seed"),
        ([2**63], "is not a seed"),
        ([1, 7, 1], "1 is listed twice"),
    ],
)
def test_what_is_no_list_of_seeds(asked, says):
    with pytest.raises(UsageError, match=says):
        seed_list(asked, 0)


@pytest.mark.parametrize(
    "words, says",
    [
        (("--seeds", "five"), 'not "five"'),
        (("--seeds", "1,,2"), 'not "1,,2"'),
        (("--seeds", "0"), "at least one seed"),
        (("--seeds", "3", "--resume", "latest"), "resumes what was interrupted"),
    ],
)
def test_words_that_make_no_sense(write_spec, words, says):
    result = call(write_spec(), *words)
    assert result.exit_code == 2
    assert says in result.stderr and "Traceback" not in result.output
