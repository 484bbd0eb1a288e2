"""What makes two runs of one spec two experiments: data, weights of backbones, the backend."""

import json

import pytest
from run_making import make_run

from kspec.runs.compare.entry import read_entry
from kspec.runs.compare.groups import group
from kspec.runs.read import Run
from kspec.runs.two_runs import same_beginning

SEEN = {"layer": "layers[0]", "path": "seen.h5", "sha256": "a" * 64}


def run_with(root, *, seed=0, **environment):
    folder = make_run(root)
    path = folder / "environment.json"
    values = json.loads(path.read_text())
    identity = {"run": "r", "spec": "s", "data": "d", "seed": seed}
    path.write_text(json.dumps(values | {"identity": identity} | environment))
    return folder


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({}, {}, True),
        ({"weights": [SEEN]}, {"weights": [{**SEEN, "path": "moved.h5"}]}, True),
        ({"weights": [SEEN]}, {"weights": [{**SEEN, "sha256": "b" * 64}]}, False),
        ({"data": {"fingerprint": "a"}}, {"data": {"fingerprint": "b"}}, False),
        ({"data": {"fingerprint": "a"}}, {}, True),
    ],
)
def test_runs_that_begin_alike_are_the_same_experiment(tmp_path, first, second, same):
    runs = [Run.open(run_with(tmp_path, **each)) for each in (first, second)]
    assert same_beginning(*runs) == same


@pytest.mark.parametrize(
    ("second", "labels"),
    [
        ({}, ["tiny"]),
        ({"weights": [{**SEEN, "sha256": "b" * 64}]}, ["tiny s", "tiny s (2)"]),
        ({"backend": "torch"}, ["tiny s", "tiny s on torch"]),
    ],
)
def test_only_runs_that_begin_alike_are_one_group(tmp_path, second, labels):
    one = run_with(tmp_path, weights=[SEEN])
    other = run_with(tmp_path, seed=1, **{"weights": [SEEN], **second})
    groups, left_out = group([read_entry(one), read_entry(other)], each=False)
    assert [each.label for each in groups] == labels
    assert left_out == []
