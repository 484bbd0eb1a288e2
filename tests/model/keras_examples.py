"""One valid example of every class that a spec can name, in the language of specs."""

from __future__ import annotations

from typing import Any

from kspec.spec import catalog

__all__ = ["INPUTS", "NEEDS_TENSORFLOW", "example", "input_of"]

NEEDS_TENSORFLOW = (
    "HashedCrossing",
    "Hashing",
    "IntegerLookup",
    "StringLookup",
    "TextVectorization",
)
"""Layers that Keras makes only where TensorFlow is installed, whatever the backend."""

DENSE = {"type": "Dense", "units": 2}
LSTM = {"type": "LSTM", "units": 2}
CELL = {"type": "LSTMCell", "units": 2}

# Values for required arguments, by "Class.argument" or "argument".
REQUIRED: dict[str, Any] = {
    "activation": "relu",
    "axes": 1,
    "Bidirectional.layer": LSTM,
    "boundaries": [10],
    "PiecewiseLinear.boundaries": [0, 10],
    "cell": CELL,
    "cells": [CELL, CELL],
    "Conv1D.kernel_size": 2,
    "decay_rate": 0.9,
    "decay_steps": 100,
    "dims": [2, 1],
    "equation": "abcd,de->abce",
    "EinsumDense.output_shape": [None, None, 4],
    "factor": 0.5,
    "filters": 4,
    "first_decay_steps": 100,
    "head_dim": 2,
    "height": 4,
    "height_factor": 0.1,
    "init_values": 0.1,
    "initial_learning_rate": 0.1,
    "inner_optimizer": {"type": "Adam"},
    "Embedding.input_dim": 10,
    "ReversibleEmbedding.input_dim": 10,
    "kernel_size": 3,
    "key_dim": 2,
    "layer": DENSE,
    "layers": [{"type": "RandomFlip"}],
    "max_number": 3,
    "n": 2,
    "num_bins": 4,
    "num_classes": 2,
    "num_heads": 2,
    "num_key_value_heads": 2,
    "num_query_heads": 2,
    "num_tokens": 4,
    "output_dim": 4,
    "output_size": 2,
    "pool_size": 2,
    "precision": 0.5,
    "projection_dim": 3,
    "RandomPosterization.factor": 4,
    "rate": 0.5,
    "recall": 0.5,
    "scale": 0.5,
    "schedule": "lr * 0.5",
    "sensitivity": 0.5,
    "specificity": 0.5,
    "SpectralNormalization.layer": {"type": "Conv2D", "filters": 2, "kernel_size": 2},
    "stddev": 0.5,
    "target_class_ids": [0],
    "target_shape": [-1, 3],
    "units": 4,
    "values": [0.1, 0.01],
    "width": 4,
    "width_factor": 0.1,
}

# What an example needs beside the required arguments to make sense.
MORE: dict[str, dict[str, Any]] = {
    "Discretization": {"num_bins": None, "bin_boundaries": [0.0, 1.0]},
    "GroupNormalization": {"groups": 3},
    "IntegerLookup": {"vocabulary": [1, 2, 3]},
    "Normalization": {"mean": [0.5, 0.5, 0.5], "variance": [1, 1, 2]},
    "StringLookup": {"vocabulary": ["a", "b"]},
    "TextVectorization": {"vocabulary": ["a", "b"]},
}


def example(kind: str, name: str) -> dict[str, Any]:
    """`{"type": name, …}` with values for what is required."""
    entry = catalog.find(kind, name)
    assert isinstance(entry, catalog.Entry)
    required = {
        argument: REQUIRED.get(f"{name}.{argument}", REQUIRED.get(argument))
        for argument, known in entry.arguments.items()
        if known.required
    }
    return {"type": name, **required, **(MORE.get(name, {}) if kind == "layers" else {})}


PICTURE, SEQUENCE, VOLUME = (8, 8, 3), (6, 4), (6, 6, 6, 2)
INTEGERS = ((4,), "int32")

# What a layer is called with where the name does not say it: shapes, or (shape, dtype).
INPUTS: dict[str, list[Any]] = {
    "AdditiveAttention": [SEQUENCE, SEQUENCE],
    "Attention": [SEQUENCE, SEQUENCE],
    "Bidirectional": [SEQUENCE],
    "CategoryEncoding": [INTEGERS],
    "ConvLSTM1D": [(3, 8, 2)],
    "ConvLSTM2D": [(3, 8, 8, 2)],
    "ConvLSTM3D": [(3, 6, 6, 6, 2)],
    "Dot": [(4,), (4,)],
    "Embedding": [INTEGERS],
    "GRU": [SEQUENCE],
    "GroupQueryAttention": [SEQUENCE, SEQUENCE],
    "HashedCrossing": [((1,), "int32"), ((1,), "int32")],
    "Hashing": [INTEGERS],
    "IntegerLookup": [INTEGERS],
    "LSTM": [SEQUENCE],
    "MelSpectrogram": [(4000,)],
    "MultiHeadAttention": [SEQUENCE, SEQUENCE],
    "Permute": [SEQUENCE],
    "RNN": [SEQUENCE],
    "RepeatVector": [(4,)],
    "ReversibleEmbedding": [INTEGERS],
    "STFTSpectrogram": [(4000, 1)],
    "SimpleRNN": [SEQUENCE],
    "StringLookup": [((4,), "string")],
    "TextVectorization": [((1,), "string")],
    "TimeDistributed": [SEQUENCE],
}
_MERGE = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract")


def input_of(name: str) -> list[Any]:
    """The shapes, without the batch axis, of what the layer `name` is called with."""
    if name in INPUTS:
        return INPUTS[name]
    by_rank = {"1D": SEQUENCE, "2D": PICTURE, "3D": VOLUME}
    for ending, shape in by_rank.items():
        if ending in name:
            return [shape]
    return [PICTURE] * (2 if name in _MERGE else 1)
