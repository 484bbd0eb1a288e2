"""Layers that a phase of the training is to freeze or train, but that do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from kspec.spec.automatic_names import layer_names
from kspec.spec.catalog import operation_of
from kspec.spec.graph import Graph
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Layer, NestedModel, Spec
from kspec.spelling import nearest

__all__ = ["TRAINABLE_LAYER", "named_layers", "well_named"]

# Only Keras knows the layers within these; the build reports those that do not exist.
_NETWORKS = ("Backbone",)


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if not well_named(spec.layers):
        return  # The catalogue reports the names.
    for path, value in spec.training.trainable.items():
        fault = _fault(spec.layers, path, value)
        if fault is not None:
            yield Finding(("training", "trainable", path), fault, on_key=True)


def _fault(
    layers: Sequence[Layer], path: str, value: Any, within: str = "the network"
) -> str | None:
    """What is wrong with `path` and `value`, as far as it can be known without Keras."""
    known = named_layers(layers)
    name, _, rest = path.partition("/")
    layer = known.get(name)
    if layer is None:
        close = nearest(name, known)
        hint = f'Did you mean "{close}"?' if close else f"there are {', '.join(known)}"
        return f'{within} has no layer "{name}"{". " if close else "; "}{hint}'
    if layer.type in _NETWORKS:
        return None
    if isinstance(layer, NestedModel):
        return _fault(layer.layers, rest, value, name) if rest else _part_fault(layer, name, value)
    if rest:
        return f'{name} is not a nested network, so it has no layer "{rest}"'
    if isinstance(value, Mapping):
        return f"{name} is not a nested network: say true (trained) or false (frozen)"
    return None


def _part_fault(network: NestedModel, name: str, value: Any) -> str | None:
    if not isinstance(value, Mapping) or "last" in value:
        return None
    known = ["input", *named_layers(network.layers)]
    wanted = value.get("from")
    if wanted is not None and wanted not in known:
        return _fault(network.layers, wanted, True, name)
    pattern = value.get("matching")
    if pattern is not None and not any(fnmatchcase(each, pattern) for each in known):
        return f'no layer of {name} matches "{pattern}"; there are {", ".join(known[1:])}'
    return None


def named_layers(layers: Sequence[Layer]) -> dict[str, Layer]:
    """The layers by name, without operations."""
    found: Iterator[tuple[str, Layer]] = zip(layer_names(layers), layers, strict=True)
    return {name: layer for name, layer in found if operation_of(layer.type) is None}


def well_named(layers: Sequence[Layer]) -> bool:
    """Whether every name is text; specs that the catalogue refuses also get here."""
    return all(
        isinstance(layer.arguments.get("name"), (str, type(None)))
        and (not isinstance(layer, NestedModel) or well_named(layer.layers))
        for layer in layers
    )


_EXAMPLE = (
    '{"layers": [{"type": "Flatten"},\n'
    '  {"type": "Dense", "units": 20, "activation": "relu", "name": "hidden"},\n'
    '  {"type": "Dense", "units": 10, "activation": "softmax"}],\n'
    ' "training": {"trainable": {"%s": false}}}'
)

TRAINABLE_LAYER = Rule(
    code="trainable-layer",
    level="error",
    title="A layer to train or freeze that does not exist",
    reason=(
        '"trainable" names layers of the network: those at the top level by their names, those '
        'within a nested network with its name in front, "backbone/block5_conv1". A layer without '
        "a name has the one that `kspec summary` shows. Only a nested network can be trained in "
        'part, as with {"last": 30}.'
    ),
    wrong=_EXAMPLE % "hiden",
    right=_EXAMPLE % "hidden",
    find=_find,
    may_be_allowed=False,
    reads_graph=False,
)
