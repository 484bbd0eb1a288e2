"""An experiment in one form, however it was written, and the hash of that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from kspec.spec.automatic_names import layer_names
from kspec.spec.catalog import Entry, find, kind_of_argument
from kspec.spec.graph import Graph, Tensor, graph_of
from kspec.spec.models import Spec

__all__ = ["canonical", "spec_hash"]

# What says nothing of how the experiment goes. (The seed counts beside the hash, so that runs of
# one spec with several seeds are seen to be of one spec.)
_BESIDE = ("$schema", "name", "description", "reference", "expect", "allow", "seed", "input")

# What null stands for.
_UNSAID = {
    "activation": {"type": "linear"},
    "data_format": "channels_last",
    "dtype": "float32",
}
_NEVER = object()

# Keras takes one number for all axes, or a list with one for each.
_PER_AXIS = ("kernel_size", "strides", "pool_size", "dilation_rate", "size")


def canonical(spec: Spec) -> dict[str, Any]:
    """The values of `spec` in the one form that all its spellings share.

    Left out: name, description and whatever else has no part in the result, the seed, and each
    argument that has Keras's default, so that a Keras with one argument more changes nothing. Names
    of Keras are those of its classes, layers have their names and what they take, numbers for each
    axis that are all the same are one, and 1.0 is 1.
    """
    values = {key: value for key, value in spec.resolved().items() if key not in _BESIDE}
    values["inputs"] = {
        name: entering.model_dump(mode="json") for name, entering in spec.entering.items()
    }
    graph = graph_of(spec)
    values["layers"] = _layers(values["layers"], graph)
    values["outputs"] = [_plain(tensor) for tensor in graph.given()]
    values["augmentation"] = [_object("layers", layer) for layer in values["augmentation"]]
    training = values["training"]
    values["training"] = (
        [_phase(each) for each in training] if isinstance(training, list) else _phase(training)
    )
    whole: dict[str, Any] = _numbers(values)
    return whole


def spec_hash(spec: Spec) -> str:
    """SHA-256 (hex) of the canonical form as JSON: sorted keys, no blanks, ASCII."""
    text = json.dumps(canonical(spec), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _phase(training: Mapping[str, Any]) -> dict[str, Any]:
    values = {key: value for key, value in training.items() if key != "checkpoint"}
    values["optimizer"] = _object("optimizers", values["optimizer"])
    values["loss"] = _object("losses", values["loss"])
    for part in ("metrics", "callbacks"):
        values[part] = [_object(part, item) for item in values[part]]
    return values


def _layers(layers: Sequence[dict[str, Any]], graph: Graph) -> list[dict[str, Any]]:
    """The layers of a network, each with its name and what it takes."""
    names = layer_names(call.layer for call in graph.calls)
    found = []
    for layer, call, name in zip(layers, graph.calls, names, strict=True):
        value = _object("layers", layer)
        if call.inner is not None:
            value["layers"] = _layers(layer["layers"], call.inner)
            value["outputs"] = [_plain(tensor) for tensor in call.inner.given()]
        found.append(value | {"name": name, "inputs": _plain(call.inputs)})
    return found


def _plain(inputs: Any) -> Any:
    """What a call takes, as JSON: a tensor is its source, with the output where there are more."""
    if isinstance(inputs, Tensor):
        return [inputs.source] if inputs.output is None else [inputs.source, inputs.output]
    if isinstance(inputs, Mapping):
        return {key: _plain(value) for key, value in inputs.items()}
    if isinstance(inputs, (list, tuple)):
        return [_plain(value) for value in inputs]
    return inputs


def _object(kind: str, value: Any) -> Any:
    """An object of Keras, or a name alone, with the class's own name and without defaults."""
    if isinstance(value, str):
        return _object(kind, {"type": value})
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        return value
    written = value["type"]
    if kind == "layers" and written.startswith("ops."):
        entry = find("ops", written.removeprefix("ops."))
        name = written
    else:
        entry = find(kind, written)
        name = entry.name if entry is not None else written
    arguments = entry.arguments if isinstance(entry, Entry) else {}
    kept = {"type": name}
    for key, given in value.items():
        if key == "type" or (given is None and key not in arguments):
            continue
        known = arguments.get(key)
        plain = _argument(key, given)
        if known is not None and known.default is None and plain == _UNSAID.get(key, _NEVER):
            continue
        if known is None or known.required or plain != _argument(key, known.default):
            kept[key] = plain
    return kept


def _argument(name: str, value: Any) -> Any:
    kind = kind_of_argument(name)
    if kind is not None and isinstance(value, (str, Mapping)):
        return _object(kind, value)
    if isinstance(value, (list, tuple)):
        if name in _PER_AXIS and len(set(map(str, value))) == 1:
            return _numbers(value[0])
        return [_object(kind, item) if kind else _numbers(item) for item in value]
    return _numbers(value)


def _numbers(value: Any) -> Any:
    """`value` with whole numbers as such, since to Keras 1.0 is 1."""
    if isinstance(value, Mapping):
        return {key: _numbers(child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [_numbers(child) for child in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
