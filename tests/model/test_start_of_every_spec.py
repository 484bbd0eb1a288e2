"""Weights and order of every shipped spec: one SHA-256, whatever the backend and the process."""

import hashlib
import json
from pathlib import Path

import keras
import pytest

from kspec.data.order import order
from kspec.model.build import build
from kspec.spec.load import load

STARTS = json.loads(Path(__file__).with_name("starts.json").read_text())
SPECS = sorted(path.name for path in (Path(__file__).parents[2] / "specs").glob("*.json"))

# With ImageNet's weights a start needs their file; with new ones it is as that of any network.
PRETRAINED = {
    name: ["layers[1].weights=null"]
    for name in SPECS
    if "Backbone" in (Path(__file__).parents[2] / "specs" / name).read_text()
}


def start_of(name):
    """SHA-256 of the weights in their order and of the samples' order in the first two epochs."""
    spec = load(Path("specs") / name, PRETRAINED.get(name, ()))
    digest = hashlib.sha256()
    for weight in build(spec).weights:
        array = keras.ops.convert_to_numpy(weight)
        digest.update(repr((weight.path, array.dtype.str, array.shape)).encode())
        digest.update(array.tobytes())
    for epoch in range(2):
        digest.update(order(spec.seed, epoch, 1000).tobytes())
    return digest.hexdigest()


def test_every_spec_has_its_start_written_down():
    assert sorted(STARTS) == SPECS


@pytest.mark.parametrize("name", SPECS)
def test_every_backend_starts_there(name):
    assert start_of(name) == STARTS[name]
