"""`kspec cache`."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from kspec.cli.main import kspec
from kspec.experiment.features.store import Store
from kspec.places import features_folder
from kspec.runs.lock import RunLock


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("KSPEC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "features"


def call(*words):
    return CliRunner().invoke(kspec, ["cache", *words])


def make(root, name, samples):
    store = Store(
        root / name, (3, 2), "float32", {"network": name, "until": "flatten", "backend": "jax"}
    )
    store.append(
        [number.to_bytes(16, "big") for number in range(samples)],
        np.zeros((samples, 3, 2), "float32"),
    )


def test_where_it_is(root, monkeypatch, tmp_path):
    assert features_folder() == root
    monkeypatch.delenv("KSPEC_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert features_folder() == tmp_path / "xdg" / "kspec" / "features"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert features_folder() == tmp_path / ".cache" / "kspec" / "features"


def test_nothing_is_kept(root):
    assert call("ls").output == f"no features in {root}; training.features keeps some\n"
    assert json.loads(call("ls", "--json").output) == []
    assert call("clear", "--all").output == f"removed 0 of 0 from {root}: 0 B\n"


def test_what_is_kept_is_listed_and_removed(root):
    make(root, "first", 3)
    make(root, "second", 50)
    plain = {each["name"]: each for each in json.loads(call("ls", "--json").output)}
    assert set(plain) == {"first", "second"}
    assert plain["second"]["samples"] == 50 and plain["second"]["bytes"] == 50 * (24 + 16)
    assert plain["first"]["shape"] == [3, 2] and plain["first"]["network"] == "first"
    listed = call("ls").output
    assert "second" in listed and "flatten" in listed and "3 x 2" in listed
    assert call("clear", "first").output == f"removed 1 of 2 from {root}: 120 B\n"
    assert [each["name"] for each in json.loads(call("ls", "--json").output)] == ["second"]
    assert call("clear", "--all").exit_code == 0
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("words", [[], ["first", "--all"]])
def test_clear_is_told_what(root, words):
    make(root, "first", 3)
    result = call("clear", *words)
    assert result.exit_code == 2
    assert "name the features to remove, or give --all" in result.output
    assert (root / "first").is_dir()


def test_clear_of_what_is_not_there(root):
    make(root, "first", 3)
    result = call("clear", "frist", "first")
    assert result.exit_code == 2 and "there are no features frist" in result.output
    assert (root / "first").is_dir()


def test_what_is_being_computed_stays(root):
    make(root, "first", 3)
    lock = RunLock(root / "first")
    result = call("clear", "--all")
    lock.release()
    assert result.exit_code == 1 and "is being written by another process" in result.output
    assert (root / "first" / "rows.bin").exists()


@pytest.mark.parametrize(
    "content", ["", '{"network": "a', "[]", "{}", '{"shape": "3", "network": 1}']
)
def test_damaged_ones_are_listed_and_cleared_with_the_others(root, content):
    make(root, "first", 3)
    make(root, "second", 2)
    (root / "first" / "about.json").write_text(content)
    listed = call("ls")
    assert listed.exit_code == 0 and "damaged" in listed.output and "second" in listed.output
    plain = {each["name"]: each for each in json.loads(call("ls", "--json").output)}
    assert plain["first"]["network"] is None and plain["first"]["samples"] == 3
    assert call("clear", "first").exit_code == 0
    assert [each["name"] for each in json.loads(call("ls", "--json").output)] == ["second"]
