"""Seeds everything that a layer of Keras draws from while it changes a batch."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np

__all__ = ["BORROWED", "seeded"]

BORROWED = threading.Lock()
"""Held while the global generators are not as they will be again: TensorFlow asks for batches in a
thread of its own, in the midst of which a checkpoint may be written."""


@contextmanager
def seeded(layer: keras.Layer, draw: np.random.Generator) -> Iterator[None]:
    """Seed everything `layer` draws from: its seed generators, and those of its inner layers."""
    # Random, not consecutive: under torch neighbouring seeds give the same stream shifted by one.
    # 31 bits, because there the state is int32.
    with _global_generators(int(draw.integers(2**31))):
        for variable in layer.variables:
            if variable.name == "seed_generator_state":
                variable.assign(draw.integers(2**31, size=2).astype(variable.dtype))
        yield


@contextmanager
def _global_generators(seed: int) -> Iterator[None]:
    """Seed the process-wide generators within the block, for layers that draw from them.

    In Keras 3.15 AugMix draws from Python's `random`, and RandomElasticTransform under torch from
    torch's default generator.
    """
    with BORROWED:
        before = random.getstate()
        random.seed(seed)
        try:
            if keras.backend.backend() == "torch":
                import torch

                with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
                    torch.manual_seed(seed)
                    yield
            else:
                yield
        finally:
            random.setstate(before)
