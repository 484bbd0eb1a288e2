"""What a spec extends, as a spec of its own."""

import json

from tiny_spec import TINY

import kspec
from kspec.spec.base import base_of


def written(folder, file, **values):
    path = folder / file
    path.write_text(json.dumps(values))
    return path


def test_the_base_comes_resolved_with_its_own_base(tmp_path):
    written(tmp_path, "first.json", **TINY)
    written(tmp_path, "second.json", extends="first.json", name="second", seed=7)
    spec = kspec.load(written(tmp_path, "third.json", extends="second.json", name="third", seed=8))
    base = base_of(spec)
    assert base["extends"] == "second.json"
    assert base["resolved"] == kspec.load(tmp_path / "second.json").resolved()
    assert (base["resolved"]["name"], base["resolved"]["seed"]) == ("second", 7)


def test_a_base_may_be_no_whole_spec(tmp_path):
    part = {key: value for key, value in TINY.items() if key != "layers"}
    written(tmp_path, "part.json", **part)
    spec = kspec.load(
        written(tmp_path, "whole.json", extends="part.json", layers=TINY["layers"], name="whole")
    )
    assert base_of(spec) == {"extends": "part.json", "resolved": None}


def test_without_a_base_there_is_none(tmp_path):
    spec = kspec.load(written(tmp_path, "alone.json", **TINY))
    assert base_of(spec) is None
    assert base_of(kspec.Spec.model_validate(spec.resolved())) is None
    (tmp_path / "alone.json").unlink()
    assert base_of(spec) is None
