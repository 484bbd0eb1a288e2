"""The canonical form of a Keras object, however it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec.catalog import Argument, Entry, find, find_item, kind_of_argument, operation_of
from kspec.spec.catalog.backbone import BACKBONE, backbone_entry

__all__ = ["canonical_argument", "canonical_object", "plain_numbers"]

# The value that null stands for.
_UNSAID = {
    "activation": {"type": "linear"},
    "data_format": "channels_last",
    "dtype": "float32",
}
_NEVER = object()

# Keras takes one number for all axes, or a list with one for each; for padding and cropping also
# a pair for each.
_PER_AXIS = ("kernel_size", "strides", "pool_size", "dilation_rate", "size", "padding", "cropping")

# Synonyms for `compile` (keras/src/trainers/compile_utils.py, get_metric, get_loss).
_SAME = {"metrics": {"acc": "accuracy"}, "losses": {"ce": "crossentropy"}}


def canonical_object(kind: str, value: Any) -> Any:
    """An object of Keras, or a name alone, with the class's own name and without defaults."""
    if isinstance(value, str):
        return canonical_object(kind, {"type": value})
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        return value
    written = value["type"]
    if kind == "layers" and operation_of(written) is not None:
        entry = find_item(written)
        name = written
    else:
        entry = find(kind, written)
        name = entry.name if entry is not None else written
    if isinstance(entry, Entry) and name == BACKBONE:
        entry = backbone_entry(entry, value)
    arguments = entry.arguments if isinstance(entry, Entry) else {}
    kept = {"type": _SAME.get(kind, {}).get(name, name)}
    for key, given in value.items():
        if key == "type" or (given is None and key not in arguments):
            continue
        if kind == "optimizers" and key == "name":
            continue  # An optimizer's name has no effect.
        known = arguments.get(key)
        plain = canonical_argument(key, given, known)
        if known is not None and known.default is None and plain == _UNSAID.get(key, _NEVER):
            continue
        if (
            known is None
            or known.required
            or plain != canonical_argument(key, known.default, known)
        ):
            kept[key] = plain
    if "pool_size" in arguments and kept.get("strides") == _pool_size(kept, arguments):
        kept.pop("strides", None)
    return kept


def canonical_argument(name: str, value: Any, known: Argument | None = None) -> Any:
    """The canonical value of the argument `name`; `known` is its entry in the catalogue."""
    kind = kind_of_argument(name)
    if kind is not None and isinstance(value, (str, Mapping)):
        return canonical_object(kind, value)
    if isinstance(value, (list, tuple)):
        if name in _PER_AXIS:
            return _per_axis(value)
        return [canonical_object(kind, item) if kind else plain_numbers(item) for item in value]
    if isinstance(value, str) and known is not None and known.any_case:
        return value.lower() if value.lower() in known.choices else value
    return plain_numbers(value)


def plain_numbers(value: Any) -> Any:
    """`value` with whole numbers as integers, since 1.0 is 1 to Keras."""
    if isinstance(value, Mapping):
        return {key: plain_numbers(child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_numbers(child) for child in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _per_axis(value: Any) -> Any:
    """Equal numbers as one number; each pair is reduced first."""
    if not isinstance(value, (list, tuple)):
        return plain_numbers(value)
    parts = [_per_axis(part) for part in value]
    alike = bool(parts) and all(part == parts[0] for part in parts)
    # (A pair for each axis and one number for each are not the same.)
    return parts[0] if alike and not isinstance(parts[0], list) else parts


def _pool_size(kept: Mapping[str, Any], arguments: Mapping[str, Argument]) -> Any:
    """The default strides of a pooling layer: its pool size."""
    return kept.get("pool_size", canonical_argument("pool_size", arguments["pool_size"].default))
