"""The views of a picture over which a prediction is averaged (test-time augmentation)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kspec.spec.models import Spec, Views

__all__ = ["View", "views_fault", "views_of", "views_text"]


@dataclass(frozen=True)
class View:
    """A picture shifted by so many pixels `down` and to the `right`, then mirrored along the axis
    `flip` (1: upside down, 2: left to right); `weight` is its share of the mean."""

    weight: float
    down: int
    right: int
    flip: Literal[1, 2] | None


def views_of(views: Views) -> tuple[View, ...]:
    """The views that a spec's `test_time` asks for; their weights add up to 1.

    The unshifted picture counts as much as two shifted ones, and each of them is half itself and
    half its mirror image. In two directions that is the mean of airbench94 (Jordan, arXiv
    2404.00498).
    """
    by = views.shift
    places = [(0, 0)]
    if by is not None:
        places += [(-by, -by), (by, by)]
    if by is not None and views.directions == 4:
        places += [(-by, by), (by, -by)]
    shares = [1 if any(place) or len(places) == 1 else 2 for place in places]
    flips: list[Literal[1, 2] | None] = [None]
    if views.flip is not None:
        flips += [2 if views.flip == "horizontal" else 1]
    return tuple(
        View(share / sum(shares) / len(flips), *place, flip)
        for share, place in zip(shares, places, strict=True)
        for flip in flips
    )


def views_text(views: Views) -> str:
    """The views in words: "2: each picture, and its mirror image (horizontal)"."""
    text = f"{len(views_of(views))}: each picture"
    if views.shift is not None:
        pixels = f"{views.shift} pixel{'s' * (views.shift != 1)}"
        text += f", and shifted by {pixels} up and left, down and right"
        if views.directions == 4:
            text += ", up and right, down and left"
    if views.flip is None:
        return text
    image = "its mirror image" if views.shift is None else "the mirror image of each of these"
    return f"{text}, and {image} ({views.flip})"


def views_fault(spec: Spec, size: Sequence[int] = ()) -> tuple[str | None, str] | None:
    """Why the `test_time` of `spec` is impossible: the key in it that is at fault, and the reason.

    None if it is possible or not asked for. `size` is the height and width of the pictures, if they
    are known and the spec leaves them open.
    """
    views = spec.test_time
    if views is None:
        return None
    if views.flip is None and views.shift is None:
        return None, 'test_time needs "flip" or "shift", or both'
    if views.shift is None and views.directions == 4:
        return "directions", 'these are the directions of "shift"; say by how many pixels'
    if spec.data.labels == "masks":
        reason = "a mask would have to be turned back before the mean is taken"
        return None, f"test_time looks at pictures with a class or a number each: {reason}"
    inputs = list(spec.entering.values())
    if len(inputs) > 1:
        return None, f"test_time changes one picture, but the network takes {len(inputs)} inputs"
    if len(inputs[0].shape) != 3:
        return None, (
            "test_time changes pictures of (height, width, channels), but the samples have "
            f"{len(inputs[0].shape)} axes"
        )
    sides = [side for side in (*inputs[0].shape[:2], *size) if side is not None]
    if views.shift is not None and sides and views.shift >= min(sides):
        return "shift", (
            f"a picture whose shorter side is {min(sides)} cannot be shifted by {views.shift} and "
            "filled with its own reflection"
        )
    return None
