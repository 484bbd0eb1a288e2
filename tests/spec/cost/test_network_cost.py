"""Parameters and multiply-adds without a framework: those of Keras, or nothing."""

import json
import math
from pathlib import Path

import pytest

import kspec
from kspec.spec.cost import cost_of

SPECS = sorted(Path("specs").glob("*.json"))
# What is within a network of keras.applications only Keras knows.
WITH_BACKBONE = [path for path in SPECS if '"Backbone"' in path.read_text()]


@pytest.mark.parametrize("path", WITH_BACKBONE, ids=lambda path: path.stem)
def test_of_a_backbone_nothing_is_claimed(path):
    cost = cost_of(kspec.load(path))
    assert (cost.total_params, cost.trainable_params, cost.multiply_adds) == (None, None, None)


@pytest.mark.parametrize(
    "path", sorted(set(SPECS) - set(WITH_BACKBONE)), ids=lambda path: path.stem
)
def test_shipped_specs_have_what_they_expect(path):
    spec = kspec.load(path)
    cost = cost_of(spec)
    assert (cost.total_params, cost.trainable_params) == (
        spec.expect.total_params,
        spec.expect.trainable_params,
    )
    assert cost.multiply_adds > 0


def of_layers(tiny, layers, shape=(8, 8, 3)):
    last = [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]
    return tiny(**{"input.shape": list(shape), "layers": [*layers, *last], "data": OWN})


OWN = {"source": "npz", "path": "own.npz"}
CONV = {"type": "Conv2D", "filters": 6, "kernel_size": [3, 2], "strides": 2, "padding": "same"}
MODEL = {"type": "Model", "layers": [CONV, {"type": "BatchNormalization"}], "trainable": False}
SEQUENCE = (7, 5)
LAYERS = [
    ([CONV], (8, 8, 3)),
    ([CONV | {"use_bias": False, "groups": 3}], (8, 8, 3)),
    ([CONV | {"type": "Conv2DTranspose"}], (8, 8, 3)),
    ([CONV | {"data_format": "channels_first"}], (3, 8, 8)),
    ([{"type": "DepthwiseConv2D", "kernel_size": 3, "depth_multiplier": 2}], (8, 8, 3)),
    ([{"type": "SeparableConv2D", "filters": 5, "kernel_size": 3}], (8, 8, 3)),
    ([{"type": "Conv1D", "filters": 4, "kernel_size": 3}], SEQUENCE),
    ([{"type": "BatchNormalization", "scale": False}], (8, 8, 3)),
    ([{"type": "BatchNormalization", "trainable": False}], (8, 8, 3)),
    ([{"type": "LayerNormalization", "axis": [1, 2]}], (8, 8, 3)),
    ([{"type": "GroupNormalization", "groups": 1}], (8, 8, 3)),
    ([{"type": "RMSNormalization"}], SEQUENCE),
    ([{"type": "PReLU", "shared_axes": [1, 2]}], (8, 8, 3)),
    ([{"type": "LayerScale", "init_values": 0.1, "projection_dim": 3}], (8, 8, 3)),
    ([{"type": "LSTM", "units": 4}], SEQUENCE),
    ([{"type": "GRU", "units": 4, "return_sequences": True}], SEQUENCE),
    ([{"type": "GRU", "units": 4, "reset_after": False}], SEQUENCE),
    ([{"type": "SimpleRNN", "units": 4, "use_bias": False}], SEQUENCE),
    ([{"type": "Bidirectional", "layer": {"type": "LSTM", "units": 4}}], SEQUENCE),
    ([{"type": "TimeDistributed", "layer": {"type": "Dense", "units": 4}}], SEQUENCE),
    ([{"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3, "inputs": ["input", "input"]}],
     SEQUENCE),
    ([MODEL], (8, 8, 3)),
    ([{"type": "Dense", "name": "one", "units": 3}, {"type": "Shared", "layer": "one"}], (7, 3)),
]  # fmt: skip


@pytest.mark.keras
@pytest.mark.parametrize(("layers", "shape"), LAYERS, ids=str)
def test_a_layer_has_as_many_parameters_as_in_keras(tiny, layers, shape):
    spec = of_layers(tiny, layers, shape)
    model = kspec.build(spec)
    trained = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    cost = cost_of(spec)
    assert (cost.total_params, cost.trainable_params) == (model.count_params(), trained)


@pytest.mark.parametrize(
    ("layers", "shape", "expected"),
    [
        # 4 × 4 places, each with a window of 3 × 2 of 3 channels for each of 6 filters.
        ([CONV], (8, 8, 3), 16 * 18 * 6 + 96 * 10),
        ([CONV | {"groups": 3}], (8, 8, 3), 16 * 6 * 6 + 96 * 10),
        # Transposed, every one of the 8 × 8 inputs is spread: 16 × 16 × 6 come out.
        ([CONV | {"type": "Conv2DTranspose"}], (8, 8, 3), 64 * 18 * 6 + 1536 * 10),
        ([{"type": "Dense", "units": 4}], SEQUENCE, 7 * 5 * 4 + 28 * 10),
        ([{"type": "LSTM", "units": 4}], SEQUENCE, 7 * 4 * 4 * (5 + 4) + 40),
        ([{"type": "BatchNormalization"}], SEQUENCE, 350),
        ([MODEL], (8, 8, 3), 16 * 18 * 6 + 96 * 10),
    ],
    ids=str,
)
def test_multiply_adds_are_counted_by_place(tiny, layers, shape, expected):
    assert cost_of(of_layers(tiny, layers, shape)).multiply_adds == expected


def test_what_is_not_known_is_not_guessed(tiny):
    einsum = {"type": "EinsumDense", "equation": "ab,bc->ac", "output_shape": 4}
    cost = cost_of(of_layers(tiny, [{"type": "Flatten"}, einsum]))
    assert (cost.total_params, cost.trainable_params, cost.multiply_adds) == (None, None, None)
    assert json.dumps(vars(cost))
