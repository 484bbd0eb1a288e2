"""Words of Muon's `exclude_layers` that are in the path of no variable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kspec.spec.catalog import Entry, find
from kspec.spec.graph import Graph
from kspec.spec.lint.optimizer import optimizer_of
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.lint.trainable import named_layers, well_named
from kspec.spec.models import Layer, NestedModel, Spec
from kspec.spelling import nearest

__all__ = ["EXCLUSION_OF_NONE"]

# What a path has after the name of a layer of the network: inner layers, and variables.
_WITHIN = (
    *("attention_output", "key", "query", "value", "alpha", "beta", "bias", "depthwise_kernel"),
    *("embeddings", "gamma", "kernel", "pointwise_kernel", "recurrent_kernel"),
)
_WORD = re.compile(r"\w+")


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    optimizer = optimizer_of(spec)
    words = optimizer.arguments.get("exclude_layers")
    if not isinstance(words, (list, tuple)) or not well_named(spec.layers) or _hides(spec.layers):
        return
    known = list(_names(spec.layers))
    for number, word in enumerate(words):
        if not isinstance(word, str) or not _WORD.fullmatch(word):
            continue
        if not any(word in name for name in (*known, *_WITHIN)):
            close = nearest(word, known)
            hint = f'. Did you mean "{close}"?' if close else f"; there are {', '.join(known)}"
            message = f'no layer has "{word}" in its name{hint}'
            yield Finding((*optimizer.path, "exclude_layers", number), message)


def _hides(layers: Sequence[Layer]) -> bool:
    """Whether there are layers within layers, of which only Keras knows the names."""
    return any(
        _hides(layer.layers)
        if isinstance(layer, NestedModel)
        else not isinstance(find("layers", layer.type), Entry)
        or layer.type == "Backbone"
        or any(key in layer.arguments for key in ("cell", "cells", "layer", "layers"))
        for layer in named_layers(layers).values()
        if layer.type != "Shared"
    )


def _names(layers: Sequence[Layer]) -> Iterator[str]:
    for name, layer in named_layers(layers).items():
        yield from _names(layer.layers) if isinstance(layer, NestedModel) else (name,)


EXCLUSION_OF_NONE = Rule(
    code="exclusion-of-none",
    level="warning",
    title="A word of exclude_layers that is in no layer's name",
    reason=(
        "Muon and ConvMuon leave a variable to AdamW if a text of exclude_layers, a regular "
        'expression, is found in its path: "dense_1/kernel". One that is found nowhere excludes '
        "nothing, so that the last layer, say, is trained by Muon, too."
    ),
    wrong="""{"layers": [
  {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax", "name": "head"}
], "training": {"optimizer": {"type": "Muon", "exclude_layers": ["haed"]}}}""",
    right="""{"layers": [
  {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax", "name": "head"}
], "training": {"optimizer": {"type": "Muon", "exclude_layers": ["head"]}}}""",
    find=_find,
    reads_graph=False,
)
