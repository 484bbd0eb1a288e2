"""Joins the layers of a spec to a `keras.Model`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras

from kspec.errors import BuildError, Place, keras_says
from kspec.model.backbone import Backbone, BackboneError, make_backbone
from kspec.model.backbone.made import no_layer
from kspec.model.backbone.trainable import freeze_normalization
from kspec.model.call import call
from kspec.model.memory import TooLargeError
from kspec.model.objects import build_error, make
from kspec.model.operations import make_operation
from kspec.model.trainable import set_trainable
from kspec.plugins.blame import said_by
from kspec.spec.automatic_names import layer_names
from kspec.spec.catalog import operation_of
from kspec.spec.catalog.backbone import BACKBONE
from kspec.spec.graph import Call, Graph, Tensor, graph_of, tensors_of
from kspec.spec.models import KerasObject, Layer, NestedModel, Spec
from kspec.spec.node import dotted
from kspec.spec.precision import OUTPUT, layers_in_float32

__all__ = ["connect", "key_place_of", "make_layer", "place_of"]

Steps = tuple[str | int, ...]


def connect(
    spec: Spec,
    *,
    root: Path | None = None,
    backbones: list[Backbone] | None = None,
    pretrained: bool = False,
) -> keras.Model:
    """The layers of `spec` joined to a model, with whatever weights Keras gives them.

    Backbones have new weights, too; they are added to `backbones`, so that they can be filled.
    Relative paths start from `root`, by default that of the spec. If `spec` is that of a run which
    keeps the network of another run as a backbone, the kept copy is used, unless the backbone will
    be `pretrained`: then it is the other run as it is now, since the weights are.
    """
    try:
        inputs = {
            name: keras.Input(each.shape, dtype=each.dtype, name=name)
            for name, each in spec.entering.items()
        }
    except Exception as error:
        message = f"Keras cannot make this input: {keras_says(error)}"
        place = place_of(spec, "inputs" if spec.inputs else "input")
        raise build_error(place, spec.name, message, "build") from error
    backbones = [] if backbones is None else backbones
    root = spec.root if root is None else root
    graph = graph_of(spec)
    kept = None if pretrained else spec.root
    network = _Network(spec, spec.layers, graph, inputs, ("layers",), root, kept, backbones)
    network.in_float32 = layers_in_float32(spec)
    return network.model(spec.name)


@dataclass
class _Network:
    """A graph of layers being built into a model; `path` leads to its layers in the spec.

    `kept` is the folder of the run whose spec it is, which may keep the networks of other runs.
    Layers that are `in_float32` compute in float32 whatever the others do.
    """

    spec: Spec
    layers: Sequence[Layer]
    graph: Graph
    inputs: Mapping[str, Any]
    path: Steps
    root: Path
    kept: Path | None
    backbones: list[Backbone]
    made: dict[int, Any] = field(default_factory=dict)
    results: list[Any] = field(default_factory=list)
    in_float32: frozenset[int] = frozenset()

    def model(self, name: str) -> keras.Model:
        self.go_through()
        try:
            given = self.graph.outputs
            outputs = (
                self.tensor(given) if isinstance(given, Tensor) else [self.tensor(t) for t in given]
            )
            inputs = list(self.inputs.values())
            return keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs, name=name)
        except BuildError:
            raise
        except Exception as error:
            message = f"Keras cannot join the layers: {keras_says(error)}"
            raise self.error(None, message, "build") from error

    def go_through(self, until: str | None = None) -> Any:
        """Make every call in order, or those up to the layer `until`, and return its output."""
        names = layer_names(self.layers)
        for each in self.graph.calls:
            self.results.append(self.result(each, names[each.index]))
            if names[each.index] == until:
                return self.tensor(Tensor(each.index))
        if until is not None:
            raise no_layer(until, names)
        return None

    def result(self, each: Call, name: str) -> Any:
        """The result of one call: a tensor, or several."""
        if each.target == each.index:
            self.made[each.index] = self.make(each, name)
        target = self.made[each.target]
        layer = self.layers[each.target]
        title = f"{dotted(self.path)}[{each.index}] {layer_title(layer)}"
        misfit = f"{title} cannot take {self.shapes(each)}: "
        try:
            result = call(target, layer, each.inputs, self.tensor)
        except BuildError:
            raise
        except TooLargeError as error:
            raise self.error(each.index, f"{title}: {error}", "too-large") from error
        except Exception as error:
            message = f"{misfit}{said_by(error)}"
            raise self.error(each.index, message, "shape") from error
        if isinstance(result, keras.KerasTensor):
            if operation_of(layer.type) is not None:
                result._keras_history.operation.name = name
            if 0 in result.shape[1:]:
                # Some versions of Keras accept a pool that is larger than its input.
                message = f"{misfit}nothing is left of it, {tuple(result.shape[1:])}"
                raise self.error(each.index, message, "shape")
        return result

    def make(self, each: Call, name: str) -> Any:
        layer = each.layer
        if (operation := operation_of(layer.type)) is not None:
            return make_operation(operation, layer.arguments)
        if isinstance(layer, NestedModel):
            return self.nested(each, layer, name)
        if layer.type == BACKBONE:
            return self.backbone(each, name)
        extra = {"dtype": OUTPUT} if each.index in self.in_float32 else {}
        return make_layer(self.spec, self.path, each.index, layer, name=name, **extra)

    def nested(self, each: Call, layer: NestedModel, name: str) -> keras.Model:
        """A network within the network, built for inputs of the shapes that it is called with."""
        taken = each.inputs if isinstance(each.inputs, Mapping) else {"input": each.inputs}
        inputs = {}
        for key, part in taken.items():
            tensor = self.tensor(*tensors_of(part))
            inputs[key] = keras.Input(tensor.shape[1:], dtype=tensor.dtype, name=key)
        path = (*self.path, each.index, "layers")
        assert each.inner is not None
        network = _Network(
            self.spec, layer.layers, each.inner, inputs, path, self.root, self.kept, self.backbones
        )
        model = network.model(name)
        if layer.arguments.get("trainable") is False:
            model.trainable = False
        return model

    def backbone(self, each: Call, name: str) -> keras.Model:
        """A pretrained network, built for an input of the shape that it is called with."""
        path = (*self.path, each.index)
        tensors = list(tensors_of(each.inputs))
        if len(tensors) != 1:
            raise self.error(each.index, f"{dotted(path)}: a Backbone takes one tensor", "shape")
        tensor = self.tensor(tensors[0])
        try:
            made = make_backbone(
                path,
                each.layer.arguments,
                tensor,
                name=name,
                root=self.root,
                kept=self.kept,
                follow=_follow,
            )
        except BackboneError as error:
            place = place_of(self.spec, *path, *([error.key] if error.key else []))
            message = f"{dotted(path)} {layer_title(each.layer)}: {error}"
            raise build_error(place, self.spec.name, message, "build") from error
        self.backbones.append(made)
        arguments = each.layer.arguments
        trainable = arguments.get("trainable", True)
        within = () if isinstance(trainable, bool) else tuple(trainable)
        place = place_of(self.spec, *path, "trainable", *within)
        set_trainable(made.model, trainable, place=place)
        if arguments.get("update_statistics") is False:
            freeze_normalization(made.model)
        return made.model

    def tensor(self, reference: Tensor) -> Any:
        """The tensor that `reference` refers to. Raises BuildError if there is none."""
        if isinstance(reference.source, str):
            return self.inputs[reference.source]
        found = self.results[reference.source]
        layer = self.layers[reference.source]
        where = f"{dotted(self.path)}[{reference.source}] {layer_title(layer)}"
        if reference.output is None:
            if isinstance(found, keras.KerasTensor):
                return found
            if not isinstance(found, (list, tuple)):
                # (A plugin's layer whose `call` has no return statement.)
                message = f"{where} gives {'nothing' if found is None else 'no tensor'}"
                raise self.error(reference.source, message, "build")
            count = len(found)
            message = f'{where} gives {count} outputs; say which: "#-1[0]" to "#-1[{count - 1}]"'
            raise self.error(len(self.results), message, "shape")
        several = [found] if isinstance(found, keras.KerasTensor) else list(found)
        if reference.output >= len(several):
            message = f"{where} gives {len(several)} outputs, counted from 0"
            raise self.error(len(self.results), message, "shape")
        return several[reference.output]

    def shapes(self, each: Call) -> str:
        shapes = [tuple(self.tensor(tensor).shape[1:]) for tensor in tensors_of(each.inputs)]
        return f"the shape{'s' * (len(shapes) != 1)} {', '.join(map(str, shapes))}"

    def error(self, index: int | None, message: str, code: str) -> BuildError:
        within = () if index is None or index >= len(self.layers) else (index,)
        return build_error(place_of(self.spec, *self.path, *within), self.spec.name, message, code)


def _follow(spec: Spec, tensor: Any, until: str, root: Path, run: Path) -> Any:
    """The output of the layer `until` of the spec of `run`, with `tensor` as its only input.

    Raises BackboneError.
    """
    if len(spec.entering) != 1:
        message = f"{spec.name} takes several inputs; a backbone takes one"
        raise BackboneError(message, "application")
    (name,) = spec.entering
    graph = graph_of(spec)
    network = _Network(spec, spec.layers, graph, {name: tensor}, ("layers",), root, run, [])
    try:
        return network.go_through(until)
    except BuildError as error:
        message = f"{spec.name}, {error.problems[0].message}"
        raise BackboneError(message, "application") from error


def make_layer(
    spec: Spec, path: Steps, index: int, layer: KerasObject, **extra: Any
) -> keras.Layer:
    """The layer at `path[index]` of the spec, with `extra` arguments, not yet called."""
    try:
        return make("layers", KerasObject(type=layer.type, **layer.arguments), **extra)
    except Exception as error:
        message = f"{dotted(path)}[{index}]: Keras cannot make this {layer.type}: "
        message += said_by(error)
        raise build_error(place_of(spec, *path, index), spec.name, message, "build") from error


def layer_title(layer: KerasObject) -> str:
    name = layer.arguments.get("name")
    return f'{layer.type} "{name}"' if name else layer.type


def place_of(spec: Spec, *path: Any) -> Place | None:
    """Where the part of the spec at `path` was written; None for a spec made in Python."""
    return spec._node.at(path).place if spec._node is not None else None


def key_place_of(spec: Spec, *path: Any) -> Place | None:
    """Where the key at the end of `path` was written; None for a spec made in Python."""
    return spec._node.key_place(path) if spec._node is not None else None
