"""The states from which Dropout and the other random layers draw, set from (seed, path)."""

from __future__ import annotations

import keras
import numpy as np

from kspec.model.initial_weights.paths import walk
from kspec.seeds import generator

__all__ = ["assign_seed_generators"]

# The range that TensorFlow's random operations accept, and that fits torch's int32.
_LIMIT = 2**31 - 2


def assign_seed_generators(model: keras.Layer, seed: int) -> None:
    """Set every `keras.random.SeedGenerator` in `model` to [hash of (seed, layer path), 0].

    Keras draws a layer's seed from Python's global generator, so that it depends on what the
    process did before. On torch, adjacent seeds also give the same numbers one step apart;
    hashing spaces them out. A seed given to the layer replaces `seed`.

    On torch, Keras lets a Dropout without a seed of its own draw from torch's global generator
    (twice as fast as its own), so that generator is seeded as well: for the whole process.
    """
    for path, layer in walk(model):
        for number, seed_generator in enumerate(layer._seed_generators):
            own = seed_generator.get_config()["seed"]
            start = state(seed if own is None else own, path, number)
            seed_generator.state.assign(np.array([start, 0]))
    if keras.backend.backend() == "torch":
        import torch

        torch.manual_seed(state(seed, "torch"))


def state(seed: int, *key: int | str) -> int:
    return int(generator(seed, "seed generator", *key).bit_generator.random_raw()) % _LIMIT
