"""The classes that a script brings itself do what kspec's initializers do."""

import keras
import numpy as np
import pytest
from ejecting import require_clean, run_script, script_of, tiny_spec

import kspec.initializers
from kspec.initializers import Dirac, PatchWhitening
from kspec.spec.eject.own_initializers import OWN_INITIALIZERS

pytestmark = pytest.mark.keras

LAYERS = [
    {"type": "Conv2D", "filters": 24, "kernel_size": 2, "trainable": False,
     "kernel_initializer": {"type": "PatchWhitening", "epsilon": 0.1, "samples": 30}},
    {"type": "Conv2D", "name": "second", "filters": 30, "kernel_size": 3,
     "kernel_initializer": {"type": "Dirac", "rest_initializer": "ones"}},
    {"type": "GlobalMaxPooling2D"},
    {"type": "Dense", "units": 1},
]  # fmt: skip


def numpy(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def test_there_is_one_for_each_initializer_of_kspec():
    assert set(OWN_INITIALIZERS) == set(kspec.initializers.__all__)


def test_the_script_looks_at_the_pictures(tmp_path):
    _, text = script_of(tiny_spec(tmp_path, LAYERS))
    script = tmp_path / "script.py"
    script.write_text(text)
    require_clean(script)
    model = run_script(text)["build_model"]()
    layer, second = model.layers[:2]
    assert f'first = model.get_layer("{layer.name.rpartition("_")[0] or layer.name}' in text
    assert "step = len(x_train) // 30 or 1" in text
    assert "first.kernel_initializer.look(first, x_train[::step][:30])" in text
    x = np.random.default_rng(0).normal(size=(20, 8, 8, 3)).astype("float32")
    layer.kernel_initializer.look(layer, x)
    wanted = PatchWhitening(epsilon=0.1).from_patches((2, 2, 3, 24), [x])
    np.testing.assert_allclose(numpy(layer.kernel), wanted, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(numpy(second.kernel), numpy(Dirac("ones")((3, 3, 24, 30))))
    for each in (layer, second):
        config = each.kernel_initializer.get_config()
        assert type(each.kernel_initializer).from_config(config).get_config() == config


def test_with_augmentation_it_scales_what_it_looks_at(tmp_path):
    path = tiny_spec(
        tmp_path, LAYERS, augmentation=[{"type": "RandomFlip"}],
        data={"source": "npz", "path": "data.npz", "labels": "numbers", "scale": "1/255"},
    )  # fmt: skip
    assert "first.kernel_initializer.look(first, scale(x_train[::step][:30]))" in script_of(path)[1]


@pytest.mark.parametrize("name", ["Dirac", "l1_l2"])
def test_a_name_in_a_variable_or_a_parameter_is_made_too(name, tmp_path):
    key = "kernel_regularizer" if name == "l1_l2" else "kernel_initializer"
    conv = {"type": "Conv2D", "filters": 3, "kernel_size": 1, key: "$k"}
    stage = {"parameters": {"k": name}, "layers": [conv, {"type": "ReLU"}, conv, {"type": "ReLU"}]}
    blocks = [{"block": "stage"}, {"block": "stage"}, {**conv, key: "$v"}]
    path = tiny_spec(
        tmp_path,
        [*blocks, {"type": "Flatten"}, {"type": "Dense", "units": 1}],
        blocks={"stage": stage},
        variables={"v": name},
    )
    model = run_script(script_of(path)[1])["build_model"]()
    kinds = [type(getattr(layer, key)).__name__ for layer in model.layers if hasattr(layer, key)]
    assert kinds.count({"Dirac": "Dirac", "l1_l2": "L1L2"}[name]) == 5


def test_a_name_alone_is_made_too(tmp_path):
    layers = [{**LAYERS[0], "kernel_initializer": "PatchWhitening"}, *LAYERS[1:]]
    text = script_of(tiny_spec(tmp_path, layers))[1]
    assert "kernel_initializer=PatchWhitening()" in text
    assert "first.kernel_initializer.look(first, x_train[::step][:5000])" in text
