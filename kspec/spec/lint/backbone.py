"""Pixels in another range than the weights of a backbone were trained with."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.catalog.backbone import BACKBONE, IMAGENET, application_of, preprocessing_of
from kspec.spec.graph import Graph
from kspec.spec.lint.network import Site, pixel_takers, sites
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.lint.scaling import scale_of
from kspec.spec.models import Spec, Standardize

__all__ = ["BACKBONE_SCALED_TWICE", "BACKBONE_WITHOUT_PREPROCESSING"]


def _scaled_twice(spec: Spec, graph: Graph) -> Iterator[Finding]:
    done = _done_by_data(spec)
    for site in pixel_takers(graph) if done else ():
        mode = preprocessing_of(site.layer.arguments) if site.name == BACKBONE else None
        if mode is None:
            continue
        if mode != "none":
            message = (
                f"data.{done} has scaled the pixels already, and this {site.title} takes them from "
                f'0 to 255; leave out data.{done}, or say "preprocessing": "none"'
            )
            yield Finding(site.path, message)
        elif _scales_inside(site):
            name = site.layer.arguments["application"]
            message = (
                f"data.{done} has scaled the pixels already, and {name} takes them from 0 to 255: "
                f"its own first layers scale them; leave out data.{done}"
            )
            yield Finding(site.path, message)
    for site in sites(graph):
        if site.name != BACKBONE or not _scales_inside(site):
            continue
        if preprocessing_of(site.layer.arguments) in ("tf", "torch", "caffe"):
            name = site.layer.arguments["application"]
            message = f'{name} scales its pixels itself; leave out "preprocessing"'
            yield Finding((*site.path, "preprocessing"), message)


def _done_by_data(spec: Spec) -> str | None:
    """The key of `data` that brings the pixels to another range than 0 to 255, if any."""
    if spec.data.standardize is not False:
        return "standardize"
    return "scale" if abs(scale_of(spec.data)) < 0.5 else None


def _scales_inside(site: Site) -> bool:
    found = application_of(site.layer.arguments)
    inside = found is not None and found.preprocessing == "none"
    return inside and site.layer.arguments.get("include_preprocessing") is not False


def _without(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site in pixel_takers(graph):
        said = site.layer.arguments
        if site.name != BACKBONE or said.get("preprocessing") != "none":
            continue
        found = application_of(said)
        if found is None or said.get("weights", IMAGENET) != IMAGENET or _scales_inside(site):
            continue
        if found.preprocessing == "torch" and isinstance(spec.data.standardize, Standardize):
            continue  # These weights were trained on pixels standardized in this way.
        message = (
            f"ImageNet's weights of {found.name} were trained on pixels prepared in their own way, "
            'but "preprocessing": "none" leaves that out; "auto" does it, for pixels from 0 to 255'
        )
        yield Finding((*site.path, "preprocessing"), message)


_REST = (
    '\n  {"type": "Dense", "units": 10, "activation": "softmax"}],\n'
    ' "data": {"source": "shapes", "validation": 0.2'
)
_LAYERS = (
    '{"input": {"shape": [32, 32, 3]},\n'
    ' "layers": [{"type": "Backbone", "application": "MobileNetV2", "pooling": "avg"'
)

BACKBONE_SCALED_TWICE = Rule(
    code="backbone-scaled-twice",
    level="warning",
    title="Pixels scaled before a backbone that scales them again",
    reason=(
        "The weights of a backbone were trained on pixels prepared in one way, and a Backbone "
        "takes pixels from 0 to 255 and prepares them itself. After data.scale 1/255 it would see "
        "nearly black pictures, whatever they show: the network still trains, but is worse for it. "
        "Some applications (EfficientNet, ConvNeXt, MobileNetV3) have the scaling among their own "
        "layers, so it cannot be left out at all."
    ),
    wrong=f'{_LAYERS}}},{_REST}, "scale": "1/255"}}}}',
    right=f"{_LAYERS}}},{_REST}}}}}",
    find=_scaled_twice,
)

BACKBONE_WITHOUT_PREPROCESSING = Rule(
    code="backbone-without-preprocessing",
    level="warning",
    title="ImageNet weights on pixels that are not prepared for them",
    reason=(
        "Each network for ImageNet was trained on pixels prepared in its own way: scaled to -1 to "
        "1, standardized per channel, or in the order blue, green, red with the mean subtracted. "
        "On other pixels its features are worse, often by several points of accuracy, and nothing "
        "else shows it."
    ),
    wrong=f'{_LAYERS},\n  "preprocessing": "none"}},{_REST}}}}}',
    right=f"{_LAYERS}}},{_REST}}}}}",
    find=_without,
)
