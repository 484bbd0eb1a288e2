"""The layers of a built model, including those of backbones, as steps with a cost."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import keras

from kspec.model.graph_of import graph_of
from kspec.spec import catalog
from kspec.spec.cost import Step

__all__ = ["steps_of_model"]

Keys = tuple[Hashable, ...]
_ABSENT = object()


def steps_of_model(model: keras.Model) -> list[Step]:
    """The steps of `model`, as `kspec.spec.cost.steps_of` returns for a spec; rows are the names of
    its own layers and operations."""
    entering: dict[int, Keys] = {id(tensor): (tensor.name,) for tensor in model.inputs}
    return list(_Scope(model, entering, set()).steps())


@dataclass
class _Scope:
    """A network being turned into steps; `keys` are those of the known tensors, by their `id`.

    The weights of the layers in `met` have been counted.
    """

    model: Any
    keys: dict[int, Keys]
    met: set[int]
    path: tuple[Any, ...] = ()
    row: str | None = None

    def steps(self) -> Iterator[Step]:
        by_depth = self.model._nodes_by_depth
        nodes = [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth]]
        for number, node in enumerate(nodes):
            operation = node.operation
            if isinstance(operation, keras.layers.InputLayer):
                continue
            row = self.row or operation.name
            here = (*self.path, number)
            takes = tuple(key for tensor in node.input_tensors for key in self.keys[id(tensor)])
            inner = graph_of(operation)
            if inner is not None:
                entering = zip(inner.inputs, takes, strict=True)
                known: dict[int, Keys] = {id(tensor): (key,) for tensor, key in entering}
                within = _Scope(inner, known, self.met, here, row)
                yield from within.steps()
                outputs = [within.keys[id(tensor)] for tensor in inner.outputs]
            else:
                step = self.step(node, operation, here, row, takes)
                yield step
                outputs = [(key,) for key in step.makes]
            for tensor, keys in zip(node.outputs, outputs, strict=True):
                self.keys[id(tensor)] = keys

    def step(self, node: Any, operation: Any, here: Keys, row: str, takes: Keys) -> Step:
        is_layer = isinstance(operation, keras.Layer)
        trained = _count(operation.trainable_weights) if is_layer else 0
        new = is_layer and id(operation) not in self.met
        self.met.add(id(operation))
        made = [_shape(tensor) for tensor in node.outputs]
        return Step(
            row=row,
            kind=_kind(operation),
            arguments=_arguments(operation) if is_layer else {},
            given=_given(node.arguments),
            made=made[0] if len(made) == 1 else tuple(made),
            takes=takes,
            makes=tuple((*here, output) for output in range(len(made))),
            weights=(trained, _count(operation.weights) - trained) if new else (0, 0),
            learns=trained > 0,
        )


def _kind(operation: Any) -> str:
    """The Keras class of a layer, or the one it extends; for an operation its function's name."""
    for each in type(operation).__mro__:
        if each.__module__.startswith(("keras.", "kspec.layers")):
            name = each.__name__
            break
    else:
        name = type(operation).__name__
    return name if isinstance(operation, keras.Layer) else f"ops.{_function(name)}"


def _function(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).strip("_")


def _arguments(layer: keras.Layer) -> dict[str, Any]:
    """The arguments of a layer, in the form of a spec: `{"units": 4, "activation": "tanh"}`.

    (Its `get_config` would load TensorFlow, whatever the backend is.)
    """
    entry = catalog.find("layers", _kind(layer))
    if not isinstance(entry, catalog.Entry):
        return {}
    found = {}
    for name in entry.arguments:
        value = getattr(layer, name, getattr(layer, f"_{name}", _ABSENT))
        if value is not _ABSENT:
            found[name] = _plain(value)
    if isinstance(layer, keras.layers.Bidirectional):
        found["layer"] = _plain(layer.forward_layer)
        found["backward_layer"] = None
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, keras.Layer):
        return {"type": _kind(value), **_arguments(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return getattr(value, "__name__", value) if callable(value) else value


def _given(arguments: Any) -> Any:
    positional = [_shapes(part) for part in arguments.args]
    tensors = [part for part in positional if part is not None]
    named = {key: _shapes(part) for key, part in arguments.kwargs.items()}
    named = {key: shape for key, shape in named.items() if shape is not None}
    if named:
        return {**dict(zip(("inputs",), tensors, strict=False)), **named}
    return tensors[0] if len(tensors) == 1 else tensors


def _shapes(part: Any) -> Any:
    if isinstance(part, keras.KerasTensor):
        return _shape(part)
    if isinstance(part, (list, tuple)):
        return [_shapes(each) for each in part]
    return None


def _shape(tensor: Any) -> tuple[int | None, ...]:
    return tuple(tensor.shape[1:])


def _count(variables: Any) -> int:
    return sum(math.prod(variable.shape) for variable in variables)
