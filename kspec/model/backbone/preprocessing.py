"""Pixels from 0 to 255 as a trained network expects them, by layers of plain Keras."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

__all__ = ["preprocessed", "scaled_like"]

# ImageNet's statistics as keras/src/applications/imagenet_utils.py has them: of pixels from 0 to 1
# in RGB, and the mean of pixels from 0 to 255 in BGR.
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_MEAN_BGR = (103.939, 116.779, 123.68)


def preprocessed(tensor: Any, mode: str) -> Any:
    """`tensor`, (batch, height, width, channels) of pixels from 0 to 255, as `mode` wants it.

    "none" changes nothing; "tf", "torch" and "caffe" are those of Keras's `preprocess_input`. Not
    that function itself: a saved network would need it. Raises ValueError for pictures of other
    than three channels where each channel has statistics of its own.
    """
    if mode == "none":
        return tensor
    channels = tensor.shape[-1]
    if mode != "tf" and channels != 3:
        raise ValueError(f"this preprocessing is for pictures of 3 channels, not {channels}")
    if mode == "tf":
        return _rescaled(tensor, 1 / 127.5, -1.0)
    if mode == "torch":
        return scaled_like(tensor, {"scale": 1 / 255, "mean": _MEAN, "std": _STD})
    assert mode == "caffe", mode
    flipped = keras.ops.flip(tensor, axis=-1)
    return _rescaled(flipped, 1.0, [-value for value in _MEAN_BGR])


def scaled_like(tensor: Any, pixels: Mapping[str, Any]) -> Any:
    """`tensor` of pixels as `data.scale` and `data.standardize` made them for another network.

    `pixels` are the `scale`, and `mean` and `std` per channel, or None, that its run recorded.
    Raises ValueError for pictures of other channels than those.
    """
    scale, mean, std = pixels["scale"], pixels["mean"], pixels["std"]
    if mean is None or std is None:
        return tensor if scale == 1 else _rescaled(tensor, scale, 0.0)
    if len(mean) not in (1, tensor.shape[-1]):
        raise ValueError(
            f"its run standardized pictures of {len(mean)} channels, but these have "
            f'{tensor.shape[-1]}; "none" leaves them as they are'
        )
    factors = [scale / each for each in std]
    offsets = [-middle / each for middle, each in zip(mean, std, strict=True)]
    return _rescaled(tensor, factors, offsets)


def _rescaled(tensor: Any, scale: Any, offset: Any) -> Any:
    return keras.layers.Rescaling(scale, offset, name="backbone_preprocessing")(tensor)
