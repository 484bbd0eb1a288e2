"""Padding, cropping and upsampling."""

from __future__ import annotations

from kspec.spec.shapes.settings import Rule, Settings, wholes
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, shape_text
from kspec.spec.shapes.spatial import NOUNS, joined, parted, rank_of
from kspec.spec.shapes.taken import of_rank, one

__all__ = ["RULES"]


def zero_padded(settings: Settings, given: Given) -> Dims:
    _, sizes, channels = parted(settings, given)
    widths = _borders(settings, "padding")
    grown = [
        None if size is None else size + sum(width)
        for size, width in zip(sizes, widths, strict=True)
    ]
    return joined(settings, grown, channels)


def cropped(settings: Settings, given: Given) -> Dims:
    _, sizes, channels = parted(settings, given)
    widths = _borders(settings, "cropping")
    left = [
        None if size is None else size - sum(width)
        for size, width in zip(sizes, widths, strict=True)
    ]
    if any(size is not None and size <= 0 for size in left):
        noun = NOUNS[rank_of(settings)]
        message = f"{settings.kind} leaves nothing of {shape_text(one(settings, given))}: the "
        message += f"{noun} is no larger than what is cropped off"
        raise CannotFit("nothing-left", message, "cropping")
    return joined(settings, left, channels)


def upsampled(settings: Settings, given: Given) -> Dims:
    rank = rank_of(settings)
    if rank == 1:
        steps, channels = of_rank(settings, given, "steps", "channels")
        return (None if steps is None else steps * settings.positive("size"), channels)
    _, sizes, channels = parted(settings, given)
    factors = settings.sizes("size", rank)
    grown = [
        None if size is None else size * factor for size, factor in zip(sizes, factors, strict=True)
    ]
    return joined(settings, grown, channels)


def _borders(settings: Settings, name: str) -> list[tuple[int, ...]]:
    """How much to add or remove before and after each axis."""
    rank = rank_of(settings)
    value = settings.value(name)
    if rank == 1:
        return [settings.sizes(name, 2, least=0)]
    if not isinstance(value, (list, tuple)):
        return [settings.sizes(name, 2, least=0)] * rank
    pairs = [
        wholes(pair) if isinstance(pair, (list, tuple)) else wholes([pair, pair]) for pair in value
    ]
    if len(pairs) != rank or any(len(pair) != 2 or min(pair) < 0 for pair in pairs):
        raise Unsure
    return pairs


_RANKS = ("1D", "2D", "3D")

RULES: dict[str, Rule] = {
    **{f"Cropping{rank}": cropped for rank in _RANKS},
    **{f"UpSampling{rank}": upsampled for rank in _RANKS},
    **{f"ZeroPadding{rank}": zero_padded for rank in _RANKS},
}
