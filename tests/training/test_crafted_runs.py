"""A run folder from a stranger: nothing in it is executed, unpacked elsewhere, or believed."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import h5py
import pytest

import kspec
from kspec.errors import RunError
from kspec.training.evaluate import evaluate
from kspec.training.trained import open_trained

RUN = Path(__file__).parent / "runs_of_each_backend" / "jax"


@pytest.fixture
def craft(tmp_path):
    """A copy of a run whose saved model's members were changed by a function."""

    def craft(change):
        folder = tmp_path / "inner" / "run"
        shutil.copytree(RUN, folder)
        with zipfile.ZipFile(folder / "model.keras") as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        change(members)
        with zipfile.ZipFile(folder / "model.keras", "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return kspec.Run.open(folder)

    return craft


def layer(members, kind, change):
    config = json.loads(members["config.json"])
    (found,) = (each for each in config["config"]["layers"] if each["class_name"] == kind)
    change(found)
    members["config.json"] = json.dumps(config).encode()


def weights(members, change):
    """Change the HDF5 file; `change` gets it and the name of the dense layer's kernel in it."""
    file = io.BytesIO(members["model.weights.h5"])
    with h5py.File(file, "r+") as opened:
        change(opened, "layers/dense/vars/0")
    members["model.weights.h5"] = file.getvalue()


def test_code_in_a_lambda_is_not_run(craft):
    def put(found):
        code = {"code": "4wEA", "defaults": None, "closure": None}
        found["class_name"] = "Lambda"
        found["config"] = {
            "name": found["config"]["name"],
            "function": {"class_name": "__lambda__", "config": code},
        }

    run = craft(lambda members: layer(members, "ReLU", put))
    with pytest.raises(RunError, match=r"model\.keras cannot be opened.*Lambda"):
        open_trained(run)


def test_a_class_of_another_module_is_not_imported(craft):
    def put(found):
        found |= {"module": "subprocess", "class_name": "Popen", "registered_name": None}
        found["config"] = {"args": ["touch", "never"]}

    run = craft(lambda members: layer(members, "ReLU", put))
    with pytest.raises(RunError, match=r"model\.keras cannot be opened"):
        open_trained(run)


def test_a_layer_larger_than_the_memory_is_refused_before_it_is_made(craft):
    run = craft(
        lambda members: layer(members, "Dense", lambda each: each["config"].update(units=10**12))
    )
    with pytest.raises(RunError, match=r"cannot be opened.*this machine has .* of memory"):
        open_trained(run)


def test_weights_that_claim_to_be_huge_are_not_read(craft):
    def claim(file, kernel):
        del file[kernel]
        file.create_dataset(kernel, shape=(10**6, 10**6), dtype="f4", chunks=(1000, 1000))

    run = craft(lambda members: weights(members, claim))
    with pytest.raises(RunError, match=r"model\.keras cannot be opened"):
        open_trained(run)


def test_weights_that_lie_in_another_file_are_not_fetched(craft, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as secret:
        secret["x"] = [[0.0]]

    def link(file, kernel):
        del file[kernel]
        file[kernel] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "x")

    run = craft(lambda members: weights(members, link))
    with pytest.raises(RunError, match=r"model\.keras cannot be opened"):
        open_trained(run)


def test_a_member_with_a_path_of_its_own_is_not_unpacked(craft, tmp_path):
    def add(members):
        members["../../escaped.txt"] = b"x"
        members["assets/../../../escaped.txt"] = b"x"
        members[str(tmp_path / "escaped.txt")] = b"x"

    evaluation = evaluate(craft(add))
    assert evaluation.metrics == pytest.approx(kspec.Run.open(RUN).result["test"], rel=1e-4)
    assert not list(tmp_path.rglob("escaped*"))
