"""Convolutions; sizes as in keras/src/ops/operation_utils.py, compute_conv_output_shape."""

from __future__ import annotations

from kspec.spec.shapes.settings import Rule, Settings
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, shape_text, sizes_text
from kspec.spec.shapes.spatial import NOUNS, joined, parted, rank_of
from kspec.spec.shapes.taken import one

__all__ = ["RULES", "convolved"]


def conv(settings: Settings, given: Given) -> Dims:
    _, sizes, channels = parted(settings, given)
    filters, groups = settings.positive("filters"), settings.positive("groups", 1)
    if channels is None or filters % groups:
        raise Unsure
    if channels % groups:
        message = f"{settings.kind} in {groups} groups cannot take {channels} channels"
        message += f": {channels} is not a multiple of {groups}"
        raise CannotFit("wrong-channels", message, "groups")
    return joined(settings, convolved(settings, sizes, one(settings, given)), filters)


def separable(settings: Settings, given: Given) -> Dims:
    _, sizes, channels = parted(settings, given)
    if channels is None:
        raise Unsure
    settings.positive("depth_multiplier", 1)
    shape = one(settings, given)
    return joined(settings, convolved(settings, sizes, shape), settings.positive("filters"))


def depthwise(settings: Settings, given: Given) -> Dims:
    _, sizes, channels = parted(settings, given)
    if channels is None:
        raise Unsure
    multiplier = settings.positive("depth_multiplier", 1)
    shape = one(settings, given)
    return joined(settings, convolved(settings, sizes, shape), channels * multiplier)


def convolved(settings: Settings, sizes: Dims, shape: Dims) -> list[int | None]:
    """The output sizes for the input `sizes`; `shape` is the full input, for the message."""
    rank = len(sizes)
    kernel = settings.sizes("kernel_size", rank)
    strides = settings.sizes("strides", rank, default=1)
    dilation = settings.sizes("dilation_rate", rank, default=1)
    padding = settings.text("padding").lower()
    if padding not in ("same", "causal", "valid") or (
        padding == "causal" and settings.kind != "Conv1D"
    ):
        raise Unsure
    if max(strides) > 1 and max(dilation) > 1:
        raise Unsure
    if padding != "valid":
        return [size and (size - 1) // step + 1 for size, step in zip(sizes, strides, strict=True)]
    spans = [(width - 1) * rate + 1 for width, rate in zip(kernel, dilation, strict=True)]
    if any(size is not None and size < span for size, span in zip(sizes, spans, strict=True)):
        reach = f", dilated to {sizes_text(spans)}," if max(dilation) > 1 else ""
        raise CannotFit(
            "kernel-too-large",
            f"{settings.kind} of {sizes_text(kernel)}{reach} cannot take {shape_text(shape)}: the "
            f'{NOUNS[rank]} is smaller than the kernel; "padding": "same" keeps its size',
            "kernel_size",
        )
    return [
        None if size is None else (size - span) // step + 1
        for size, span, step in zip(sizes, spans, strides, strict=True)
    ]


def transposed(settings: Settings, given: Given) -> Dims:
    """As keras/src/backend/common/backend_utils.py, _get_output_shape_given_tf_padding."""
    _, sizes, channels = parted(settings, given)
    if channels is None:
        raise Unsure
    rank = rank_of(settings)
    kernel = settings.sizes("kernel_size", rank)
    strides = settings.sizes("strides", rank, default=1)
    dilation = settings.sizes("dilation_rate", rank, default=1)
    extra: tuple[int | None, ...] = (None,) * rank
    if settings.has("output_padding"):
        extra = settings.sizes("output_padding", rank, least=0)
    padding = settings.text("padding").lower()
    if padding not in ("same", "valid") or (max(strides) > 1 and max(dilation) > 1):
        raise Unsure
    if any(more is not None and more >= step for more, step in zip(extra, strides, strict=True)):
        raise Unsure
    spans = [(width - 1) * rate + 1 for width, rate in zip(kernel, dilation, strict=True)]
    grown = [
        None if size is None else _grown(size, span, step, more, padding)
        for size, span, step, more in zip(sizes, spans, strides, extra, strict=True)
    ]
    return joined(settings, grown, settings.positive("filters"))


def _grown(size: int, span: int, step: int, extra: int | None, padding: str) -> int:
    if padding == "valid":
        return (size - 1) * step + span + (max(step - span, 0) if extra is None else extra)
    return size * step if extra is None else (size - 1) * step + span % 2 + extra


RULES: dict[str, Rule] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), conv),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), transposed),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), separable),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), depthwise),
}
