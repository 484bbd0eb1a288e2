"""One call of a layer, repeated with other tensors and without side effects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras.src import backend
from numpy.typing import NDArray

from kspec.parity.calls import Call
from kspec.parity.gradients import gradients
from kspec.parity.put_back import put_back
from kspec.parity.supply import Supply
from kspec.seeds import generator

__all__ = ["Replay", "array_of", "results"]

Array = NDArray[Any]


class Replay:
    """A call that can be repeated.

    `inputs` are the tensors among its arguments as arrays, `masks` the mask of each or None.
    After each repetition the layer's state and the random numbers are restored.
    """

    def __init__(
        self,
        call: Call,
        run: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        supply: Supply,
    ) -> None:
        self.call = call
        self._run = run
        self._structure = (args, kwargs)
        self._flat = keras.tree.flatten(self._structure)
        self._places = [place for place, leaf in enumerate(self._flat) if _is_array(leaf)]
        self._supply = supply
        tensors = [self._flat[place] for place in self._places]
        self.inputs = [array_of(tensor) for tensor in tensors]
        found = [backend.get_keras_mask(tensor) for tensor in tensors]
        self.masks = [None if mask is None else array_of(mask) for mask in found]

    def outputs(
        self, inputs: Sequence[Array | None], masks: Sequence[Array | None]
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """The outputs for other arrays (see `results`), and the layer's state after the call."""
        with self._undone():
            result = self._with(self._tensors(inputs), masks)
            return results(result), self.state()

    def state(self) -> dict[str, Array]:
        """The layer's weights that no gradient changes, such as moving averages."""
        layer = self.call.layer
        weights = [] if layer is None else layer.non_trainable_weights
        return {f"{number} {w.name}": array_of(w) for number, w in enumerate(weights)}

    def gradients(
        self,
        inputs: Sequence[Array | None],
        masks: Sequence[Array | None],
        outputs: dict[str, Array],
        seed: int,
    ) -> dict[str, Array]:
        """The gradients of the call by its inputs and its weights, keyed by their names.

        They are those of the weighted sum of all output elements, with weights drawn in NumPy: they
        are the same on every backend, and no element is left out, as might happen with the gradient
        that comes back from the loss. `outputs` says which outputs there are. Empty if the call has
        no floating-point inputs or outputs.
        """
        layer = self.call.layer
        weights = [] if layer is None else layer.trainable_weights
        tensors = self._tensors(inputs)
        smooth = [n for n, array in enumerate(inputs) if _is_float(array)]
        factors = {
            name: generator(seed, "parity factors", self.call.index, name)
            .standard_normal(array.shape)
            .astype(np.float32)
            for name, array in outputs.items()
            if _is_float(array)
        }
        if not factors or not (smooth or weights):
            return {}

        def weighted(given: list[Any]) -> Any:
            replaced = list(tensors)
            for number, tensor in zip(smooth, given, strict=True):
                replaced[number] = tensor
            leaves = dict(_leaves(self._with(replaced, masks)))
            terms = [
                keras.ops.sum(keras.ops.multiply(keras.ops.cast(leaves[name], "float32"), factor))
                for name, factor in factors.items()
            ]
            return sum(terms[1:], start=terms[0])

        with self._undone():
            by_input, by_weight = gradients(weighted, [tensors[n] for n in smooth], weights)
        found = {_input_name(n): array for n, array in zip(smooth, by_input, strict=True)}
        names = [f"{number} {weight.name}" for number, weight in enumerate(weights)]
        return found | dict(zip(names, by_weight, strict=True))

    def _tensors(self, inputs: Sequence[Array | None]) -> list[Any]:
        """The arrays as tensors, each with the dtype that the original call had."""
        made = []
        for place, array in zip(self._places, inputs, strict=True):
            own = self._flat[place]
            dtype = keras.backend.standardize_dtype(own.dtype)
            made.append(own if array is None else keras.ops.convert_to_tensor(array, dtype=dtype))
        return made

    def _with(self, tensors: Sequence[Any], masks: Sequence[Array | None]) -> Any:
        flat = list(self._flat)
        for place, tensor, mask in zip(self._places, tensors, masks, strict=True):
            if mask is not None:
                backend.set_keras_mask(tensor, keras.ops.convert_to_tensor(mask))
            flat[place] = tensor
        args, kwargs = keras.tree.pack_sequence_as(self._structure, flat)
        return self._run(*args, **kwargs)

    @contextmanager
    def _undone(self) -> Iterator[None]:
        layer = self.call.layer
        position = self._supply.position()
        with put_back([] if layer is None else layer.non_trainable_variables):
            try:
                yield
            finally:
                self._supply.rewind(position)


def results(result: Any) -> dict[str, Array]:
    """The outputs of a call as arrays: "output", or "output 0", …, and their masks."""
    found = {}
    for name, tensor in _leaves(result):
        found[name] = array_of(tensor)
        mask = backend.get_keras_mask(tensor)
        if mask is not None:
            found[f"mask of {name}"] = array_of(mask)
    return found


def array_of(tensor: Any) -> Array:
    """A tensor or variable as an array."""
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def _leaves(result: Any) -> list[tuple[str, Any]]:
    leaves = [leaf for leaf in keras.tree.flatten(result) if _is_array(leaf)]
    if len(leaves) == 1:
        return [("output", leaves[0])]
    return [(f"output {number}", leaf) for number, leaf in enumerate(leaves)]


def _input_name(number: int) -> str:
    return f"input {number}" if number else "input"


def _is_array(leaf: Any) -> bool:
    return keras.ops.is_tensor(leaf) or isinstance(leaf, np.ndarray)


def _is_float(array: Array | None) -> bool:
    # (bfloat16 is not a NumPy type: its kind is that of raw bytes.)
    return array is not None and (array.dtype.kind == "f" or "bfloat" in array.dtype.name)
