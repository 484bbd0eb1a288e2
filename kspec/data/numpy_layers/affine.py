"""Affine transforms of pictures, like `keras.ops.image.affine_transform`."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kspec.data.numpy_layers.change import Array

__all__ = ["Fill", "Interpolation", "affine"]

Fill = Literal["constant", "nearest", "reflect"]
Interpolation = Literal["bilinear", "nearest"]


def affine(
    pictures: Array,
    maps: Array,
    *,
    fill: Fill,
    value: float = 0.0,
    interpolation: Interpolation = "bilinear",
) -> Array:
    """Float32 pictures (n, height, width, channels), each transformed by its own map.

    A row of `maps`, float32 (n, 6), is a0 a1 a2 b0 b1 b2: the output at (x, y) is the picture at
    (a0 x + a1 y + a2, b0 x + b1 y + b2). Beyond the edges the picture continues with `value`, with
    the nearest pixel, or mirrored at its edge, as `fill` says.
    """
    n, height, width, channels = pictures.shape
    x = np.arange(width, dtype=np.float32)
    y = np.arange(height, dtype=np.float32)[:, None]
    a0, a1, a2, b0, b1, b2 = maps.T[:, :, None, None]
    at_x, at_y = a0 * x + (a1 * y + a2), b0 * x + (b1 * y + b2)
    if fill == "constant":  # A border, to which all positions beyond the edges are clipped.
        border = ((0, 0), (1, 1), (1, 1), (0, 0))
        pictures = np.pad(pictures, border, constant_values=value)
        at_x, at_y = at_x + 1, at_y + 1
    rows, columns = pictures.shape[1:3]
    begin = np.arange(n, dtype=np.int32)[:, None, None] * (rows * columns)
    planes = np.ascontiguousarray(pictures.reshape(-1, channels).T)
    out = np.empty((n, height, width, channels), dtype=np.float32)
    if interpolation == "nearest":
        place = begin + _inside(np.rint(at_y), rows, fill) * columns
        place += _inside(np.rint(at_x), columns, fill)
        for channel, plane in enumerate(planes):
            out[..., channel] = plane.take(place)
        return out
    low_x, low_y = np.floor(at_x), np.floor(at_y)
    part_x, part_y = at_x - low_x, at_y - low_y
    left, right = (_inside(each, columns, fill) for each in (low_x, low_x + 1))
    above, below = (begin + _inside(each, rows, fill) * columns for each in (low_y, low_y + 1))
    corners = (above + left, above + right, below + left, below + right)
    for channel, plane in enumerate(planes):
        top, top_right, bottom, bottom_right = (plane.take(corner) for corner in corners)
        _toward(top, top_right, part_x)
        _toward(bottom, bottom_right, part_x)
        _toward(top, bottom, part_y)
        out[..., channel] = top
    return out


def _toward(start: Array, end: Array, part: Array) -> None:
    """Interpolate in place: move `start` by `part` of the way to `end`; `end` is overwritten."""
    end -= start
    end *= part
    start += end


def _inside(places: Array, size: int, fill: Fill) -> Array:
    """Indices as int32, each moved into the range from 0 to `size` - 1."""
    whole = places.astype(np.int32)
    if fill == "reflect":
        whole = np.where(whole < 0, ~whole, whole) % (2 * size)
        return np.where(whole >= size, 2 * size - 1 - whole, whole)
    return np.clip(whole, 0, size - 1, out=whole)
