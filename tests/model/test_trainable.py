"""Which layers of a network are trained."""

import keras
import pytest

import kspec
from kspec.errors import BuildError
from kspec.model.trainable import find_layer, set_trainable
from kspec.model.trial import trial


@pytest.fixture
def network():
    """Two convolutions with a normalization each, nested, and a head."""
    inner = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Conv2D(2, 3, name="block1_conv"),
            keras.layers.BatchNormalization(name="block1_bn"),
            keras.layers.Conv2D(2, 3, name="block2_conv"),
            keras.layers.BatchNormalization(name="block2_bn"),
        ],
        name="backbone",
    )
    head = [keras.layers.Flatten(name="flat"), keras.layers.Dense(2, name="head")]
    return keras.Sequential([keras.Input((8, 8, 3)), inner, *head], name="whole")


def trained(layer):
    return [variable.path.split("/", 1)[1] for variable in layer.trainable_variables]


BLOCK1 = ["block1_conv/kernel", "block1_conv/bias", "block1_bn/gamma", "block1_bn/beta"]
BLOCK2 = [name.replace("1", "2") for name in BLOCK1]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, BLOCK1 + BLOCK2),
        (False, []),
        ({"last": 1}, BLOCK2[2:]),
        ({"last": 2}, BLOCK2),
        ({"from": "block1_bn"}, BLOCK1[2:] + BLOCK2),
        ({"matching": "*_bn"}, BLOCK1[2:] + BLOCK2[2:]),
        ({"matching": "block[1]_*"}, BLOCK1),
    ],
)
def test_the_part_that_is_named_is_trained_and_nothing_else_of_it(network, value, expected):
    backbone = network.get_layer("backbone")
    for before in (True, False, {"last": 1}):
        set_trainable(backbone, before)
        set_trainable(backbone, value)
        assert trained(backbone) == expected
    assert len(network.get_layer("head").trainable_variables) == 2


def test_a_fault_is_told_where_it_stands(write_spec):
    backbone = {
        "type": "Backbone",
        "name": "seen",
        "application": "MobileNetV2",
        "alpha": 0.35,
        "until": "bn_Conv1",
        "pooling": "avg",
        "weights": None,
    }
    head = {"type": "Dense", "units": 10, "activation": "softmax"}

    def places(trainable, layers):
        path = write_spec(
            input={"shape": [32, 32, 3]},
            layers=layers,
            **{"data.scale": None, "training.trainable": trainable},
        )
        lines = path.read_text().splitlines()
        found = [problem.place for problem in trial(kspec.load(path))]
        return {lines[place.line - 1][place.column - 1 :].strip(" ,") for place in found}

    assert places({"seen": {"from": "Conv"}}, [backbone, head]) == {'"Conv"'}
    assert places({"seen/Conv": False}, [backbone, head]) == {'"seen/Conv": false'}
    assert places({}, [backbone | {"trainable": {"last": 99}}, head]) == {"99"}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"from": "block2_con"}, 'no layer "block2_con". Did you mean "block2_conv"?'),
        ({"matching": "block3_*"}, 'no layer of backbone matches "block3_*"'),
        ({"last": 30}, "backbone has 4 layers, so it has no last 30"),
    ],
)
def test_what_is_not_there_is_told(network, value, says):
    with pytest.raises(BuildError) as raised:
        set_trainable(network.get_layer("backbone"), value)
    assert says in str(raised.value)


def test_a_plain_layer_has_no_part(network):
    with pytest.raises(BuildError, match="head is not a nested network"):
        set_trainable(network.get_layer("head"), {"last": 1})


def test_a_layer_is_found_at_any_depth(network):
    assert find_layer(network, "head").name == "head"
    assert find_layer(network, "backbone/block2_conv").name == "block2_conv"
    with pytest.raises(BuildError, match='backbone has no layer "block3_conv"'):
        find_layer(network, "backbone/block3_conv")
    with pytest.raises(BuildError, match=r'whole has no layer "backbon"\. Did you mean "backbone"'):
        find_layer(network, "backbon/x")
