"""The process's global random generators, which are not held in any variable of the model."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras.src.random.seed_generator import global_seed_generator

from kspec.data.seeding import BORROWED
from kspec.seeds import generator

__all__ = ["capture_generators", "restore_generators", "seeded_generators"]

Arrays = dict[str, np.ndarray]


@contextmanager
def seeded_generators(seed: int) -> Iterator[None]:
    """Seed Python's, NumPy's and Keras's global generators with `seed` within the context.

    Afterwards a caller in Python gets these generators back as they were. (Torch's generator was
    seeded when the network was built.)
    """
    before = capture_generators()
    start = generator(seed, "global generators").integers(2**31, size=4)
    with BORROWED:
        random.seed(int(start[0]))
    np.random.seed(int(start[1]))
    global_seed_generator().state.assign(start[2:])
    try:
        yield
    finally:
        restore_generators(*before)


def capture_generators() -> tuple[Arrays, dict[str, Any]]:
    """The states of Python's, NumPy's, Keras's and torch's global generators.

    kspec itself draws by key and needs none of them. On torch, a Dropout without a seed of its own
    draws from torch's, and a layer from a plugin may draw from any.
    """
    with BORROWED:
        version, words, gauss = random.getstate()
    legacy = np.random.get_state(legacy=False)
    assert isinstance(legacy, dict)
    arrays = {
        "random/python": np.array(words, np.uint32),
        "random/numpy": legacy["state"]["key"],
        "random/keras": np.array(keras.ops.convert_to_numpy(global_seed_generator().state)),
    }
    if keras.backend.backend() == "torch":
        import torch

        arrays["random/torch"] = torch.get_rng_state().numpy()
        for index in range(torch.cuda.device_count()):
            arrays[f"random/cuda{index}"] = torch.cuda.get_rng_state(index).numpy()
    state = {
        "python": [version, gauss],
        "numpy": [legacy["state"]["pos"], legacy["has_gauss"], legacy["gauss"]],
    }
    return arrays, state


def restore_generators(arrays: Arrays, state: dict[str, Any]) -> None:
    """Set the generators to the states that `capture_generators` returned.

    Those of torch only if torch is active, and on the devices that exist.
    """
    version, gauss = state["python"]
    with BORROWED:
        random.setstate((version, tuple(arrays["random/python"].tolist()), gauss))
    position, has_gauss, gauss = state["numpy"]
    np.random.set_state(("MT19937", arrays["random/numpy"], position, has_gauss, gauss))
    global_seed_generator().state.assign(arrays["random/keras"])
    if keras.backend.backend() == "torch" and "random/torch" in arrays:
        import torch

        torch.set_rng_state(torch.from_numpy(arrays["random/torch"]))
        for index in range(torch.cuda.device_count()):
            if f"random/cuda{index}" in arrays:
                torch.cuda.set_rng_state(torch.from_numpy(arrays[f"random/cuda{index}"]), index)
