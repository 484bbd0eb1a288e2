"""The sum of InceptionResNetV2 in `keras.applications`, a private layer: x + scale * y."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kspec.spec.foreign.reading import BrokenError, quoted
from kspec.spec.foreign.structure import RawLayer

__all__ = ["is_scaled_sum", "scaled_sum_of"]


def is_scaled_sum(layer: RawLayer) -> bool:
    """Whether it is that layer of Keras, not a custom layer of the same name.

    HDF5 files name no modules; then its arguments must be exactly those of that layer.
    """
    if layer.class_name != "CustomScaleLayer":
        return False
    if layer.module:
        package, *path = layer.module.split(".")
        return package in ("keras", "tf_keras", "tensorflow") and "applications" in path
    return layer.arguments.keys() == {"name", "trainable", "dtype", "scale"}


def scaled_sum_of(layer: RawLayer) -> tuple[RawLayer, dict[str, Any]]:
    """The equivalent Add, and the layer that its second input must go through first.

    Raises BrokenError if its scale is not a number.
    """
    config = dict(layer.arguments)
    scale = config.pop("scale", None)
    if isinstance(scale, bool) or not isinstance(scale, (int, float)):
        raise BrokenError(f'its "scale" must be a number, not {quoted(scale)}')
    add = replace(layer, class_name="Add", config=config)
    return add, {"type": "Rescaling", "scale": scale}
