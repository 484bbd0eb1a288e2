"""Pictures, sequences and volumes: sizes along one, two or three axes, and channels."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import Dims, Given
from kspec.spec.shapes.taken import of_rank

__all__ = ["NOUNS", "joined", "parted", "rank_of"]

NOUNS = {1: "sequence", 2: "picture", 3: "volume"}
_AXES = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def rank_of(settings: Settings) -> int:
    """The rank in the name of a class: 2 for Conv2D and Conv2DTranspose."""
    return int(settings.kind.removesuffix("Transpose")[-2])


def parted(settings: Settings, given: Given, *before: str) -> tuple[Dims, Dims, int | None]:
    """The input as (leading axes, sizes, channels); `before` names the leading axes."""
    rank = rank_of(settings)
    first = settings.channels_first
    axes = ("channels", *_AXES[rank]) if first else (*_AXES[rank], "channels")
    shape = of_rank(settings, given, *before, *axes)
    front, rest = shape[: len(before)], shape[len(before) :]
    return (front, rest[1:], rest[0]) if first else (front, rest[:-1], rest[-1])


def joined(settings: Settings, sizes: Iterable[int | None], channels: int | None) -> Dims:
    """Sizes and channels in the order of `data_format`."""
    return (channels, *sizes) if settings.channels_first else (*sizes, channels)
