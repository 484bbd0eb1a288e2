"""The inputs of a network: the shapes that the file gives for them."""

from __future__ import annotations

from typing import Any

from kspec.spec.foreign.classes import resolve
from kspec.spec.foreign.dtypes import dtype_name, input_dtype
from kspec.spec.foreign.model import ForeignInput
from kspec.spec.foreign.reading import BrokenError, Reading, quoted
from kspec.spec.foreign.structure import RawLayer, is_functional, is_sequential, layers_of
from kspec.spec.foreign.values import plain, snake

__all__ = ["input_of_first_layer", "input_of_layer", "is_input"]

_MAX_SIZE = 2**31 - 1


def is_input(layer: RawLayer) -> bool:
    """Whether the layer stands for an input of the network."""
    return layer.class_name in ("InputLayer", "Input")


def input_of_layer(layer: RawLayer, reading: Reading) -> ForeignInput:
    """The input that an InputLayer describes. Raises BrokenError."""
    config = layer.arguments
    name = layer.name or "input"
    for key in ("sparse", "ragged"):
        if config.get(key) is True:
            reading.refuse(f"{layer.title} takes {key} tensors, but a spec's inputs are dense")
    shape = _shape(config)
    if shape is None:
        raise BrokenError(f"{layer.title} is an input without a shape")
    dtype = config.get("dtype", config.get("input_dtype"))
    return ForeignInput(shape, input_dtype(dtype), name)


def input_of_first_layer(layer: RawLayer, reading: Reading) -> ForeignInput | None:
    """The input as described by the first layer of a Sequential, or the first layer within that.

    None if it does not describe the input. Raises BrokenError.
    """
    if is_input(layer):
        return input_of_layer(layer, reading)
    if is_sequential(layer):
        first = next(iter(layers_of(layer)), None)
        found = None if first is None else input_of_first_layer(first, reading)
        return found or _named(layer, _shape(layer.arguments), "float32")
    if is_functional(layer):
        inputs = [inner for inner in layers_of(layer) if is_input(inner)]
        return input_of_layer(inputs[0], reading) if len(inputs) == 1 else None
    config = layer.arguments
    embeds = resolve("layers", layer.class_name) == "Embedding"
    dtype = config.get("input_dtype")
    if dtype is None and not embeds:
        dtype = config.get("dtype") if "DTypePolicy" not in str(config.get("dtype")) else None
    if dtype is None and embeds:
        dtype = "int32"
    shape = _shape(config)
    if shape is None:
        shape = _shape_by_size(layer, embeds)
    return _named(layer, shape, input_dtype(dtype_name(dtype)))


def _named(
    layer: RawLayer, shape: tuple[int | None, ...] | None, dtype: str
) -> ForeignInput | None:
    return (
        None
        if shape is None
        else ForeignInput(shape, dtype, f"{layer.name or snake(layer.class_name)}_input")
    )


def _shape(config: dict[str, Any]) -> tuple[int | None, ...] | None:
    """The shape without the batch axis, under the keys of any version."""
    for key in ("batch_shape", "batch_input_shape", "build_input_shape"):
        if config.get(key) is not None:
            sizes = _sizes(config[key], key)
            if not sizes:
                raise BrokenError(f'"{key}" has no batch axis')
            return sizes[1:]
    for key in ("input_shape", "shape"):
        if config.get(key) is not None:
            return _sizes(config[key], key)
    return None


def _shape_by_size(layer: RawLayer, embeds: bool) -> tuple[int | None, ...] | None:
    """Keras 1's `input_dim` and `input_length`; for an Embedding only the latter is a size."""
    config = layer.arguments
    length = config.get("input_length")
    if embeds:
        return _sizes(length if isinstance(length, list) else [length], "input_length")
    if config.get("input_dim") is None:
        return None
    kind = resolve("layers", layer.class_name) or ""
    takes_sequences = kind in ("LSTM", "GRU", "SimpleRNN", "RNN") or kind.endswith("1D")
    if "input_length" in config or takes_sequences:
        return _sizes([length, config["input_dim"]], "input_dim")
    return _sizes([config["input_dim"]], "input_dim")


def _sizes(value: Any, key: str) -> tuple[int | None, ...]:
    value = plain(value)
    if not isinstance(value, list) or len(value) > 16:
        raise BrokenError(f'"{key}" must be a list of sizes, not {quoted(value)}')
    return tuple(_size(size, key) for size in value)


def _size(size: Any, key: str) -> int | None:
    if size is None:
        return None
    whole = isinstance(size, float) and size.is_integer()
    if isinstance(size, bool) or not (isinstance(size, int) or whole):
        raise BrokenError(f'"{key}" has {quoted(size)} for a size')
    if not 0 < size <= _MAX_SIZE:
        raise BrokenError(f'"{key}" has {quoted(size)} for a size')
    return int(size)
