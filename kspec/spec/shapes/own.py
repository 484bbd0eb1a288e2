"""The layers of kspec itself."""

from __future__ import annotations

from kspec.spec.catalog import Entry
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
    """Checks its input; its output is known with its own classifier, and in plain cases without."""
    shape = of_rank(settings, given, "height", "width", "channels")
    arguments = {name: settings.value(name) for name in _OF_BACKBONES if settings.said(name)}
    imagenet = arguments.get("weights", IMAGENET) == IMAGENET
    by_channel = preprocessing_of(arguments) in ("torch", "caffe")
    application = application_of(arguments)
    if application is None:
        raise Unsure
    if (imagenet or by_channel) and shape[-1] not in (3, None):
        why = "ImageNet's weights are" if imagenet else "this preprocessing is"
        message = f"{settings.kind} cannot take {shape_text(shape)}: {why} for 3 channels"
        raise CannotFit("wrong-channels", message)
    if settings.yes("include_top"):
        return (settings.positive("classes", 1000),)
    if settings.has("until") or any(settings.said(name) for name in _WIDTHS):
        raise Unsure
    return _pooled(settings, application, shape[:2])


def _pooled(settings: Settings, application: Entry, sizes: Dims) -> Dims:
    """The last feature maps of an application after `pooling`."""
    channels, stride, pooling = application.channels, application.stride, settings.value("pooling")
    if channels is None:
        raise Unsure
    if pooling in ("avg", "max"):
        return (channels,)
    if stride is None or any(size is None or size % stride for size in sizes):
        raise Unsure
    height, width = (size // stride for size in sizes if size is not None)
    return (height * width * channels,) if pooling == "flatten" else (height, width, channels)


# Arguments that make an application narrower or wider.
_WIDTHS = ("alpha", "depth_multiplier")
_OF_BACKBONES = ("application", "preprocessing", "weights")

RULES: dict[str, Rule] = {
    "Backbone": backbone,
    "LayerScale": layer_scale,
    "StochasticDepth": stochastic_depth,
}
