"""Keras objects by name: `{"type": "Adam", "learning_rate": 0.001}` to `keras.optimizers.Adam`."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import keras

import kspec.initializers
import kspec.layers
import kspec.optimizers
import kspec.schedules
from kspec.errors import BuildError, Place, Problem
from kspec.model.brought import make_brought
from kspec.model.operations import make_operation
from kspec.spec import catalog
from kspec.spec.catalog.registry import registered
from kspec.spec.models import KerasObject

__all__ = ["build_error", "make", "make_named"]

_MODULES: dict[str, tuple[Any, ...]] = {
    "activations": (keras.activations,),
    "callbacks": (keras.callbacks,),
    "constraints": (keras.constraints,),
    "initializers": (keras.initializers, kspec.initializers),
    "layers": (keras.layers, kspec.layers),
    "losses": (keras.losses,),
    "metrics": (keras.metrics,),
    "optimizers": (keras.optimizers, kspec.optimizers),
    "regularizers": (keras.regularizers,),
    "schedules": (keras.optimizers.schedules, kspec.schedules),
}


# Kinds for which Keras accepts some names as text and rejects others ("l1_l2", "constant").
_BY_NAME = ("constraints", "initializers", "regularizers")


def make(kind: str, spec: KerasObject, **extra: Any) -> Any:
    """The Keras object that `spec` names, with Keras's own arguments and `extra`.

    `kind` is a namespace of the catalogue: "layers", "optimizers", … Only what the catalogue lists
    can be created: nothing that runs code or reads files. A layer "ops.mean" becomes a function of
    tensors, and a "Model" within another layer a `keras.Sequential`. Raises whatever Keras raises
    for arguments that it rejects, and ValueError for what the catalogue does not allow.
    """
    return _make(kind, spec.type, {**spec.arguments, **extra})


def make_named(kind: str, spec: KerasObject) -> Any:
    """As `make`, but a bare Keras name ("accuracy") is left to Keras, which may choose by shapes.

    So is "Accuracy": the class of that name tests whether outputs equal labels, which probabilities
    never do.
    """
    bare = spec.type.islower() or spec.type == "Accuracy"
    if bare and not spec.arguments and registered(kind, spec.type) is None:
        return spec.type.lower()
    return make(kind, spec)


def _make(kind: str, name: str, arguments: Mapping[str, Any]) -> Any:
    if kind == "layers" and (operation := catalog.operation_of(name)) is not None:
        kind, name = "ops", operation
    for finding in catalog.check_object(kind, {"type": name, **arguments}, in_list=False):
        if not catalog.is_doubtful(finding):
            raise ValueError(finding.message)
    if kind == "ops":
        return make_operation(name, arguments)
    if kind == "layers" and name == "Model":
        return _sequence(**arguments)
    canonical = catalog.resolve_name(kind, name)
    brought = registered(kind, canonical)
    if brought is not None:
        made = {key: _argument(key, value) for key, value in arguments.items()}
        return make_brought(brought, made)
    found = next(
        getattr(module, canonical) for module in _MODULES[kind] if hasattr(module, canonical)
    )
    if inspect.isfunction(found):
        return found
    entry = catalog.find(kind, canonical)
    if isinstance(entry, catalog.Entry):
        arguments = catalog.with_floats(entry, arguments)
    return found(**{key: _argument(key, value) for key, value in arguments.items()})


def _sequence(layers: list[Any], trainable: bool = True, name: str | None = None) -> Any:
    made = keras.Sequential(_argument("layers", layers), name=name)
    if not trainable:  # True would unfreeze layers in it that are frozen.
        made.trainable = False
    return made


def _argument(key: str, value: Any) -> Any:
    """An argument, with the objects inside it created."""
    if isinstance(value, (list, tuple)):
        return [_argument(key, item) for item in value]
    if isinstance(value, Mapping) and isinstance(value.get("type"), str):
        inner = dict(value)
        name = inner.pop("type")
        kind = catalog.kind_of_argument(key)
        kinds = [kind] if kind else []
        kinds += [other for other in _MODULES if other not in kinds]
        for candidate in kinds:
            if catalog.find(candidate, name) is not None:
                return _make(candidate, name, inner)
        raise ValueError(f'Keras has nothing called "{name}"')
    if isinstance(value, Mapping):
        return {name: _argument(name, item) for name, item in value.items()}
    if isinstance(value, str):
        kind = catalog.kind_of_argument(key)
        if kind in _BY_NAME and isinstance(catalog.find(kind, value), catalog.Entry):
            return _make(kind, value, {})
    return value


def build_error(place: Place | None, name: str, message: str, code: str) -> BuildError:
    """A BuildError at `place`, or with the spec's name if it was made in Python."""
    return BuildError([Problem(place or Place(name), message, code)])
