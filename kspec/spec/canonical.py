"""The canonical form of an experiment, however it was written, and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from kspec.spec.automatic_names import layer_names
from kspec.spec.canonical_objects import canonical_object, plain_numbers
from kspec.spec.graph import Graph, Tensor, graph_of
from kspec.spec.models import KerasObject, Spec, Training
from kspec.spec.monitors import better_way, metric_name
from kspec.spec.phases import INHERITED

__all__ = ["canonical", "canonical_scale", "canonical_stopping", "spec_hash"]

# Keys that do not affect the experiment. (The seed is kept beside the hash, so that runs of one
# spec with several seeds are recognized as runs of one spec.)
_BESIDE = ("$schema", "name", "description", "reference", "expect", "allow", "seed", "input")

# Keys of a training that say how it is carried out and reported; they do not affect the result.
_HOW = ("checkpoint", "compile", "trackers")

# Fractions that people write have small denominators; most other numbers need larger ones.
_LARGEST_DENOMINATOR = 100_000


def canonical(spec: Spec) -> dict[str, Any]:
    """The values of `spec` in the one form that all its spellings share.

    Left out are name, description and whatever else does not affect the result, the seed, and each
    argument that has Keras's default, so that a new argument in Keras changes nothing. Aliases
    become class names, layers have explicit names and inputs, equal numbers for each axis become
    one, 1.0 becomes 1, and `scale` the fraction that it equals.
    """
    values = {key: value for key, value in spec.resolved().items() if key not in _BESIDE}
    values["inputs"] = {
        name: entering.model_dump(mode="json") for name, entering in spec.entering.items()
    }
    graph = graph_of(spec)
    values["layers"] = _layers(values["layers"], graph)
    values["outputs"] = [_plain(tensor) for tensor in graph.given()]
    values["augmentation"] = [canonical_object("layers", layer) for layer in values["augmentation"]]
    phases = [
        _phase(each, phase)
        for each, phase in zip(_listed(values["training"]), spec.phases, strict=True)
    ]
    values["training"] = phases if len(phases) > 1 else phases[0]
    values["data"] = values["data"] | {"scale": canonical_scale(spec.data.scale)}
    whole: dict[str, Any] = plain_numbers(values)
    return whole


def spec_hash(spec: Spec) -> str:
    """SHA-256 (hex) of the canonical form as JSON: sorted keys, no blanks, ASCII."""
    text = json.dumps(canonical(spec), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_scale(scale: float | str | None) -> float | str | None:
    """`scale` as the simplest fraction of its value, or as an integer: "1/255", 1, "1/2"."""
    if scale is None:
        return None
    number = float(Fraction(scale))
    simple = Fraction(number).limit_denominator(_LARGEST_DENOMINATOR)
    if float(simple) != number:
        return number
    return int(simple) if simple.denominator == 1 else str(simple)


def canonical_stopping(training: Training) -> list[dict[str, Any]]:
    """The monitors that may stop a training, by the canonical names of their metrics.

    A `mode` that follows from the monitor's name anyway is "auto".
    """
    names = {}
    for metric in training.metrics:
        plain = canonical_object("metrics", metric.model_dump(mode="json"))
        names[metric_name(metric)] = metric_name(KerasObject(**plain))
    found = []
    for each in training.early_stopping:
        value = each.model_dump(mode="json")
        if each.mode != "auto" and each.mode == better_way(each.monitor):
            value["mode"] = "auto"
        of_validation, name = each.monitor.startswith("val_"), each.monitor.removeprefix("val_")
        value["monitor"] = ("val_" if of_validation else "") + names.get(name, name)
        found.append(value)
    return found


def _listed(training: Any) -> list[dict[str, Any]]:
    return training if isinstance(training, list) else [training]


def _phase(written: Mapping[str, Any], training: Training) -> dict[str, Any]:
    values = {key: value for key, value in written.items() if key not in _HOW}
    for key in INHERITED:
        if not getattr(training, key):
            values.pop(key, None)
    values["optimizer"] = canonical_object("optimizers", values["optimizer"])
    values["loss"] = canonical_object("losses", values["loss"])
    for part in ("metrics", "callbacks"):
        values[part] = [canonical_object(part, item) for item in values[part]]
    values["early_stopping"] = canonical_stopping(training)
    return values


def _layers(layers: Sequence[dict[str, Any]], graph: Graph) -> list[dict[str, Any]]:
    """The layers of a network, each with its name and its inputs."""
    names = layer_names(call.layer for call in graph.calls)
    found = []
    for layer, call, name in zip(layers, graph.calls, names, strict=True):
        value = canonical_object("layers", layer)
        if call.inner is not None:
            value["layers"] = _layers(layer["layers"], call.inner)
            value["outputs"] = [_plain(tensor) for tensor in call.inner.given()]
        if layer["type"] == "Shared":
            value["layer"] = call.target
        found.append(value | {"name": name, "inputs": _plain(call.inputs)})
    return found


def _plain(inputs: Any) -> Any:
    """The inputs of a call as JSON: a tensor is its source, and the output if it has several."""
    if isinstance(inputs, Tensor):
        return [inputs.source] if inputs.output is None else [inputs.source, inputs.output]
    if isinstance(inputs, Mapping):
        return {key: _plain(value) for key, value in inputs.items()}
    if isinstance(inputs, (list, tuple)):
        return [_plain(value) for value in inputs]
    return inputs
