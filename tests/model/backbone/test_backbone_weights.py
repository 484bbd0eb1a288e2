"""Where the weights of a backbone come from: ImageNet's, files, runs; and what goes wrong."""

from functools import cache

import h5py
import keras
import numpy as np
import pytest
from keras.src.backend import config
from keras.src.legacy.saving import legacy_h5_format
from small_backbones import changes

import kspec
from kspec.errors import BuildError
from kspec.model.build import build, build_with_weights
from kspec.model.table import tabulate_spec

IMAGENET = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96_no_top.h5"


@cache
def source(alpha=0.35):
    """MobileNetV2 as Keras makes it, with weights that nothing here draws."""
    keras.utils.set_random_seed(1)
    return keras.applications.MobileNetV2(
        alpha=alpha, include_top=False, weights=None, input_shape=(96, 96, 3)
    )


def in_layout_of_imagenet(model, path):
    """As the files are that Keras fetches: HDF5 by layer, of Keras before 3."""
    path.parent.mkdir(exist_ok=True)
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of Keras of its own, and no network."""
    monkeypatch.setattr(config, "_KERAS_DIR", str(tmp_path / "home"))
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def is_filled(model, of):
    backbone = model.get_layer("backbone")
    with_weights = [layer for layer in backbone.layers if layer.weights]
    assert len(with_weights) > 5
    for layer in with_weights:
        for mine, theirs in zip(
            layer.get_weights(), of.get_layer(layer.name).get_weights(), strict=True
        ):
            np.testing.assert_array_equal(mine, theirs)


def refused(path):
    with pytest.raises(BuildError) as caught:
        build(kspec.load(path))
    (problem,) = caught.value.problems
    assert "\n" not in problem.message
    assert problem.place.file == str(path) and problem.place.line
    return problem.message


def test_imagenet_s_weights_come_from_the_cache_of_keras(home, tiny):
    of = source()
    in_layout_of_imagenet(of, home / "models" / IMAGENET)
    spec = tiny(**changes(weights="imagenet") | {"input": {"shape": [96, 96, 3]}})
    built = build_with_weights(spec)
    is_filled(built.model, of)
    (recorded,) = built.weights
    assert recorded.layer == "layers[0]" and recorded.path.endswith(IMAGENET)
    assert len(recorded.sha256) == 64


def test_a_file_that_is_missing_is_told_in_one_line(home, write_spec):
    path = write_spec(**changes(weights="imagenet") | {"input": {"shape": [96, 96, 3]}})
    message = refused(path)
    assert IMAGENET in message and str(home / "models") in message
    assert "--set layers[0].weights=null" in message


def test_a_file_of_another_hash_is_refused_and_stays(home, write_spec):
    name = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    (home / "models").mkdir()
    (home / "models" / name).write_bytes(b"half of it")
    path = write_spec(
        **changes(application="VGG16", alpha="unsaid", until="block1_pool", weights="imagenet")
    )
    assert f"{home / 'models' / name} is incomplete or another file" in refused(path)
    assert (home / "models" / name).read_bytes() == b"half of it"


def test_a_table_needs_no_weights(home, tiny):
    assert tabulate_spec(tiny(**changes(weights="imagenet"))).rows[0].type == "Functional"


@pytest.mark.parametrize("ending", [".weights.h5", ".keras", ".h5"])
def test_a_file_beside_the_spec(ending, tiny, tmp_path):
    of = source()
    if ending == ".h5":
        in_layout_of_imagenet(of, tmp_path / "own.h5")
    else:
        (of.save if ending == ".keras" else of.save_weights)(tmp_path / f"own{ending}")
    is_filled(build(tiny(**changes(weights=f"own{ending}", trainable=False))), of)


@pytest.mark.parametrize("ending", [".weights.h5", ".keras", ".h5"])
def test_a_file_of_another_network_says_which_layer_and_which_shapes(ending, write_spec, tmp_path):
    of = source(alpha=0.5)
    if ending == ".h5":
        in_layout_of_imagenet(of, tmp_path / "own.h5")
    else:
        (of.save if ending == ".keras" else of.save_weights)(tmp_path / f"own{ending}")
    message = refused(write_spec(**changes(weights=f"own{ending}", until="block_1_project_BN")))
    assert "is for another network" in message
    assert 'the layer "block_1_project" has' in message
    assert "(1, 1, 48, 8), but the file has (1, 1, 48, 16)" in message


@pytest.mark.parametrize("ending", [".weights.h5", ".keras", ".h5"])
@pytest.mark.parametrize("content", [b"", b"no weights at all"])
def test_a_file_that_is_none(ending, content, write_spec, tmp_path):
    (tmp_path / f"own{ending}").write_bytes(content)
    assert str(tmp_path / f"own{ending}") in refused(write_spec(**changes(weights=f"own{ending}")))


def test_a_file_that_is_not_there(write_spec, tmp_path):
    message = refused(write_spec(**changes(weights="own.keras")))
    assert message == f"layers[0] Backbone: there is no file {tmp_path / 'own.keras'} with weights"


def test_a_file_with_more_than_the_network_is_refused(write_spec, tmp_path):
    """Keras loads what fits from its beginning and says nothing of the rest."""
    small = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), keras.layers.Dense(3)])
    small.save_weights(tmp_path / "own.weights.h5")
    message = refused(write_spec(**changes(weights="own.weights.h5")))
    assert 'the layer "Conv1" has the weights (3, 3, 3, 16), but the file has none' in message


def test_new_weights_are_drawn_as_those_of_any_layer(tiny):
    """From the seed and the names of layers; see `tests/model/test_start_of_every_spec.py`."""
    one, other = (build(tiny(**changes())) for _ in range(2))
    for mine, theirs in zip(one.weights, other.weights, strict=True):
        np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, (mine, theirs)))
    again = build(tiny(**changes() | {"seed": 1}))
    kernels = [model.get_layer("backbone").get_layer("Conv1").kernel for model in (one, again)]
    assert not np.array_equal(*map(keras.ops.convert_to_numpy, kernels))


def test_weights_outside_the_folder_are_for_the_command_line_alone(write_spec):
    path = write_spec(**changes(weights="/etc/own.keras"))
    (problem,) = [each for each in kspec.check(path) if each.code == "path"]
    assert "--set layers[…].weights=PATH" in problem.message
