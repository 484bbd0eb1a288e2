"""The classes that a script brings itself do what kspec's layers do."""

import keras
import numpy as np
import pytest
from ejecting import run_script

import kspec.layers
from kspec.spec.eject.own_layers import OWN_LAYERS

pytestmark = pytest.mark.keras

CHOSEN = np.arange(6) % 2 == 0
CASES = [
    ("AlternatingFlip", {}),
    ("AlternatingFlip", {"mode": "vertical"}),
    ("RandomBrightnessFactor", {"factor": [1.4, 0.6], "seed": 5}),
    ("RandomBrightnessFactor", {"factor": 0.5, "value_range": [0, 1], "seed": 5}),
    ("LayerScale", {"init_values": 0.25, "projection_dim": 3}),
    ("StochasticDepth", {"rate": 0.5, "seed": 5}),
    ("StochasticDepth", {"rate": 1}),
    ("StochasticDepth", {"rate": 0}),
]


def classes():
    heading = "import keras\nfrom keras import layers\n\n"
    return run_script(heading + "\n".join(line for text in OWN_LAYERS.values() for line in text))


def test_there_is_one_for_each_layer_of_kspec():
    assert set(OWN_LAYERS) == set(kspec.layers.__all__)


@pytest.mark.parametrize(("name", "arguments"), CASES, ids=str)
@pytest.mark.parametrize("training", [True, False])
def test_it_gives_what_the_layer_of_kspec_gives(name, arguments, training):
    x = np.random.default_rng(0).uniform(0, 255, (6, 4, 4, 3)).astype("float32")
    named = {} if name == "LayerScale" else {"training": training}
    if name == "AlternatingFlip":
        named["mirrored"] = CHOSEN
    own, ejected = getattr(kspec.layers, name)(**arguments), classes()[name](**arguments)
    for _ in range(2):
        wanted, found = (keras.ops.convert_to_numpy(layer(x, **named)) for layer in (own, ejected))
        np.testing.assert_array_equal(found, wanted)
    again = type(ejected).from_config(ejected.get_config())
    assert again.get_config() == ejected.get_config()
    assert ejected.compute_output_shape((None, 4, 4, 3)) == (None, 4, 4, 3)
    assert [weight.name for weight in ejected.weights] == [weight.name for weight in own.weights]
