"""Random numbers from NumPy for everything that Keras draws.

Keras's layers draw through the module `keras.src.backend.random` of the active backend: Dropout its
masks, augmentation its angles. Within `Supply.active` these functions return numbers that depend
only on (seed, step, layer, which call of it in the step, which draw in the call), the same on every
backend. Nothing may be compiled meanwhile: a compiled draw would be the same in every step.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras.src import backend
from numpy.typing import NDArray

from kspec.parity.job import Randomness
from kspec.seeds import generator

__all__ = ["Supply"]

NAMES = (
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "normal",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
)


class Supply:
    """The source of random numbers, which knows the layer and the step that draws them.

    Args:
        seed: The experiment's seed.
        paths: The path of a layer by its `id`; layers without one are identified by their class.
        random: With "off", every layer that has a random generator runs as in inference; anything
            else that draws gets the same numbers as with "supplied".
    """

    def __init__(self, seed: int, paths: Mapping[int, str], random: Randomness) -> None:
        self.seed = seed
        self.paths = paths
        self.off = random == "off"
        self._step = 0
        self._calls: Counter[str] = Counter()
        self._scope: tuple[str, int] = ("", 0)
        self._draws = 0

    def begin(self, step: int) -> None:
        """Begin this step: what is drawn from now on is for it, counted from the start."""
        self._step = step
        self.rewind(Counter())

    def position(self) -> Counter[str]:
        """The current position in the step, for `rewind`."""
        return self._calls.copy()

    def rewind(self, position: Counter[str]) -> None:
        """Go back, so that the same numbers are drawn again."""
        self._calls = position.copy()
        self._draws = 0

    @contextmanager
    def active(self) -> Iterator[None]:
        """Within the context Keras draws from this source."""
        originals = {name: getattr(backend.random, name) for name in NAMES}
        layer_call = keras.Layer.__call__
        supply = self

        def called(self: keras.Layer, *args: Any, **kwargs: Any) -> Any:
            if supply.off and self._seed_generators and _takes_training(self):
                kwargs["training"] = False
            with supply._within(self):
                return layer_call(self, *args, **kwargs)

        keras.Layer.__call__ = called
        for name in NAMES:
            setattr(backend.random, name, getattr(self, name))
        try:
            yield
        finally:
            keras.Layer.__call__ = layer_call
            for name, original in originals.items():
                setattr(backend.random, name, original)

    @contextmanager
    def _within(self, layer: keras.Layer) -> Iterator[None]:
        before = self._scope, self._draws
        path = self.paths.get(id(layer)) or f"{self._scope[0]}/{type(layer).__name__}"
        self._scope, self._draws = (path, self._calls[path]), 0
        self._calls[path] += 1
        try:
            yield
        finally:
            self._scope, self._draws = before

    def _generator(self) -> np.random.Generator:
        path, call = self._scope
        self._draws += 1
        return generator(self.seed, "parity", self._step, path, call, self._draws)

    # The following have the signatures of Keras's backends. `seed` is accepted and ignored.

    def uniform(
        self, shape: Any, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Any = None
    ) -> Any:
        unit = self._generator().random(_ints(shape), dtype=np.float32)
        return _scaled(unit, maxval - minval, minval, dtype)

    def normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
    ) -> Any:
        return _scaled(self._generator().standard_normal(_ints(shape)), stddev, mean, dtype)

    def truncated_normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
    ) -> Any:
        draw = self._generator()
        values = np.asarray(draw.standard_normal(_ints(shape)))
        while (outside := np.abs(values) > 2).any():
            values[outside] = draw.standard_normal(int(outside.sum()))
        return _scaled(values, stddev, mean, dtype)

    def randint(
        self, shape: Any, minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None
    ) -> Any:
        values = self._generator().integers(_array(minval), _array(maxval), size=_ints(shape))
        return _tensor(values, dtype)

    def categorical(
        self, logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None
    ) -> Any:
        # Gumbel-max: the argmax of logits plus Gumbel noise is a sample of the softmax.
        weights = _array(logits).astype(np.float64)
        noise = self._generator().gumbel(size=(len(weights), int(num_samples), weights.shape[1]))
        return _tensor((weights[:, None, :] + noise).argmax(axis=-1), dtype)

    def dropout(self, inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
        shape = tuple(inputs.shape)
        if noise_shape is not None:
            shape = tuple(
                size if wanted is None else wanted
                for size, wanted in zip(shape, noise_shape, strict=True)
            )
        kept = self._generator().random(_ints(shape), dtype=np.float32) >= rate
        if rate >= 1:
            return keras.ops.zeros_like(inputs)
        # The draw is a constant, so the gradient passes exactly where a value is kept.
        return inputs * _tensor(kept / (1 - rate), inputs.dtype)

    def shuffle(self, x: Any, axis: int = 0, seed: Any = None) -> Any:
        order = self._generator().permutation(int(x.shape[axis]))
        return keras.ops.take(x, _tensor(order, "int32"), axis=axis)

    def gamma(self, shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> Any:
        return _tensor(self._generator().gamma(_array(alpha), size=_ints(shape)), dtype)

    def beta(self, shape: Any, alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> Any:
        drawn = self._generator().beta(_array(alpha), _array(beta), size=_ints(shape))
        return _tensor(drawn, dtype)

    def binomial(
        self, shape: Any, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None
    ) -> Any:
        chances = _array(probabilities)
        drawn = self._generator().binomial(
            _array(counts).astype(np.int64), chances, size=_ints(shape)
        )
        return _tensor(drawn, dtype)


def _scaled(values: Any, factor: Any, shift: Any, dtype: Any) -> Any:
    """values * factor + shift, in NumPy for plain numbers: then it is rounded once everywhere."""
    if isinstance(factor, (int, float)) and isinstance(shift, (int, float)):
        return _tensor(np.asarray(values, np.float64) * factor + shift, dtype)
    return _tensor(values, dtype) * factor + shift


def _tensor(values: Any, dtype: Any) -> Any:
    name = keras.backend.standardize_dtype(dtype) if dtype is not None else keras.config.floatx()
    values = np.asarray(values)
    if name in ("float32", "float64") or "float" not in name:
        values = values.astype(name)  # JAX would warn about any 64-bit values.
    return keras.ops.convert_to_tensor(values, dtype=name)


def _array(values: Any) -> NDArray[Any]:
    return np.asarray(keras.ops.convert_to_numpy(values))


def _ints(shape: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in shape)


def _takes_training(layer: keras.Layer) -> bool:
    return "training" in inspect.signature(layer.call).parameters
