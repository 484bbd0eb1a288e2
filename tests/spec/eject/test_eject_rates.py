"""Schedules by shares of the training, and groups of variables, in a script."""

import keras
import pytest
from ejecting import require_clean, run_script, script_of, tiny_spec

import kspec.schedules
from kspec.spec.eject.own_schedules import OWN_SCHEDULES

pytestmark = pytest.mark.keras

LAYERS = [
    {"block": "pair", "filters": 2},
    {"type": "Model", "layers": [{"type": "Conv2D", "filters": 2, "kernel_size": 1}]},
    {"block": "pair", "filters": 2},
    {"type": "GlobalMaxPooling2D"},
    {"type": "Dense", "units": 1},
]
BLOCKS = {
    "pair": {
        "parameters": {"filters": None},
        "layers": [
            {"type": "Conv2D", "filters": "$filters", "kernel_size": 1},
            {"type": "BatchNormalization"},
        ],
    }
}
LINES = {
    "type": "PiecewiseLinear",
    "boundaries": [0, "22.5%", "100%"],
    "values": [0.3, 1.5, 0.1],
}
COSINE = {"type": "CosineDecay", "initial_learning_rate": 0.1, "decay_steps": "50%"}
TRAINING = [
    {
        "optimizer": {"type": "SGD", "learning_rate": LINES, "weight_decay": 0.01},
        "parameter_groups": [
            {"matching": ["*/beta", "*/bias"], "learning_rate_multiplier": 64},
            {"matching": "model/*", "weight_decay_multiplier": 0},
        ],
        "loss": "mse",
        "metrics": [],
        "batch_size": 8,
        "epochs": 5,
    },
    {"epochs": 2, "optimizer": {"type": "Adam", "learning_rate": COSINE}, "parameter_groups": []},
    {"epochs": 2, "steps_per_epoch": 3},
]


@pytest.fixture
def script(tmp_path):
    path = tiny_spec(tmp_path, LAYERS, blocks=BLOCKS, training=TRAINING)
    _, text = script_of(path)
    (tmp_path / "script.py").write_text(text)
    require_clean(tmp_path / "script.py")
    return text


def test_steps_are_counted_by_the_script(script):
    assert "steps = 5 * math.ceil(len(x_train) / 8)" in script
    assert "[0, round(22.5 * steps / 100), steps], [0.3, 1.5, 0.1]" in script
    assert "steps = 2 * math.ceil(len(x_train) / 8)" in script
    assert "CosineDecay(0.1,max(round(50*steps/100),1))" in "".join(script.split())
    assert "steps = 2 * 3" in script


def test_groups_find_the_layers_by_the_names_that_the_spec_has_for_them(script):
    assert script.count("group_parameters(model") == 2  # (Once it is defined.)
    assert '(model, [(["*/beta", "*/bias"], 64, 1), (["model/*"], 1, 0)])' in script
    names = run_script(script)
    paths = [path for path, _ in names["variables_of"](names["build_model"]())]
    assert paths == [
        *("conv2d/kernel", "conv2d/bias"),
        *("batch_normalization/gamma", "batch_normalization/beta"),
        *("model/conv2d/kernel", "model/conv2d/bias"),
        *("conv2d_1/kernel", "conv2d_1/bias"),
        *("batch_normalization_1/gamma", "batch_normalization_1/beta"),
        *("dense/kernel", "dense/bias"),
    ]


def test_a_schedule_says_what_that_of_kspec_says(script):
    assert set(OWN_SCHEDULES) == set(kspec.schedules.__all__)
    arguments = {"boundaries": [1, 4, 4, 9], "values": [0.1, 0.7, 0.5, 0.0]}
    own = kspec.schedules.PiecewiseLinear(**arguments)
    ejected = run_script(script)["PiecewiseLinear"](**arguments)
    for step in range(11):
        wanted, found = (keras.ops.convert_to_numpy(each(step)) for each in (own, ejected))
        assert found == wanted
    assert type(ejected).from_config(ejected.get_config()).get_config() == own.get_config()


def test_a_whole_number_is_a_rate_in_the_script_too(tmp_path):
    training = {"optimizer": {"type": "Adadelta", "learning_rate": 1}, "loss": "mse", "epochs": 1}
    _, text = script_of(tiny_spec(tmp_path, LAYERS, blocks=BLOCKS, training=training))
    assert "keras.optimizers.Adadelta(learning_rate=1.0)" in text
