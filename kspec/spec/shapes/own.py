"""The layers of kspec itself."""

from __future__ import annotations

from kspec.spec.shapes.settings import Rule, Settings
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, shape_text
from kspec.spec.shapes.taken import one

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


RULES: dict[str, Rule] = {"LayerScale": layer_scale, "StochasticDepth": stochastic_depth}
