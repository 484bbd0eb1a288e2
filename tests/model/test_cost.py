"""Costs from Keras models: those of the spec, of papers, and of PyTorch's own count."""

from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import pytest

import kspec
from kspec.model.cost import cost_of_model
from kspec.model.steps import steps_of_model
from kspec.spec.cost import layer_costs, steps_of, training_memory

PLAIN = [
    path for path in sorted(Path("specs").glob("*.json")) if '"Backbone"' not in path.read_text()
]
OWN = {"source": "npz", "path": "own.npz"}
CONV = {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same"}


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.stem)
def test_the_model_costs_what_the_spec_says(path):
    spec = kspec.load(path)
    cost = cost_of_model(spec)
    assert sum(each.flops for each in layer_costs(steps_of(spec)).values()) == cost.flops
    # (For a mask, Keras's model has a node more.)
    tolerance = 0.06 if "mask_zero" in path.read_text() else 0
    for ours, of_spec in zip(cost.memories, training_memory(spec), strict=True):
        assert asdict(ours) == pytest.approx(asdict(of_spec), rel=tolerance)


@pytest.mark.parametrize(
    ("application", "giga", "source"),
    [
        ("VGG16", 15.47, "torchvision's table of weights: 15.47"),
        ("ResNet50", 3.86, "He et al. 2015, table 1: 3.8"),
        ("MobileNetV2", 0.300, "Sandler et al. 2018, table 4: 300 M"),
    ],
)
def test_multiply_adds_are_those_of_the_papers(tiny, application, giga, source):
    layer = {"type": "Backbone", "application": application, "weights": None, "include_top": True}
    spec = tiny(**{"input.shape": [224, 224, 3], "layers": [layer], "data": OWN})
    assert cost_of_model(spec).flops / 2e9 == pytest.approx(giga, rel=0.005), source


def test_shared_layers_work_twice_and_weigh_once(tiny):
    layers = [
        {"type": "Dense", "name": "one", "units": 3},
        {"type": "Shared", "layer": "one"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 10},
    ]
    spec = tiny(**{"input.shape": [7, 3], "layers": layers, "data": OWN})
    cost = cost_of_model(spec)
    assert cost.layers["one"].flops == 2 * 2 * 7 * 3 * 3
    assert list(cost.memories) == training_memory(spec)


def test_what_a_phase_trains_within_a_backbone(tiny):
    backbone = {
        "type": "Backbone", "application": "VGG16", "weights": None, "name": "backbone",
        "until": "block1_pool", "pooling": "avg",
    }  # fmt: skip
    head = {"type": "Dense", "units": 10, "activation": "softmax"}
    recipe = {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "epochs": 1}
    phases = [
        recipe | {"trainable": {"backbone": False}},
        {"epochs": 1, "trainable": {"backbone": {"from": "block1_conv2"}}},
    ]
    spec = tiny(**{"input.shape": [32, 32, 3], "layers": [backbone, head], "training": phases})
    frozen, thawed = cost_of_model(spec).memories
    assert frozen.gradients == 4 * (64 * 10 + 10)
    assert thawed.gradients - frozen.gradients == 4 * (9 * 64 * 64 + 64)
    # What block1_conv2 takes and gives, 32 × 32 × 64; what is pooled, and where the maxima lie.
    assert thawed.activations - frozen.activations == 4 * 64 * (2 * 1024 + 2 * 256)


LAYERS = {
    "convolutions": (
        [CONV, {"type": "BatchNormalization"}, {"type": "ReLU"}, CONV | {"activation": "gelu"},
         {"type": "MaxPooling2D"}, {"type": "Dropout", "rate": 0.2}, {"type": "Flatten"}],
        [8, 8, 3],
    ),
    "separable": (
        [{"type": "SeparableConv2D", "filters": 6, "kernel_size": 3, "padding": "same"},
         {"type": "DepthwiseConv2D", "kernel_size": 3, "padding": "same"},
         {"type": "AveragePooling2D", "pool_size": 2}, {"type": "GlobalAveragePooling2D"}],
        [8, 8, 3],
    ),
    "recurrent": (
        [{"type": "LSTM", "units": 8, "return_sequences": True},
         {"type": "Bidirectional", "layer": {"type": "GRU", "units": 8}}],
        [7, 5],
    ),
    "attention": (
        [{"type": "Dense", "units": 8},
         {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 4, "dropout": 0.1,
          "inputs": ["#-1", "#-1"]},
         {"type": "LayerNormalization"}, {"type": "Flatten"}],
        [16, 8],
    ),
}  # fmt: skip


BATCH = 37  # No other size is a multiple of it.


def on_torch(tiny, name):
    layers, shape = LAYERS[name]
    head = {"type": "Dense", "units": 10, "activation": "softmax"}
    spec = tiny(**{"input.shape": shape, "layers": [*layers, head], "data": OWN})
    # What PyTorch's kernel for an LSTM computes and keeps, no count of PyTorch's sees.
    model = kspec.build(spec, lowering=name != "recurrent")
    return spec, model, np.ones((BATCH, *shape), "float32")


@pytest.mark.skipif(keras.backend.backend() != "torch", reason="PyTorch counts for itself")
@pytest.mark.newest  # (Keras 3.14 computes the first step of an RNN twice on torch.)
class TestAgainstTorch:
    @pytest.mark.parametrize("name", sorted(LAYERS))
    def test_flops(self, tiny, name):
        from torch.utils.flop_counter import FlopCounterMode

        spec, model, x = on_torch(tiny, name)
        with FlopCounterMode(display=False) as counter:
            model(x, training=False)
        assert cost_of_model(spec).flops == counter.get_total_flops() / len(x)

    @pytest.mark.parametrize("name", sorted(LAYERS))
    def test_what_is_kept(self, tiny, name):
        """Within a quarter, copies of kernels and statistics of channels left out."""
        import torch

        _, model, x = on_torch(tiny, name)
        model(x, training=True)
        saved = {}

        def keep(tensor):
            if tensor.numel() % len(x) == 0:
                storage = tensor.untyped_storage()
                saved[storage.data_ptr()] = storage
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            model(x, training=True)
        weights = {weight.value.untyped_storage().data_ptr() for weight in model.weights}
        bytes_ = sum(s.nbytes() for place, s in saved.items() if place not in weights)
        layers = layer_costs(steps_of_model(model)).values()
        assert sum(each.activation_bytes for each in layers) == pytest.approx(
            bytes_ / len(x), rel=0.25
        )
