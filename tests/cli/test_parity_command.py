"""The words of `kspec parity`, as far as no backend is needed."""

import pytest
from click.testing import CliRunner

from kspec import backends
from kspec.cli.main import kspec


def run(*words):
    return CliRunner().invoke(kspec, ["parity", *map(str, words)])


def test_one_backend_is_none_to_compare_with(write_spec, monkeypatch):
    monkeypatch.setattr(backends, "is_installed", lambda name: name == "torch")
    done = run(write_spec())
    assert done.exit_code == 2
    assert done.stderr == (
        "parity compares two backends or more, and only torch is installed: "
        'pip install "kspec[tensorflow]" or pip install "kspec[jax]"\n'
    )


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("torch", "--backends names only torch; parity compares two or more"),
        ("torch,torch", "--backends names one twice: torch, torch"),
        ("torch,pytorch", 'unknown backend "pytorch"; did you mean torch?'),
        (",", "--backends names only none; parity compares two or more"),
    ],
)
def test_wrong_names_of_backends(names, message, write_spec, monkeypatch):
    monkeypatch.setattr(backends, "is_installed", lambda name: True)
    done = run(write_spec(), "--backends", names)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_wrong_spec_is_told_before_anything_is_started(write_spec, monkeypatch):
    monkeypatch.setattr(backends, "is_installed", lambda name: True)
    path = write_spec(**{"training.epochs": 0})
    done = run(path)
    assert done.exit_code == 2
    assert f"{path}:" in done.stderr
    assert "error[wrong-value]" in done.stderr
    assert "the reference" not in done.stderr


@pytest.mark.parametrize("words", [("--steps", "0"), ("--batch-size", "0"), ("--random", "on")])
def test_wrong_numbers(words, write_spec):
    assert run(write_spec(), *words).exit_code == 2
