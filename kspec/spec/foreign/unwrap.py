"""Finds the model in a file within whatever surrounds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kspec.spec.foreign.container import values_of
from kspec.spec.foreign.reading import BrokenError, quoted
from kspec.spec.foreign.values import every, with_snake_keys

__all__ = ["Found", "model_in"]

_AROUND = ("model_topology", "model_config", "model", "architecture", "json")
_MAX_WRAPPERS = 10


@dataclass
class Found:
    """The object that describes a model, and information from around it."""

    values: dict[str, Any] = field(default_factory=dict)
    keras_version: str | None = None
    backend: str | None = None
    camel: bool = False
    training: Any = None


def model_in(values: Any) -> Found:
    """The description of a model within `values`, in the form {"class_name": …, "config": …}.

    Raises BrokenError if there is none.
    """
    found = Found()
    for _ in range(_MAX_WRAPPERS):
        if isinstance(values, str):
            values = values_of(values)
            continue
        if isinstance(values, list):
            values = {"class_name": "Sequential", "config": {"layers": values}}
        if not isinstance(values, dict):
            raise BrokenError(f"holds no network: it says {quoted(values)}")
        if any("className" in each or "modelTopology" in each for each in every(values)):
            found.camel = found.camel or any("className" in each for each in every(values))
            values = with_snake_keys(values)
        _listen(values, found)
        around = next((key for key in _AROUND if _holds(values.get(key))), None)
        if around is not None and "class_name" not in values:
            values = values[around]
        elif "class_name" in values:
            found.values = values
            return found
        elif isinstance(values.get("layers"), list):
            found.values = _with_class(values)
            return found
        elif _holds(values.get("config")):
            values = values["config"]
        elif "node" in values and ("versions" in values or "library" in values):
            raise BrokenError("is a graph of TensorFlow operations, which has no layers")
        else:
            raise BrokenError(
                'holds no network: there is no "class_name", no "layers", no "config"'
            )
    raise BrokenError("holds no network: only wrappers within wrappers")


def _holds(value: Any) -> bool:
    return isinstance(value, (dict, list, str)) and bool(value)


def _listen(values: dict[str, Any], found: Found) -> None:
    for key in ("keras_version", "backend"):
        if isinstance(values.get(key), str):
            setattr(found, key, values[key])
    for key in ("compile_config", "training_config"):
        if isinstance(values.get(key), dict):
            found.training = values[key]


def _with_class(config: dict[str, Any]) -> dict[str, Any]:
    """A model with its class, from its config; Keras 0.3 has the class under "name"."""
    if config.get("name") in ("Sequential", "Graph"):
        rest = {key: value for key, value in config.items() if key != "name"}
        return {"class_name": config["name"], "config": rest}
    kind = "Functional" if "output_layers" in config else "Sequential"
    return {"class_name": kind, "config": config}
