"""Augmentation with a value_range that does not fit its pixels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import PIXEL_SOURCES, augmentation_layers
from kspec.spec.lint.names import default_of, name_of, number
from kspec.spec.lint.network import is_random, pixel_takers
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.lint.scaling import scale_of
from kspec.spec.models import Spec

__all__ = ["VALUE_RANGE"]


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if spec.data.source not in PIXEL_SOURCES:
        return
    for path, layer in augmentation_layers(spec):
        top = _top(layer["type"], layer)
        if top is not None and top <= 2:
            message = (
                f"augmentation gets pixels from 0 to 255, before data.scale, but this value_range "
                f"ends at {top:g}; remove it, 0 to 255 is the default"
            )
            yield Finding((*path, "value_range"), message)
    scaled = abs(scale_of(spec.data)) * 255 <= 2
    if not scaled or spec.data.standardize is not False:
        return
    for site in pixel_takers(graph):
        top = _top(site.layer.type, site.layer.arguments) if is_random(site.name) else None
        if top is not None and top >= 255:
            message = (
                f"data.scale has brought the pixels to 0 … 1, but the value_range of {site.title} "
                f"ends at {top:g}"
            )
            yield Finding((*site.path, "value_range"), message)


def _top(type_: str, arguments: Mapping[str, Any]) -> float | None:
    """The upper end of a layer's value_range, None if it has none."""
    default = default_of("layers", name_of("layers", type_), "value_range")
    written = arguments.get("value_range", default)
    if default is None or not isinstance(written, (list, tuple)) or len(written) != 2:
        return None
    return number(written[1])


VALUE_RANGE = Rule(
    code="value-range",
    level="warning",
    title="A value_range that does not fit the pixels",
    reason=(
        "Layers such as RandomBrightness clip their outputs to value_range. kspec augments before "
        "it scales, on pixels from 0 to 255, which is the layers' default; with [0, 1] nearly "
        "every pixel is clipped to 1 and the pictures are white. Within the network, after "
        "data.scale 1/255, it is the other way round: with the default, brightness would be "
        "changed by up to 255 on a scale of 1."
    ),
    wrong=(
        '{"augmentation": [{"type": "RandomBrightness", "factor": 0.2, "value_range": [0, 1]}]}'
    ),
    right='{"augmentation": [{"type": "RandomBrightness", "factor": 0.2}]}',
    find=_find,
)
