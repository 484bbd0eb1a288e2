"""Pooling; sizes as in keras/src/ops/operation_utils.py, compute_pooling_output_shape."""

from __future__ import annotations

from kspec.spec.shapes.settings import Rule, Settings
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, shape_text, sizes_text
from kspec.spec.shapes.spatial import NOUNS, joined, parted, rank_of
from kspec.spec.shapes.taken import one

__all__ = ["RULES"]


def pooled(settings: Settings, given: Given) -> Dims:
    _, sizes, channels = parted(settings, given)
    rank = rank_of(settings)
    pool = settings.sizes("pool_size", rank)
    strides = settings.sizes("strides", rank) if settings.has("strides") else pool
    padding = settings.text("padding")
    if padding == "same":
        left = [size and (size - 1) // step + 1 for size, step in zip(sizes, strides, strict=True)]
        return joined(settings, left, channels)
    if padding != "valid":
        raise Unsure
    if any(size is not None and size < width for size, width in zip(sizes, pool, strict=True)):
        shape = shape_text(one(settings, given))
        raise CannotFit(
            "pool-too-large",
            f"{settings.kind} of {sizes_text(pool)} cannot take {shape}: "
            f"the {NOUNS[rank]} is smaller than the pool",
            "pool_size",
        )
    left = [
        None if size is None else (size - width) // step + 1
        for size, width, step in zip(sizes, pool, strides, strict=True)
    ]
    return joined(settings, left, channels)


def pooled_away(settings: Settings, given: Given) -> Dims:
    _, sizes, channels = parted(settings, given)
    return joined(settings, (1,) * len(sizes) if settings.yes("keepdims") else (), channels)


def adapted(settings: Settings, given: Given) -> Dims:
    if len(one(settings, given)) != rank_of(settings) + 1:
        # Keras does not check the rank before it has data.
        raise Unsure
    _, sizes, channels = parted(settings, given)
    return joined(settings, settings.sizes("output_size", len(sizes)), channels)


_RANKS = ("1D", "2D", "3D")

RULES: dict[str, Rule] = {
    **{f"{how}Pooling{rank}": pooled for how in ("Max", "Average") for rank in _RANKS},
    **{f"Global{how}Pooling{rank}": pooled_away for how in ("Max", "Average") for rank in _RANKS},
    **{f"Adaptive{how}Pooling{rank}": adapted for how in ("Max", "Average") for rank in _RANKS},
}
