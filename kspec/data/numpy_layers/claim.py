"""Which Keras layers, with which arguments, have an implementation in NumPy."""

from __future__ import annotations

from typing import Any

import keras

from kspec.data.numpy_layers.brightness import Brighter, Multiplied
from kspec.data.numpy_layers.change import Change
from kspec.data.numpy_layers.erasing import Erasing
from kspec.data.numpy_layers.moved import Flip, Rotation, Translation, Zoom
from kspec.layers import AlternatingFlip, RandomBrightnessFactor

__all__ = ["claim"]

_AXES = {"horizontal": (2,), "vertical": (1,), "horizontal_and_vertical": (1, 2)}


def claim(layer: keras.Layer) -> Change | None:
    """The NumPy implementation of `layer` for pictures in kspec's layout, or None if it has none.

    Subclasses have none, and neither has `fill_mode="wrap"`, which each backend interprets in its
    own way.
    """
    kind = type(layer)
    last = getattr(layer, "data_format", "channels_last") == "channels_last"
    if not last or layer.compute_dtype != "float32":
        return None
    if kind in (AlternatingFlip, keras.layers.RandomFlip):
        return Flip(_AXES[layer.mode])
    if kind is RandomBrightnessFactor:
        return Multiplied(_range(layer.factor), _range(layer.value_range))
    if kind is keras.layers.RandomBrightness:
        return Brighter(_range(layer.factor), _range(layer.value_range))
    if kind is keras.layers.RandomErasing:
        value = layer.fill_value
        if isinstance(value, (list, tuple)):  # One for each of three channels.
            value = tuple(value) if len(value) == 3 else None
        if value is None:
            return None  # Noise, or what Keras refuses.
        probability, shares = _range(layer.factor), _range(layer.scale)
        return Erasing(probability, shares, value, _range(layer.value_range))
    if getattr(layer, "fill_mode", "wrap") == "wrap":
        return None
    edges = layer.fill_mode, float(layer.fill_value), layer.interpolation
    if kind is keras.layers.RandomRotation:
        return Rotation(*edges, _range(layer.factor))
    if kind is keras.layers.RandomTranslation:
        down = _range((layer.height_lower, layer.height_upper))
        return Translation(*edges, down, _range((layer.width_lower, layer.width_upper)))
    if kind is keras.layers.RandomZoom:
        wide = layer.width_factor is not None
        width = _range((layer.width_lower, layer.width_upper)) if wide else None
        return Zoom(*edges, _range((layer.height_lower, layer.height_upper)), width)
    return None


def _range(values: Any) -> tuple[float, float]:
    low, high = sorted(values)
    return float(low), float(high)
