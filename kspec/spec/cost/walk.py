"""The layers of a spec as steps, including those within nested models."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kspec.spec.automatic_names import layer_names
from kspec.spec.cost.step import Step, unless_unsure
from kspec.spec.cost.weights import Weights, weights_of
from kspec.spec.graph import Call, Tensor, tensors_of
from kspec.spec.models import Layer, NestedModel, Spec
from kspec.spec.shapes import Shapes, carry, shapes_within
from kspec.spec.shapes.shape import Given, is_several

__all__ = ["steps_of"]

Keys = tuple[Hashable, ...]


def steps_of(spec: Spec, said: Mapping[str, Any] | None = None) -> list[Step]:
    """The steps of the network of `spec`, in the order of its layers.

    `said` is the `trainable` of a training: by name, which layers learn; for others their own
    `trainable` decides. Raises SpecError for references that lead nowhere.
    """
    shapes = carry(spec)
    entering: dict[str, Keys] = {name: (name,) for name in shapes.inputs}
    scope = _Scope(shapes, spec.layers, entering, said or {})
    return list(scope.steps())


@dataclass
class _Scope:
    """A graph that is being turned into steps.

    `path` are the calls that lead to it, `row` is the layer of the spec that all its steps belong
    to, None for the spec's own graph. `learns` says whether the model around it learns; a graph
    that is called `again` adds no weights.
    """

    shapes: Shapes
    layers: Sequence[Layer]
    entering: Mapping[str, Keys]
    said: Mapping[str, Any]
    path: tuple[int, ...] = ()
    prefix: str = ""
    row: int | None = None
    learns: bool = True
    again: bool = False
    results: list[Keys] = field(default_factory=list)

    def steps(self) -> Iterator[Step]:
        names = layer_names(self.layers)
        calls = self.shapes.graph.calls
        for call in calls:
            target = calls[call.target]
            name = self.prefix + names[call.target]
            if target.inner is None:
                step = self.step(call, target.layer, name)
                self.results.append(step.makes)
                yield step
            else:
                within = self.within(call, target, name)
                yield from within.steps()
                self.results.append(within.outputs())

    def step(self, call: Call, layer: Layer, name: str) -> Step:
        given, made = self.shapes.given(call), self.shapes.calls[call.index]
        learns = self.learns_in(name, layer)
        weights: Weights | None = unless_unsure(partial(_weights, layer, given, learns))
        several = len(made) if is_several(made) else 1
        return Step(
            row=self.row_of(call),
            kind=layer.type,
            arguments=layer.arguments,
            given=given,
            made=made,
            takes=self.keys(call.inputs),
            makes=tuple((*self.path, call.index, output) for output in range(several)),
            weights=(0, 0) if self.again or call.target != call.index else weights,
            # If the weights are not known, there may be some.
            learns=learns and (weights is None or weights[0] > 0),
        )

    def within(self, call: Call, target: Call, name: str) -> _Scope:
        assert isinstance(target.layer, NestedModel)
        given = call.inputs if isinstance(call.inputs, Mapping) else {"input": call.inputs}
        return _Scope(
            shapes=shapes_within(target, self.shapes, self.shapes.given(call)),
            layers=target.layer.layers,
            entering={key: self.keys(part) for key, part in given.items()},
            said=self.said,
            path=(*self.path, call.index),
            prefix=f"{name}/",
            row=self.row_of(call),
            learns=self.learns_in(name, target.layer),
            again=self.again or call is not target,
        )

    def row_of(self, call: Call) -> int:
        return call.index if self.row is None else self.row

    def learns_in(self, name: str, layer: Layer) -> bool:
        """Whether a layer learns, at least in part."""
        if name in self.said:
            return self.said[name] is not False
        return self.learns and layer.arguments.get("trainable") is not False

    def keys(self, inputs: Any) -> Keys:
        return tuple(key for tensor in tensors_of(inputs) for key in self.keys_of(tensor))

    def keys_of(self, tensor: Tensor) -> Keys:
        source = tensor.source
        keys = self.entering.get(source, ()) if isinstance(source, str) else self.results[source]
        return keys if tensor.output is None else keys[tensor.output : tensor.output + 1]

    def outputs(self) -> Keys:
        return tuple(key for tensor in self.shapes.graph.given() for key in self.keys_of(tensor))


def _weights(layer: Layer, given: Given, learns: bool) -> Weights:
    arguments = {key: value for key, value in layer.arguments.items() if key != "trainable"}
    trained, fixed = weights_of(layer.type, arguments, given)
    return (trained, fixed) if learns else (0, trained + fixed)
