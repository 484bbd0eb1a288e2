"""Convolutions of single pixels with strides, in whose gradient oneDNN writes past its memory."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["kept", "overruns"]

FILLED = 16  # Channels: one vector of the processor. From here on oneDNN does right.


def overruns(kernel: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether oneDNN may end the process in the gradient of a convolution.

    That happens with PyTorch 2.13 and TensorFlow 2.21 if the window is one pixel, the strides pass
    over the last pixels, and the picture has fewer than 16 channels, for some sizes of batches;
    for instance a 1×1 convolution with strides 2 of 127 pictures of 32×32 pixels and 8 channels.
    `kernel` is the shape of the kernel of the convolution: (\\*sizes, channels, filters).
    """
    *sizes, channels, _ = kernel
    return max(sizes) == 1 and max(strides) > 1 and channels < FILLED


def kept(strides: Sequence[int], output_padding: Sequence[int] | None) -> tuple[slice, ...]:
    """What a transposed convolution of single pixels has of one whose kernel was filled with zeros
    up to the strides; all sizes of the picture are covered."""
    if output_padding is None:
        return (slice(None),) * len(strides)
    ends = zip(strides, output_padding, strict=True)
    return tuple(slice(None, (1 + more - stride) or None) for stride, more in ends)
