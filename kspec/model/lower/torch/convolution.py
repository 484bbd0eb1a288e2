"""Convolution without copies, for PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import torch
from keras.ops import convert_to_tensor
from torch.nn import functional

from kspec.model.lower.one_place import cut
from kspec.model.lower.single_pixels import overruns
from kspec.model.lower.stand_in import stands_for
from kspec.model.lower.torch.padding import same_padding
from kspec.model.lower.torch.symbolic import is_symbolic
from kspec.model.lower.torch.view import ChannelsLast, as_picture, back, of_line

__all__ = ["Conv1D", "Conv2D", "convolve"]


def convolve(layer: Any, inputs: torch.Tensor, weight: torch.Tensor, **said: Any) -> torch.Tensor:
    """`torch.nn.functional.conv2d` on a view, with the strides, padding etc. of `layer`.

    `inputs` (n, \\*sizes, c), of one or two sizes; `weight` (\\*sizes, c of a group, filters).
    """
    sizes, strides, dilation = (
        of_line(each) for each in (layer.kernel_size, layer.strides, layer.dilation_rate)
    )
    x = as_picture(inputs)
    grouped = weight.shape[-2] < x.shape[1] or x.shape[1] == 1
    if overruns(weight.shape, strides):
        x, strides = x[:, :, :: strides[0], :: strides[1]], (1, 1)
    padding: Sequence[int] = (0, 0)
    if layer.padding == "same":
        x, padding = same_padding(x, sizes, strides, dilation)
    elif layer.padding == "causal":
        x = functional.pad(x, ((sizes[1] - 1) * dilation[1], 0))
    whole = [size + 2 * added for size, added in zip(x.shape[2:], padding, strict=True)]
    ends, steps = cut(whole, sizes, strides, dilation)
    if ends != whole:  # (What is padded fits the window, so this cuts pixels only.)
        x = x[:, :, : ends[0], : ends[1]]
    # In groups, PyTorch 2.13 computes gradients of kernels of 1x1 wrongly for such a copy.
    filters = weight.movedim(-1, 0) if grouped else _filters_first(weight)
    y = functional.conv2d(
        x,
        as_picture(filters),
        stride=steps,
        padding=padding,
        dilation=dilation,
        **said,
    )
    return back(y, inputs.ndim)


def _filters_first(weight: torch.Tensor) -> torch.Tensor:
    """(\\*sizes, c, filters) as (filters, \\*sizes, c), in the order of the memory.

    PyTorch would copy it anyway, once more for the gradients, and in several dimensions at a
    quarter of the speed at which it transposes a matrix.
    """
    turned = weight.flatten(0, -2).t().contiguous()
    return turned.view(weight.shape[-1], *weight.shape[:-1])


class _Convolution(ChannelsLast):
    """Adds the bias in the same kernel."""

    def call(self: Any, inputs: Any) -> Any:
        if is_symbolic(inputs):
            return super().call(inputs)  # type: ignore[misc]
        y = convolve(
            self,
            inputs,
            convert_to_tensor(self.kernel),
            bias=self.bias.value if self.use_bias else None,
            groups=self.groups,
        )
        return y if self.activation is None else self.activation(y)


@stands_for(keras.layers.Conv1D)
class Conv1D(_Convolution, keras.layers.Conv1D):  # type: ignore[misc]
    """One spatial dimension, as a picture of one row."""


@stands_for(keras.layers.Conv2D)
class Conv2D(_Convolution, keras.layers.Conv2D):  # type: ignore[misc]
    """For two spatial dimensions."""
