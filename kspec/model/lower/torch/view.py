"""Views of channels-last memory with the channels second, as PyTorch's kernels expect them."""

from __future__ import annotations

from typing import Any

import torch

from kspec.model.lower.stand_in import StandIn

__all__ = ["ChannelsLast", "as_picture", "back", "of_line"]


class ChannelsLast(StandIn):
    """Mixed into a layer whose channels come last."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(layer.data_format == "channels_last")


def as_picture(x: torch.Tensor) -> torch.Tensor:
    """(n, \\*sizes, c) as (n, c, \\*sizes), and a sequence (n, steps, c) as a picture of one row:
    PyTorch has no channels-last kernel in one dimension."""
    x = x.movedim(-1, 1)
    return x.unsqueeze(2) if x.ndim == 3 else x


def back(y: torch.Tensor, ndim: int) -> torch.Tensor:
    """The output of a kernel for `as_picture` of a tensor of `ndim` dimensions, channels last."""
    return (y.squeeze(2) if ndim == 3 else y).movedim(1, -1)


def of_line(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """A window, strides or steps in the form that matches `as_picture`."""
    return (1, *sizes) if len(sizes) == 1 else tuple(sizes)
