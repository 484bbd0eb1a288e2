"""Converts one layer of the file to one layer of a spec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kspec.spec import catalog
from kspec.spec.foreign.arguments import arguments_of
from kspec.spec.foreign.classes import layer_class
from kspec.spec.foreign.merge import is_merge, merge_of
from kspec.spec.foreign.reading import BrokenError, Reading
from kspec.spec.foreign.scaled_sum import is_scaled_sum, scaled_sum_of
from kspec.spec.foreign.structure import RawLayer, is_model, raw_layer
from kspec.spec.foreign.values import is_finite

__all__ = ["Converted", "check", "convert"]

_OLD_SIGMOID = "hard_sigmoid"
_SLOPE = 1.2
"""hard_sigmoid(x) before Keras 3 is hard_sigmoid(1.2 x) in Keras 3; see `Source.scaled`."""

_SCALABLE = (
    *("Conv", "Dense", "DepthwiseConv", "EinsumDense", "GRU", "LSTM", "SeparableConv"),
    "SimpleRNN",
)
"""Prefixes of the names of layers whose weights feed directly into their activations."""

InnerModel = Callable[[RawLayer], dict[str, Any]]
"""Converts a model that is an argument of a layer. Raises BrokenError."""


@dataclass(frozen=True)
class Converted:
    """A layer of a spec without name and inputs, and the layer that must precede it, if any.

    `before_second` is a layer that must precede its second input.
    """

    item: dict[str, Any]
    entry: catalog.Entry
    before: dict[str, Any] | None = None
    before_second: dict[str, Any] | None = None
    scaled: tuple[str, ...] = ()


def convert(layer: RawLayer, reading: Reading, inner_model: InnerModel) -> Converted:
    """The layer of a spec for `layer`. Raises BrokenError with a sentence for the user."""
    before = before_second = None
    try:
        if is_merge(layer):
            layer = merge_of(layer)
        elif is_scaled_sum(layer):
            layer, before_second = scaled_sum_of(layer)
        known, why_not = layer_class(layer.class_name)
        if known is None:
            raise BrokenError(f"{layer.title} is a {_shown(layer.class_name)}{why_not}")
        item, entry, scaled = _converted(layer, known, reading, inner_model)
    except BrokenError as error:
        text = str(error)
        if text.startswith(layer.title):
            raise
        raise BrokenError(f"{layer.title} ({_shown(layer.class_name)}): {text}") from None
    if scaled and entry.name == "Activation":
        before, scaled = {"type": "Rescaling", "scale": _SLOPE}, ()
    return Converted(item, entry, before, before_second, scaled)


def _converted(
    layer: RawLayer, known: str, reading: Reading, inner_model: InnerModel
) -> tuple[dict[str, Any], catalog.Entry, tuple[str, ...]]:
    entry = catalog.find("layers", known)
    if not isinstance(entry, catalog.Entry):
        raise BrokenError(f"this Keras has no {known}")
    scaled: list[str] = []

    def inner(value: Any, key: str) -> dict[str, Any]:
        within = raw_layer(value, f'its "{key}"')
        if is_model(within):
            return inner_model(within)
        inner_known, why_not = layer_class(within.class_name)
        if inner_known is None:
            raise BrokenError(f'its "{key}" is a {_shown(within.class_name)}{why_not}')
        item, inner_entry, inner_scaled = _converted(within, inner_known, reading, inner_model)
        if inner_scaled and inner_entry.name == "Activation":
            raise BrokenError(
                f'its "{key}" is the hard_sigmoid from before Keras 3, which Keras 3 does not have'
            )
        scaled.extend(f"{key}.{name}" for name in inner_scaled)
        return item

    item = {"type": entry.name, **arguments_of(layer, entry, reading, inner)}
    if reading.is_old:
        scaled += _old_sigmoids(item, entry)
    check(item)
    return item, entry, tuple(scaled)


def check(item: dict[str, Any]) -> None:
    """Raises BrokenError if the catalogue finds a fault in a layer or an operation."""
    if not is_finite(item):
        raise BrokenError("it has an argument that is infinite or not a number")
    findings = catalog.check_object("layers", item)
    if findings:
        raise BrokenError("; ".join(dict.fromkeys(finding.message for finding in findings)))


def _old_sigmoids(item: dict[str, Any], entry: catalog.Entry) -> list[str]:
    found = [key for key in ("activation", "recurrent_activation") if item.get(key) == _OLD_SIGMOID]
    if found and not entry.name.startswith((*_SCALABLE, "Activation")):
        raise BrokenError(
            "it has the hard_sigmoid from before Keras 3, which Keras 3 does not have"
        )
    return found


def _shown(class_name: str) -> str:
    return class_name if len(class_name) <= 60 else f"{class_name[:57]}…"
