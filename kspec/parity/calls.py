"""Intercepts the calls of a network's layers, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import keras
from keras.src.models.functional import Functional
from keras.src.ops.operation import Operation

__all__ = ["Call", "Looking", "looked_at"]

# Networks within the network are looked into; any other layer is treated as a whole.
CONTAINERS = (Functional, keras.Sequential)


@dataclass(frozen=True)
class Call:
    """One call of a layer, or of an operation of `keras.ops` that is a node of the network.

    `index` counts the calls from 0; their order is the same on every backend. `name` is the path of
    names, "tower/conv2d", and for a shared layer "tower/conv2d (call 2)". `layer` is None for an
    operation.
    """

    index: int
    name: str
    type: str
    layer: keras.Layer | None


class Looking(Protocol):
    """What to do at a call: `run`, with any arguments, makes the call itself."""

    def __call__(
        self, call: Call, run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any: ...


@contextmanager
def looked_at(look: Looking, paths: Mapping[int, str]) -> Iterator[None]:
    """Within the context, `look` is called instead of each layer of a network; its result is used.

    Layers within a layer that is not a network (the cell of an LSTM) are not intercepted, nor are
    calls from within `look`. `paths` has the path of every layer by its `id`.
    """
    layer_call, operation_call = keras.Layer.__call__, Operation.__call__
    within: list[str] = []
    looking = False
    counts: Counter[str] = Counter()

    def at(self: Any, path: str, original: Any, args: Any, kwargs: Any) -> Any:
        nonlocal looking
        index, before = counts.total(), counts[path]
        counts[path] += 1
        name = f"{path} (call {before + 1})" if before else path
        call = Call(
            index, name, type(self).__name__, self if isinstance(self, keras.Layer) else None
        )
        looking = True
        try:
            return look(call, partial(original, self), args, kwargs)
        finally:
            looking = False

    def layer(self: keras.Layer, *args: Any, **kwargs: Any) -> Any:
        if looking or _is_symbolic(args, kwargs):
            return layer_call(self, *args, **kwargs)
        path = paths.get(id(self), self.name)
        if not isinstance(self, CONTAINERS):
            return at(self, path, layer_call, args, kwargs)
        within.append(path)
        try:
            return layer_call(self, *args, **kwargs)
        finally:
            within.pop()

    def operation(self: Any, *args: Any, **kwargs: Any) -> Any:
        if looking or isinstance(self, keras.Layer) or _is_symbolic(args, kwargs):
            return operation_call(self, *args, **kwargs)
        parent = within[-1] if within else ""
        path = f"{parent}/{self.name}" if parent else self.name
        return at(self, path, operation_call, args, kwargs)

    keras.Layer.__call__, Operation.__call__ = layer, operation
    try:
        yield
    finally:
        keras.Layer.__call__, Operation.__call__ = layer_call, operation_call


def _is_symbolic(args: Any, kwargs: Any) -> bool:
    return any(isinstance(leaf, keras.KerasTensor) for leaf in keras.tree.flatten((args, kwargs)))
