"""Layers that change pictures: to another size, or at random in the same size."""

from __future__ import annotations

from kspec.spec.shapes.settings import Rule, Settings
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, shape_text
from kspec.spec.shapes.spatial import joined
from kspec.spec.shapes.taken import one

__all__ = ["RULES", "picture"]


def resized(settings: Settings, given: Given) -> Dims:
    shape = picture(settings, given)
    sizes = (settings.positive("height"), settings.positive("width"))
    return joined(settings, sizes, shape[0] if settings.channels_first else shape[-1])


def augmented(settings: Settings, given: Given) -> Dims:
    return picture(settings, given)


def recoloured(settings: Settings, given: Given) -> Dims:
    shape = picture(settings, given)
    channels = shape[0] if settings.channels_first else shape[-1]
    if channels == 1:  # Some backends allow it for a batch, but not in a network.
        raise Unsure
    if channels not in (3, None):
        message = f"{settings.kind} takes pictures of 1 or 3 channels, not {shape_text(shape)}"
        raise CannotFit("wrong-channels", message)
    return shape


def erased(settings: Settings, given: Given) -> Dims:
    shape = picture(settings, given)
    values = settings.value("fill_value")
    if isinstance(values, (list, tuple)):
        channels = shape[0] if settings.channels_first else shape[-1]
        if len(values) != 3 or channels not in (3, None):
            message = (
                f'RandomErasing: a list as "fill_value" has 3 numbers, for pictures of 3 channels; '
                f"here are {len(values)} for pictures of {shape_text(shape)}"
            )
            raise CannotFit("wrong-channels", message, "fill_value")
    return shape


def picture(settings: Settings, given: Given) -> Dims:
    """A picture with channels. Keras takes a tensor of one axis less for a picture, not a batch."""
    shape = one(settings, given)
    if len(shape) != 3:
        raise Unsure
    return shape


_AUGMENTING = (
    "AlternatingFlip",
    "AugMix",
    "AutoContrast",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "CutMix",
    "Equalization",
    "MixUp",
    "RandAugment",
    "RandomBrightness",
    "RandomBrightnessFactor",
    "RandomColorJitter",
    "RandomContrast",
    "RandomElasticTransform",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "Solarization",
)

RULES: dict[str, Rule] = {
    **dict.fromkeys(_AUGMENTING, augmented),
    **dict.fromkeys(("CenterCrop", "RandomCrop", "Resizing"), resized),
    "RandomColorDegeneration": recoloured,
    "RandomErasing": erased,
}
