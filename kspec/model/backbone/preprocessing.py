"""Scales pixels from 0 to 255 as a pretrained network expects them, with plain Keras layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

__all__ = ["preprocessed", "scaled_like"]

# ImageNet's statistics as in keras/src/applications/imagenet_utils.py: for RGB pixels from 0 to 1,
# and the mean of BGR pixels from 0 to 255.
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_MEAN_BGR = (103.939, 116.779, 123.68)


def preprocessed(tensor: Any, mode: str) -> Any:
    """`tensor`, (batch, height, width, channels) of pixels from 0 to 255, preprocessed by `mode`.

    "none" changes nothing; "tf", "torch" and "caffe" are the modes of Keras's `preprocess_input`.
    That function itself is not used: a saved network would need it. Raises ValueError for pictures
    without exactly three channels if each channel has its own statistics.
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
    """`tensor` of pixels scaled as by another network's `data.scale` and `data.standardize`.

    `pixels` are the `scale`, and `mean` and `std` per channel, or None, that its run recorded.
    Raises ValueError for pictures with another number of channels.
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
