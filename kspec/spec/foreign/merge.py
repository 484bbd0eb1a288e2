"""Keras 1's Merge, for which there are now eight layers."""

from __future__ import annotations

from typing import Any

from kspec.spec.foreign.reading import BrokenError, quoted
from kspec.spec.foreign.structure import RawLayer

__all__ = ["is_merge", "merge_of"]

_MODES = {
    "ave": "Average",
    "concat": "Concatenate",
    "cos": "Dot",
    "dot": "Dot",
    "max": "Maximum",
    "mul": "Multiply",
    "sum": "Add",
}


def is_merge(layer: RawLayer) -> bool:
    """Whether the layer is the Merge of Keras 1."""
    return layer.class_name == "Merge"


def merge_of(layer: RawLayer) -> RawLayer:
    """The equivalent layer of today. Raises BrokenError for a mode that is a function."""
    config = layer.arguments
    mode = config.get("mode", "sum")
    if config.get("mode_type", "raw") != "raw":
        raise BrokenError('its "mode" holds code, which a spec never does')
    if not isinstance(mode, str) or mode not in _MODES:
        raise BrokenError(f'its "mode" is {quoted(mode)}, which Keras 3 does not have')
    values: dict[str, Any] = {key: config[key] for key in ("name", "trainable") if key in config}
    if mode == "concat":
        values["axis"] = config.get("concat_axis", -1)
    elif mode in ("cos", "dot"):
        values["axes"] = _axes(config.get("dot_axes", -1))
        values["normalize"] = mode == "cos"
    return RawLayer(layer.name, _MODES[mode], values, nodes=layer.nodes)


def _axes(axes: Any) -> Any:
    """[[1], [2]] as [1, 2]; Dot contracts one axis of each input."""
    if not isinstance(axes, list):
        return axes
    flat = [axis[0] if isinstance(axis, list) and len(axis) == 1 else axis for axis in axes]
    if any(isinstance(axis, list) for axis in flat):
        raise BrokenError(
            'its "dot_axes" name several axes of one input; Dot contracts one of each'
        )
    return flat
