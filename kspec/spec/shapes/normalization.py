"""Normalization: the shape is unchanged, but the axis must exist."""

from __future__ import annotations

from kspec.spec.shapes.settings import Rule, Settings
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, shape_text
from kspec.spec.shapes.taken import axis_in, one

__all__ = ["RULES"]


def normalized(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    axes = settings.axes("axis", -1)
    if axes is None or not shape:
        raise Unsure
    # The weights have the sizes of these axes.
    if any(shape[axis_in(settings, axis, shape)] is None for axis in axes):
        raise Unsure
    return shape


def unit(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    for axis in settings.axes("axis", -1) or ():
        axis_in(settings, axis, shape)
    return shape


def grouped(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    groups = settings.whole("groups", 32)
    channels = shape[axis_in(settings, settings.whole("axis", -1), shape)]
    if channels is None or (groups < 1 and groups != -1):
        raise Unsure
    if groups != -1 and channels % groups:
        message = f"{settings.kind} of {groups} groups cannot take {shape_text(shape)}: {channels} "
        message += f"channels are not a multiple of {groups}"
        raise CannotFit("wrong-channels", message, "groups")
    return shape


RULES: dict[str, Rule] = {
    **dict.fromkeys(("BatchNormalization", "LayerNormalization", "RMSNormalization"), normalized),
    "GroupNormalization": grouped,
    "UnitNormalization": unit,
}
