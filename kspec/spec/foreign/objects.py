"""Initializers, regularizers, constraints and activations of any version, in the shortest form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.foreign.classes import resolve
from kspec.spec.foreign.reading import BrokenError, quoted
from kspec.spec.foreign.values import snake

__all__ = ["activation", "constraint", "initializer", "regularizer", "shortened"]

_SCALINGS = {
    (1.0, "fan_avg", "uniform"): "GlorotUniform",
    (1.0, "fan_avg", "normal"): "GlorotNormal",
    (2.0, "fan_in", "uniform"): "HeUniform",
    (2.0, "fan_in", "normal"): "HeNormal",
    (1.0, "fan_in", "uniform"): "LecunUniform",
    (1.0, "fan_in", "normal"): "LecunNormal",
}
"""Initializers that Keras 2 wrote as VarianceScaling, whose "normal" was truncated too."""

_FUNCTIONS = ("function", "builtin_function_or_method", "__function__")
_CODE = ("__lambda__",)


def initializer(value: Any, argument: str) -> Any:
    """An initializer as in a spec: "he_normal", or an object. Raises BrokenError."""
    name, config = _parts(value, argument)
    found = _found("initializers", name, argument)
    # The dtype belongs to the layer; Keras 2 wrote it here too.
    config = {key: item for key, item in config.items() if key != "dtype"}
    if found == "VarianceScaling":
        found, config = _scaling(config)
    return shortened("initializers", found, config)


def _scaling(config: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    kind = config.get("distribution", "truncated_normal")
    kind = "normal" if kind == "truncated_normal" else kind
    mode, scale = config.get("mode", "fan_in"), config.get("scale", 1.0)
    mode = snake(mode) if isinstance(mode, str) else mode
    known = (scale, mode, kind) if _is_plain(scale) and isinstance(mode, str) else ()
    short = _SCALINGS.get(known) if isinstance(kind, str) and len(known) == 3 else None
    if short is not None:
        rest = ("distribution", "mode", "scale")
        return short, {key: item for key, item in config.items() if key not in rest}
    if isinstance(kind, str):
        kind = "truncated_normal" if kind == "normal" else snake(kind)
    return "VarianceScaling", {**config, "mode": mode, "distribution": kind}


def _is_plain(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def regularizer(value: Any, argument: str) -> Any:
    """A regularizer as in a spec; None for one that does nothing. Raises BrokenError."""
    name, config = _parts(value, argument)
    if name in ("ActivityRegularizer", "L1L2Regularizer", "WeightRegularizer"):
        name = "L1L2"
    found = _found("regularizers", name, argument)
    if found in ("L1", "L2", "L1L2") and config:
        # An L1L2 with one factor zero is an L1 or an L2.
        halves = {key: config[key] for key in ("l1", "l2") if config.get(key)}
        rest = {key: item for key, item in config.items() if key not in ("l1", "l2")}
        if not halves:
            return None
        found = "L1L2" if len(halves) == 2 else next(iter(halves)).upper()
        config = {**halves, **rest}
    return shortened("regularizers", found, config)


def constraint(value: Any, argument: str) -> Any:
    """A constraint as in a spec. Raises BrokenError."""
    name, config = _parts(value, argument)
    found = _found("constraints", name, argument)
    config = {"max_value" if key == "m" else key: item for key, item in config.items()}
    return shortened("constraints", found, config)


def activation(value: Any, argument: str) -> str:
    """The name of an activation. Raises BrokenError if it is not a function of Keras."""
    if isinstance(value, dict):
        kind, config = value.get("class_name"), value.get("config")
        if kind in _CODE:
            raise BrokenError(f'its "{argument}" holds code, which a spec never does')
        if kind in _FUNCTIONS and isinstance(config, str):
            value = config
        elif isinstance(kind, str) and not config:
            value = kind
    if not isinstance(value, str):
        raise BrokenError(f'its "{argument}" must name an activation, not {quoted(value)}')
    return _found("activations", value.rpartition(">")[2], argument)


def shortened(kind: str, name: str, config: Mapping[str, Any]) -> Any:
    """An object without arguments that are Keras's defaults; its name alone if none is left."""
    entry = catalog.find(kind, name)
    known = entry.arguments if isinstance(entry, catalog.Entry) else {}
    said = {
        key: _unlisted(value)
        for key, value in config.items()
        if not (value is None or (key in known and _unlisted(value) == known[key].default))
    }
    if said:
        return {"type": name, **said}
    short = snake(name)
    found = catalog.find(kind, short)
    return short if isinstance(found, catalog.Entry) and found.name == name else name


def _unlisted(value: Any) -> Any:
    """The axis [0] as 0."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _parts(value: Any, argument: str) -> tuple[str, dict[str, Any]]:
    """The name and the arguments. Keras 1 has both in one object."""
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict):
        name, config = value.get("class_name"), value.get("config")
        if name in _CODE:
            raise BrokenError(f'its "{argument}" holds code, which a spec never does')
        if name in _FUNCTIONS and isinstance(config, str):
            return config, {}
        registered = value.get("registered_name")
        if isinstance(registered, str) and ">" in registered:
            name = registered  # A custom class may have the name of one of Keras.
        if isinstance(name, str) and isinstance(config or {}, dict):
            return name, dict(config or {})
        if name is None and isinstance(value.get("name"), str):
            rest = {key: item for key, item in value.items() if key not in ("name", "type")}
            return value["name"], rest
    raise BrokenError(f'its "{argument}" must be a name or an object, not {quoted(value)}')


def _found(kind: str, name: str, argument: str) -> str:
    found = resolve(kind, name)
    if found is None:
        what = catalog.KINDS[kind]
        raise BrokenError(
            f'its "{argument}" is the {what} {quoted(name)}, which Keras does not have; '
            "with --plugin MODULE it can be given"
        )
    entry = catalog.find(kind, found)
    if isinstance(entry, catalog.Refused):
        raise BrokenError(f'its "{argument}" cannot be {quoted(name)}: {entry.reason}')
    return found
