"""A script that refers to layers by name finds those that the spec means."""

import pytest
from ejecting import run_script, script_of, tiny_spec

from kspec.model.build import build

pytestmark = pytest.mark.keras

RECIPE = {"optimizer": "adam", "loss": "mse", "metrics": [], "epochs": 1}
CONV = {"type": "Conv2D", "kernel_size": 1}
END = [{"type": "Flatten"}, {"type": "Dense", "units": 1}]
STEM = {"type": "Model", "name": "stem", "layers": [{**CONV, "filters": 4}, {"type": "ReLU"}]}
BLOCK = {
    "parameters": {"filters": 2},
    "layers": [
        {**CONV, "name": "c", "filters": "$filters"},
        {"type": "BatchNormalization"},
        {"type": "ReLU"},
        {**CONV, "name": "d", "filters": "$filters"},
        {"type": "BatchNormalization"},
        {"type": "ReLU"},
    ],
}
BLOCKS = [{"block": "stage", "name": name, "filters": 2} for name in ("s1", "s2", "s3", "s4")]
MUON = {"type": "Muon", "exclude_layers": ["s2_c"]}


def both(path):
    """The text of the script, its model, and kspec's."""
    spec, text = script_of(path)
    return text, run_script(text)["build_model"](), build(spec)


@pytest.mark.parametrize("trainable", [{"conv2d_1": False}, {"stem/conv2d": False}])
def test_of_layers_within_layers(trainable, tmp_path):
    layers = [{**CONV, "filters": 8}, STEM, {**CONV, "filters": 6}, *END]
    path = tiny_spec(tmp_path, layers, training={**RECIPE, "trainable": trainable})
    text, made, wanted = both(path)
    (name,) = trainable
    for part in name.split("/"):
        assert f'.get_layer("{part}")' in text
        made, wanted = made.get_layer(part), wanted.get_layer(part)
    assert made.filters == wanted.filters


@pytest.mark.parametrize(
    "recipe",
    [
        {"trainable": {"s2_c": False}},
        {"optimizer": MUON},
        {"optimizer": {"type": "LossScaleOptimizer", "inner_optimizer": MUON}},
        {"parameter_groups": [{"matching": "s2_c/*", "learning_rate_multiplier": 2}]},
    ],
)
def test_of_layers_within_blocks(recipe, tmp_path):
    path = tiny_spec(
        tmp_path, [*BLOCKS, *END], blocks={"stage": BLOCK}, training={**RECIPE, **recipe}
    )
    _, made, wanted = both(path)
    assert [layer.name for layer in made.layers if "_c" in layer.name] == [
        layer.name for layer in wanted.layers if "_c" in layer.name
    ]
    assert made.get_layer("s2_c").filters == 2


def test_blocks_are_functions_where_nothing_refers_to_their_layers(tmp_path):
    path = tiny_spec(tmp_path, [*BLOCKS, *END], blocks={"stage": BLOCK})
    assert "def stage(" in script_of(path)[1]
