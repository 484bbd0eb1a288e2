"""Whether a convolution or pooling is computed on a copy of its input, in another memory layout."""

from __future__ import annotations

from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import Given, Unsure
from kspec.spec.shapes.spatial import parted

__all__ = ["copies_input"]

# Layers that are computed without copies of their input (`kspec.model.lower.torch`).
_LOWERED = frozenset(
    {"AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "Conv1D", "Conv2D",
     "Conv2DTranspose", "DepthwiseConv1D", "DepthwiseConv2D", "MaxPooling1D", "MaxPooling2D",
     "MaxPooling3D", "SeparableConv1D", "SeparableConv2D"}
)  # fmt: skip


def copies_input(settings: Settings, given: Given) -> bool:
    """Whether PyTorch needs such a copy, with lowering. Raises Unsure if that is not known."""
    return not _is_lowered(settings, given) or _pads_unevenly(settings, given)


def _is_lowered(settings: Settings, given: Given) -> bool:
    """Whether a layer is computed without a copy; a transposed convolution only if its windows do
    not overlap."""
    if settings.kind != "Conv2DTranspose":
        return settings.kind in _LOWERED
    _, sizes, _ = parted(settings, given)
    kernel = settings.sizes("kernel_size", len(sizes))
    strides = settings.sizes("strides", len(sizes), default=1)
    return kernel == strides and settings.value("output_padding") is None


def _pads_unevenly(settings: Settings, given: Given) -> bool:
    """Whether one side gets more padding than the other, which no PyTorch kernel supports."""
    _, sizes, _ = parted(settings, given)
    padding = settings.text("padding").lower()
    if padding == "causal":
        return settings.sizes("kernel_size", len(sizes)) != (1,)
    if padding != "same" or settings.kind == "Conv2DTranspose":
        return False
    window = "pool_size" if settings.has("pool_size") else "kernel_size"
    kernel = settings.sizes(window, len(sizes))
    strides = settings.value("strides")
    steps = kernel if strides is None else settings.sizes("strides", len(sizes), default=1)
    rates = settings.sizes("dilation_rate", len(sizes), default=1)
    for size, width, step, rate in zip(sizes, kernel, steps, rates, strict=True):
        if size is None:
            raise Unsure
        added = max(-(-size // step) * step - step + (width - 1) * rate + 1 - size, 0)
        if added % 2:
            return True
    return False
