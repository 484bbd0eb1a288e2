"""How much a layer has to multiply and add for one sample."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import Given, Outputs, Unsure, is_shape
from kspec.spec.shapes.spatial import parted
from kspec.spec.shapes.taken import one
from kspec.spec.shapes.weights import weights_of

__all__ = ["work_of"]


def work_of(kind: str, arguments: Mapping[str, Any], given: Given, made: Outputs) -> int:
    """The multiplications of weights with inputs; `made` is what the layer gives for `given`.

    Every weight of a kernel counts once for each place that it is used at. What has no kernel
    (activations, pooling, normalization) counts nothing, as is usual. Raises Unsure.
    """
    if kind.startswith("ops."):
        return 0
    entry = catalog.find("layers", kind)
    if not isinstance(entry, catalog.Entry):
        raise Unsure
    name = entry.name
    if name in ("Embedding", "PReLU", "LayerScale") or name.endswith("Normalization"):
        return 0
    plain = {**arguments, "use_bias": False, "trainable": True}
    if "use_bias" not in entry.arguments:
        plain = dict(arguments)
    weights = weights_of(kind, plain, given)[0]
    if not weights:
        return 0
    settings = Settings(name, arguments, entry.arguments)
    if name == "Dense":
        return weights * _places(one(settings, given)[:-1])
    if name.endswith("Transpose"):
        return weights * _places(parted(settings, given)[1])
    if "Conv" in name and "Separable" not in name and is_shape(made):
        return weights * _places(parted(settings, made)[1])
    if name in ("GRU", "LSTM", "SimpleRNN"):
        return weights * _places(one(settings, given)[:1])
    raise Unsure


def _places(sizes: tuple[int | None, ...]) -> int:
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        raise Unsure
    return math.prod(known)
