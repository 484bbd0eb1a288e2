"""Initial weights that come from the data, and those of kspec's own initializers in a network."""

import copy
import json

import keras
import numpy as np
import pytest
from click.testing import CliRunner
from tiny_spec import TINY

import kspec
from kspec.cli.main import kspec as command_line
from kspec.experiment.prepare import prepare
from kspec.initializers import PatchWhitening

pytestmark = pytest.mark.keras

FIRST = {
    "type": "Conv2D", "name": "first", "filters": 24, "kernel_size": 2, "use_bias": False,
    "kernel_initializer": {"type": "PatchWhitening", "samples": 30}, "trainable": False,
}  # fmt: skip
SECOND = {
    "type": "Conv2D", "name": "second", "filters": 30, "kernel_size": 3, "use_bias": False,
    "kernel_initializer": {"type": "Dirac", "rest_initializer": "he_normal"},
}  # fmt: skip


def values(first=(), **changes):
    found = copy.deepcopy(TINY) | changes
    found["layers"] = [{**FIRST, **dict(first)}, SECOND, *found["layers"][1:]]
    return found


def numpy(variable):
    return np.asarray(keras.ops.convert_to_numpy(variable))


def test_the_kernel_whitens_the_training_pictures_as_the_network_takes_them(tmp_path):
    prepared = prepare(kspec.Spec(**values()), tmp_path)
    assert len(prepared.dataset.train) == 60
    x = prepared.pixels(prepared.dataset.train.x[::2])  # Evenly: every second of 60.
    expected = PatchWhitening().from_patches((2, 2, 3, 24), [x])
    np.testing.assert_allclose(numpy(prepared.model.get_layer("first").kernel), expected, rtol=1e-6)


def test_without_data_the_kernel_is_drawn():
    model = kspec.build(kspec.Spec(**values()))
    kernel = numpy(model.get_layer("first").kernel)
    bound = np.sqrt(6 / (12 + 4 * 24))  # Of GlorotUniform.
    assert 0.9 * bound < np.abs(kernel).max() <= bound


def test_dirac_draws_the_rest_by_seed_and_path():
    kernel = numpy(kspec.build(kspec.Spec(**values())).get_layer("second").kernel)
    np.testing.assert_array_equal(kernel[1, 1, :, :24], np.eye(24))
    assert np.count_nonzero(kernel[..., :24]) == 24
    rest = kernel[..., 24:]
    assert 0.8 < rest.std() / np.sqrt(2 / (9 * 24)) < 1.2
    again = numpy(kspec.build(kspec.Spec(**values(seed=1))).get_layer("second").kernel)
    assert not np.isin(again[..., 24:], rest).any()


def test_a_run_keeps_the_frozen_kernel_and_its_file_needs_no_kspec(tmp_path):
    spec = kspec.Spec(**values())
    run = kspec.train(spec, run_dir=tmp_path)
    prepared = prepare(spec, tmp_path)
    model = keras.saving.load_model(run.path / "model.keras")
    np.testing.assert_array_equal(
        numpy(model.get_layer("first").kernel), numpy(prepared.model.get_layer("first").kernel)
    )
    assert "kspec" not in json.dumps(model.get_config())


@pytest.mark.parametrize(
    ("first", "message"),
    [
        (
            {"filters": 25},
            "gives at most 24 filters for patches of 2 x 2 x 3, but the layer has 25",
        ),
        ({"groups": 3}, "for the kernel of a Conv2D without groups or dilation"),
        ({"type": "Conv2DTranspose"}, "for the kernel of a Conv2D without"),
        ({"name": "later", "inputs": "second"}, "takes the output of another layer"),
    ],
    ids=["filters", "groups", "another layer", "not the input"],
)  # fmt: skip
def test_where_it_cannot_look_check_says_so_with_the_line(tmp_path, first, message):
    spec = values(first)
    if "inputs" in first:
        spec["layers"][:2] = [{**SECOND, "filters": 3}, {**FIRST, "name": "later"}]
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(spec, indent=1))
    done = CliRunner().invoke(command_line, ["check", "--build", str(path)])
    assert done.exit_code == 1, done.output
    assert message in " ".join(done.output.split())
    assert f"{path}:" in done.output
