"""The layers of kspec itself."""

from __future__ import annotations

from kspec.spec.catalog.backbone import IMAGENET, application_of, preprocessing_of
from kspec.spec.shapes.settings import Rule, Settings
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Outputs, Unsure, shape_text
from kspec.spec.shapes.taken import of_rank, one

__all__ = ["RULES"]


def layer_scale(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    channels = settings.positive("projection_dim")
    if not shape or shape[-1] is None:
        raise Unsure
    if shape[-1] != channels:
        message = f"{settings.kind} of {channels} channels cannot take {shape_text(shape)}"
        raise CannotFit("wrong-channels", message, "projection_dim")
    return shape


def stochastic_depth(settings: Settings, given: Given) -> Dims:
    return one(settings, given)


def backbone(settings: Settings, given: Given) -> Outputs:
    """Sure of what it takes; of what it gives only where it keeps its own classifier."""
    shape = of_rank(settings, given, "height", "width", "channels")
    arguments = {name: settings.value(name) for name in _OF_BACKBONES if settings.said(name)}
    imagenet = arguments.get("weights", IMAGENET) == IMAGENET
    by_channel = preprocessing_of(arguments) in ("torch", "caffe")
    of_keras = application_of(arguments) is not None
    if of_keras and (imagenet or by_channel) and shape[-1] not in (3, None):
        why = "ImageNet's weights are" if imagenet else "this preprocessing is"
        message = f"{settings.kind} cannot take {shape_text(shape)}: {why} for 3 channels"
        raise CannotFit("wrong-channels", message)
    if not settings.yes("include_top"):
        raise Unsure
    return (settings.positive("classes", 1000),)


_OF_BACKBONES = ("application", "preprocessing", "weights")

RULES: dict[str, Rule] = {
    "Backbone": backbone,
    "LayerScale": layer_scale,
    "StochasticDepth": stochastic_depth,
}
