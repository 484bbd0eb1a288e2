"""Layers that keep the shape of their input: activations, dropout, noise, masks."""

from __future__ import annotations

from kspec.spec.shapes.settings import Rule, Settings
from kspec.spec.shapes.shape import Dims, Given, Unsure, is_shape
from kspec.spec.shapes.spatial import parted
from kspec.spec.shapes.taken import one

__all__ = ["RULES"]


def same(settings: Settings, given: Given) -> Dims:
    # Some of these take lists as well; the result is then left unknown.
    return one(settings, given) if is_shape(given) or isinstance(given, dict) else _unsure()


def prelu(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    shared = settings.axes("shared_axes") or ()
    if any(not 1 <= axis <= len(shape) for axis in shared):
        raise Unsure
    if any(size is None for axis, size in enumerate(shape, 1) if axis not in shared):
        raise Unsure
    return shape


def dropped_channels(settings: Settings, given: Given) -> Dims:
    parted(settings, given)
    return one(settings, given)


def _unsure() -> Dims:
    raise Unsure


_SAME = (
    "Activation",
    "ActivityRegularization",
    "AlphaDropout",
    "Dropout",
    "ELU",
    "GaussianDropout",
    "GaussianNoise",
    "Identity",
    "LeakyReLU",
    "Masking",
    "ReLU",
    "Softmax",
)

RULES: dict[str, Rule] = {
    **dict.fromkeys(_SAME, same),
    "PReLU": prelu,
    **dict.fromkeys(("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), dropped_channels),
}
