"""A layer that is called again: its weights were made for the input of its first call."""

from __future__ import annotations

from kspec.spec.models import Layer
from kspec.spec.shapes.shape import CannotFit, Given, is_shape, shape_text

__all__ = ["require_same_width"]

# Prefixes of layers whose weights depend on the size of the input's last axis.
_BY_LAST_AXIS = ("Conv", "Dense", "Depthwise", "GRU", "LSTM", "Separable", "SimpleRNN")


def require_same_width(layer: Layer, first: Given, again: Given) -> None:
    """Raises CannotFit if `layer`, made for `first`, is called with other channels."""
    if not layer.type.startswith(_BY_LAST_AXIS) or "data_format" in layer.arguments:
        return
    if not is_shape(first) or not is_shape(again) or not first or not again:
        return
    if None not in (first[-1], again[-1]) and first[-1] != again[-1]:
        message = f"the {layer.type} was made for {shape_text(first)} and cannot take "
        message += f"{shape_text(again)}: the last sizes must be equal"
        raise CannotFit("wrong-channels", message, "inputs")
