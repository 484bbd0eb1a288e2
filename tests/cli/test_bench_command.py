"""`kspec bench`, and `kspec train --backend auto`."""

import json

import pytest
from click.testing import CliRunner

from kspec import backends
from kspec.cli.choice import fastest
from kspec.cli.main import kspec


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KSPEC_CACHE", str(tmp_path / "cache"))


def run(*words):
    return CliRunner().invoke(kspec, [str(word) for word in words])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--backends", "pytorch"), 'unknown backend "pytorch"; did you mean torch?'),
        (("--backends", ","), "--backends: nothing; name one backend or more, each once"),
        (
            ("--backends", "torch,torch"),
            "--backends: torch, torch; name one backend or more, each once",
        ),
        (("--data", "nowhere.npz"), "--data nowhere.npz: does not exist"),
    ],
)
def test_wrong_words(words, message, write_spec, monkeypatch):
    monkeypatch.setattr(backends, "is_installed", lambda name: True)
    done = run("bench", write_spec(), *words)
    assert done.exit_code == 2
    assert message in done.stderr and "round" not in done.stderr


@pytest.mark.parametrize("words", [("--steps", "1"), ("--rounds", "0")])
def test_wrong_numbers(words, write_spec):
    assert run("bench", write_spec(), *words).exit_code == 2


def test_training_goes_by_the_answer(write_spec, backend, monkeypatch, tmp_path):
    """Asked of the one backend that is there, and then trained on it."""
    monkeypatch.setattr(backends, "is_installed", lambda name: name == backend)
    path = write_spec(**{"training.epochs": 1})
    done = run("bench", path, "--steps", 2, "--rounds", 1, "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    (row,) = report["rows"]
    assert report["fastest"] == row["backend"] == backend and row["steps"] == 2
    assert row["samples_per_second"] == pytest.approx(16 / row["step"])
    assert not (tmp_path / "runs").exists()
    done = run("train", path, "--backend", "auto", "--run-dir", tmp_path / "runs")
    assert done.exit_code == 0, done.output
    assert f"{backend} (auto: kspec bench of 20" in done.output and "no answer" not in done.stderr


def test_without_an_answer_it_is_as_without_auto(tiny, backend, capsys):
    choice = fastest(tiny())
    assert choice == backends.choose()
    assert "--backend auto: kspec bench has no answer for this network" in capsys.readouterr().err


def test_a_network_that_no_backend_trains_is_said_once(write_spec, backend, monkeypatch):
    monkeypatch.setattr(backends, "is_installed", lambda name: name == backend)
    path = write_spec(**{"training.optimizer": {"type": "Adam", "learning_rate": "x"}})
    done = run("bench", path)
    assert done.exit_code == 2 and done.stdout == ""


def test_plugins_come_before_the_answer(write_spec):
    done = run("train", write_spec(), "--backend", "auto", "--plugin", "mine")
    assert done.exit_code == 2
    assert "--backend auto does not go with --plugin" in done.stderr
