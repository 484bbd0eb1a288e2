"""Augmentation where it does not belong, and what does not belong in it."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec import catalog
from kspec.spec.graph import Graph
from kspec.spec.lint.labels import augmentation_layers
from kspec.spec.lint.names import name_of
from kspec.spec.lint.network import is_random, sites
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = [
    "ALTERNATING_FLIP",
    "AUGMENTATION_IN_LAYERS",
    "SCALING_IN_AUGMENTATION",
    "WEIGHTS_IN_AUGMENTATION",
]


def _in_layers(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site in sites(graph):
        if is_random(site.name):
            both = ", where there is some already" if spec.augmentation else ""
            message = (
                f'{site.title} augments pictures within the network; it belongs in "augmentation"'
                f"{both}"
            )
            yield Finding(site.path, message)


def _scaling(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for path, layer in augmentation_layers(spec):
        name = name_of("layers", layer["type"])
        if name in ("Normalization", "Rescaling"):
            message = (
                f"{name} in augmentation changes the training pictures alone; validation and test "
                "pictures stay as they are. Use data.scale or data.standardize"
            )
            yield Finding(path, message)


def _weights(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for path, layer in augmentation_layers(spec):
        entry = catalog.find("layers", layer["type"])
        if isinstance(entry, catalog.Entry) and entry.has_weights:
            message = f'{entry.name} has weights, which nothing trains here; it belongs in "layers"'
            yield Finding(path, message)


def _alternating(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = [(site.path, site.name) for site in sites(graph)]
    for path, layer in augmentation_layers(spec):
        if len(path) > 2:
            found.append((path, name_of("layers", layer["type"])))
    for path, name in found:
        if name == "AlternatingFlip":
            message = (
                'AlternatingFlip depends on the number of the pass, which only "augmentation" '
                'itself knows; put it into that list, or use {"type": "RandomFlip"}'
            )
            yield Finding(path, message)


ALTERNATING_FLIP = Rule(
    code="alternating-flip",
    level="error",
    title="An AlternatingFlip that is not directly in augmentation",
    reason=(
        "AlternatingFlip mirrors one half of the training pictures in the first pass over them and "
        "the other half in the second. A layer of the network, or one within a Pipeline, does not "
        "know which pictures it gets, or in which pass."
    ),
    wrong=('{"augmentation": [{"type": "Pipeline", "layers": [{"type": "AlternatingFlip"}]}]}'),
    right='{"augmentation": [{"type": "AlternatingFlip"}]}',
    find=_alternating,
    may_be_allowed=False,
)

AUGMENTATION_IN_LAYERS = Rule(
    code="augmentation-in-layers",
    level="warning",
    title="Augmentation within the network",
    reason=(
        "The layers of augmentation change each training batch before the network sees it, on "
        "pixels from 0 to 255. Within the network they get scaled pixels, are saved with the "
        "model, and some of them (rotation, zoom, translation) prevent the whole network from "
        "being compiled: on JAX a step was measured to take nine times as long."
    ),
    wrong=(
        '{"layers": [{"type": "RandomFlip", "mode": "horizontal"}, {"type": "Flatten"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    right=(
        '{"augmentation": [{"type": "RandomFlip", "mode": "horizontal"}],\n'
        ' "layers": [{"type": "Flatten"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    find=_in_layers,
    gathered=True,
)

SCALING_IN_AUGMENTATION = Rule(
    code="scaling-in-augmentation",
    level="warning",
    title="Scaling as augmentation",
    reason=(
        "Augmentation is applied to training batches only. A Rescaling there gives the network "
        "other values in training than in validation and test, so it cannot do well on both. "
        "data.scale and data.standardize apply to all three."
    ),
    wrong=(
        '{"data": {"source": "shapes", "validation": 0.2},\n'
        ' "augmentation": [{"type": "Rescaling", "scale": 0.00392156862745098}]}'
    ),
    right='{"data": {"source": "shapes", "validation": 0.2, "scale": "1/255"}}',
    find=_scaling,
    reads_graph=False,
)

WEIGHTS_IN_AUGMENTATION = Rule(
    code="weights-in-augmentation",
    level="error",
    title="A layer with weights as augmentation",
    reason=(
        "Augmentation changes pictures before the network sees them, and is not part of it. The "
        "weights of a layer there would be drawn once and never trained: the layer would only "
        "spoil the pictures."
    ),
    wrong='{"augmentation": [{"type": "Dense", "units": 3}]}',
    right='{"augmentation": [{"type": "RandomFlip", "mode": "horizontal"}]}',
    find=_weights,
    may_be_allowed=False,
    reads_graph=False,
)
