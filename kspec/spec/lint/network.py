"""The network as the rules see it: consecutive layers, the heads, the layers that take pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kspec.spec.graph import Graph, Tensor, tensors_of
from kspec.spec.lint.names import activation_of, name_of, whole
from kspec.spec.lint.rule import Path
from kspec.spec.models import KerasObject, Layer

__all__ = ["Head", "Site", "head", "heads", "is_random", "pairs", "pixel_takers", "sites"]

_DENSE = ("Dense", "EinsumDense")
_ACTIVATIONS = ("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax")

# Layers whose outputs are their inputs, or means of them: probabilities stay probabilities, and
# unbounded values stay unbounded. Those in `_RESHAPING` may change the size of the last axis.
_PASSING = (
    "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "Dropout", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalAveragePooling3D", "Identity",
)  # fmt: skip
_RESHAPING = ("Flatten", "Permute", "Reshape")

# Layers that move or interpolate pixels, but keep the range of their values.
_MOVING = (
    "CenterCrop", "Cropping2D", "Identity", "Permute", "Reshape", "Resizing", "ZeroPadding2D",
)  # fmt: skip
_RANDOM = ("AugMix", "CutMix", "MixUp", "RandAugment")


@dataclass(frozen=True)
class Site:
    """A layer and its path in the resolved spec."""

    path: Path
    layer: Layer

    @property
    def name(self) -> str:
        """Keras's own name of the layer's class."""
        return name_of("layers", self.layer.type)

    @property
    def title(self) -> str:
        """The layer as messages name it: by its type, and its name if it has one."""
        given = self.layer.arguments.get("name")
        called = f' "{given}"' if isinstance(given, str) else ""
        return f"{self.layer.type}{called}"

    @property
    def is_activation(self) -> bool:
        """Whether the layer is an activation and nothing else."""
        return self.name in _ACTIVATIONS


@dataclass(frozen=True)
class Head:
    """The end of the network.

    `site` is the layer with the final activation, `weights` the last one with weights, None if it
    cannot be told. `units` is the number of values for each sample (or each position of one), None
    if it cannot be told.
    """

    site: Site
    activation: str
    units: int | None
    weights: Site | None


def sites(graph: Graph, above: Path = ()) -> Iterator[Site]:
    """Every layer, including those of nested models; a shared layer once, where it is defined."""
    for call in graph.calls:
        path = (*above, "layers", call.index)
        if call.target == call.index:
            yield Site(path, call.layer)
        if call.inner is not None:
            yield from sites(call.inner, path)


def pairs(graph: Graph, above: Path = ()) -> Iterator[tuple[Site, Site]]:
    """Every layer whose output is used by exactly one other, with that other.

    Layers that are called more than once are left out.
    """
    calls = Counter(call.target for call in graph.calls)
    takers = Counter(tensor.source for call in graph.calls for tensor in tensors_of(call.inputs))
    takers.update(tensor.source for tensor in graph.given())
    for call in graph.calls:
        path = (*above, "layers", call.index)
        if call.inner is not None:
            yield from pairs(call.inner, path)
        taken = call.inputs
        if not isinstance(taken, Tensor) or not isinstance(taken.source, int):
            continue
        giver = graph.calls[taken.source]
        once = calls[giver.target] == 1 and calls[call.target] == 1
        if once and takers[giver.index] == 1 and taken.output is None:
            yield Site((*above, "layers", giver.index), giver.layer), Site(path, call.layer)


def heads(graph: Graph, above: Path = ()) -> tuple[Head | None, ...]:
    """The head of each output of the network; None if it cannot be told."""
    return tuple(_head(graph, tensor, above) for tensor in graph.given())


def head(graph: Graph) -> Head | None:
    """The head of the only output of the network; None if there are several."""
    found = heads(graph)
    return found[0] if len(found) == 1 else None


def _head(graph: Graph, tensor: Tensor, above: Path) -> Head | None:
    if not isinstance(tensor.source, int):
        return None
    call = graph.calls[tensor.source]
    target = graph.calls[call.target]
    site = Site((*above, "layers", target.index), target.layer)
    if target.inner is not None:
        within = target.inner.given()
        which = tensor.output or 0
        return _head(target.inner, within[which], site.path) if which < len(within) else None
    if tensor.output is not None:
        return None
    if site.name in (*_PASSING, *_RESHAPING, *_ACTIVATIONS):
        before = _head(graph, call.inputs, above) if isinstance(call.inputs, Tensor) else None
        if site.name in _RESHAPING and before is not None:
            return replace(before, units=None)
        activation = activation_of(site.layer)
        if site.name in _PASSING or activation == "linear":
            return before
        if activation is None:
            return None
        return Head(
            site, activation, before.units if before else None, before.weights if before else None
        )
    inside = _inside(site.layer)
    activation = activation_of(inside)
    if activation is None or not _is_linear_map(inside):
        return None
    return Head(site, activation, _units(inside), site)


def _inside(layer: KerasObject) -> KerasObject:
    """The layer that TimeDistributed applies at every step; any other layer itself."""
    inner = layer.arguments.get("layer")
    if name_of("layers", layer.type) != "TimeDistributed" or not isinstance(inner, dict):
        return layer
    return KerasObject(**inner) if isinstance(inner.get("type"), str) else layer


def _is_linear_map(layer: KerasObject) -> bool:
    name = name_of("layers", layer.type)
    return name in _DENSE or (("Conv" in name) and "LSTM" not in name)


def _units(layer: KerasObject) -> int | None:
    if layer.arguments.get("data_format") == "channels_first":
        return None
    name = name_of("layers", layer.type)
    if name == "Dense":
        return whole(layer.arguments.get("units"))
    return whole(layer.arguments.get("filters")) if name.startswith(("Conv", "Sep")) else None


def is_random(name: str) -> bool:
    """Whether the layer class of this name augments pictures."""
    return name.startswith("Random") or name in _RANDOM


def pixel_takers(graph: Graph, above: Path = ()) -> Iterator[Site]:
    """The layers that take the values of the model input in their original range.

    Layers that only move, interpolate or augment pixels may come before them.
    """
    pixels: set[int | str] = set(graph.inputs)
    for call in graph.calls:
        if not isinstance(call.inputs, Tensor) or call.inputs.source not in pixels:
            continue
        target = graph.calls[call.target]
        site = Site((*above, "layers", target.index), target.layer)
        if target.inner is not None:
            yield from pixel_takers(target.inner, site.path)
            continue
        yield site
        if site.name in _MOVING or is_random(site.name):
            pixels.add(call.index)
