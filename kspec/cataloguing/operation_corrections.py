"""What the generator cannot read in `keras.ops`: refusals, tensors, and corrections."""

from __future__ import annotations

from typing import Any

__all__ = ["ARGUMENTS", "CALL", "OTHERS", "REFUSED"]

_FUNCTION = "ops.{} takes a function, and a spec holds none"
_MAKES = "ops.{} makes a tensor without taking one; a network starts from its inputs"
_PLAIN = "ops.{} gives no tensor of the network"

REFUSED: dict[str, str] = {
    **{
        name: _FUNCTION.format(name)
        for name in (
            "associative_scan",
            "cond",
            "custom_gradient",
            "fori_loop",
            "jvp",
            "map",
            "scan",
            "switch",
            "vectorize",
            "vectorized_map",
            "while_loop",
        )
    },
    **{
        name: _MAKES.format(name)
        for name in ("arange", "empty", "eye", "full", "identity", "ones", "tri", "zeros")
    },
    **{
        # Keras 3.15: "operation does not support symbolic tensors".
        name: _MAKES.format(name)
        for name in ("bartlett", "blackman", "hamming", "hanning", "kaiser")
    },
    **{name: _PLAIN.format(name) for name in ("convert_to_numpy", "dtype", "is_tensor", "shape")},
}
"""Functions that a spec may not name, each with a sentence that says why."""

CALL: dict[str, list[str]] = {
    "abs": ["x"],
    "average": ["x", "weights?"],
    "bincount": ["x", "weights?"],
    "concatenate": ["xs*"],
    "conj": ["x"],
    "conv": ["inputs", "kernel"],
    "conv_transpose": ["inputs", "kernel"],
    "diff": ["a"],
    "dot_product_attention": ["query", "key", "value", "bias?", "mask?"],
    "dstack": ["xs*"],
    "hstack": ["xs*"],
    "pad": ["x"],
    "reshape": ["x"],
    "segment_max": ["data", "segment_ids"],
    "segment_min": ["data", "segment_ids"],
    "segment_prod": ["data", "segment_ids"],
    "segment_sum": ["data", "segment_ids"],
    "select": ["condlist*", "choicelist*"],
    "separable_conv": ["inputs", "depthwise_kernel", "pointwise_kernel"],
    "slice": ["inputs"],
    "slice_update": ["inputs", "updates"],
    "stack": ["x*"],
    "trapezoid": ["y", "x?"],
    "vstack": ["xs*"],
}
"""The tensors of functions that check for symbolic tensors elsewhere, or check only some."""

OTHERS: dict[str, dict[str, Any]] = {"rearrange": {"minimum": 1, "types": ["int"]}}
"""Functions that take arguments of any name, and the type of these."""

_INT: dict[str, Any] = {"null": False, "types": ["int"]}
_INT_NULL: dict[str, Any] = {"null": True, "types": ["int"]}
_COUNT: dict[str, Any] = {"minimum": 1, **_INT}
_INTS: dict[str, Any] = {"items": ["int"], "null": False, "types": ["int", "list"]}
_COUNTS: dict[str, Any] = {"minimum": 1, **_INTS}
_INTS_NULL: dict[str, Any] = {**_INTS, "null": True}
_INT_LIST: dict[str, Any] = {"items": ["int"], "null": False, "types": ["list"]}
_FLOAT: dict[str, Any] = {"null": False, "types": ["float"]}
_FLOAT_NULL: dict[str, Any] = {"null": True, "types": ["float"]}
_NUMBERS: dict[str, Any] = {
    "items": ["bool", "float"],
    "null": False,
    "types": ["bool", "float", "list"],
}


def _texts(*choices: str, null: bool = False, any_case: bool = False) -> dict[str, Any]:
    return {"any_case": any_case, "choices": sorted(choices), "null": null, "types": ["str"]}


_DTYPES = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("bfloat16", "float16", "float32", "float64", "float8_e4m3fn", "float8_e5m2"),
    *("complex64", "complex128"),
)
_DTYPE = {**_texts(*_DTYPES), "meaning": "The dtype of the result."}
_PADDING = _texts("same", "valid")
_METHOD = _texts("higher", "linear", "lower", "midpoint", "nearest")
_INTERPOLATION = _texts("bilinear", "nearest")
_FILL = _texts("constant", "mirror", "nearest", "reflect", "wrap")

ARGUMENTS: dict[str, dict[str, Any]] = {
    "*.antialias": {"types": ["bool"]},
    "*.axes": _INTS,
    "*.axis": _INTS_NULL,
    "*.axis1": _INT,
    "*.axis2": _INT,
    "*.block_size": _COUNT,
    "*.data_format": _texts("channels_first", "channels_last", null=True),
    "*.dilation": _COUNTS,
    "*.dilation_rate": _COUNTS,
    "*.dtype": {**_DTYPE, "null": True},
    "*.epsilon": _FLOAT,
    "*.fft_length": _COUNT,
    "*.fill_mode": _FILL,
    "*.fill_value": _FLOAT,
    "*.indices_or_sections": _INTS,
    "*.interpolation": _INTERPOLATION,
    "*.k": _INT,
    "*.kernel_size": _COUNTS,
    "*.method": _METHOD,
    "*.num": _INT,
    "*.num_classes": _COUNT,
    "*.num_segments": _INT_NULL,
    "*.offset": _INT,
    "*.padding": _PADDING,
    "*.pool_size": _COUNTS,
    "*.rcond": _FLOAT_NULL,
    "*.sequence_length": _COUNT,
    "*.sequence_stride": _COUNT,
    "*.shape": _INT_LIST,
    "*.size": _COUNTS,
    "*.start_indices": _INT_LIST,
    "*.stride": _COUNTS,
    "*.strides": {**_COUNTS, "null": True},
    "*.target_height": {**_COUNT, "null": True},
    "*.target_width": {**_COUNT, "null": True},
    "*.threshold": _FLOAT,
    "*.window": {"items": ["float"], "null": True, "types": ["list", "str"]},
    "adaptive_average_pool.output_size": _COUNTS,
    "adaptive_max_pool.output_size": _COUNTS,
    "argpartition.kth": _INT,
    "bincount.minlength": _INT,
    "celu.alpha": _FLOAT,
    "allclose.atol": _FLOAT,
    "allclose.rtol": _FLOAT,
    "batch_normalization.axis": _INT,
    "broadcast_to.shape": _INT_LIST,
    "cast.dtype": _DTYPE,
    "clip.x_max": _NUMBERS,
    "clip.x_min": _NUMBERS,
    "conv.strides": _COUNTS,
    "conv_transpose.output_padding": _INTS_NULL,
    "conv_transpose.strides": _COUNTS,
    "convert_to_tensor.ragged": {"null": True, "types": ["bool"]},
    "convert_to_tensor.sparse": {"null": True, "types": ["bool"]},
    "correlate.mode": _texts("full", "same", "valid"),
    "cross.axisa": _INT,
    "cross.axisb": _INT,
    "cross.axisc": _INT,
    "ctc_decode.strategy": _texts("beam_search", "greedy"),
    "ctc_decode.top_paths": _COUNT,
    "ctc_loss.mask_index": _INT,
    "depthwise_conv.strides": _COUNTS,
    "diff.n": _INT,
    "dot_product_attention.attn_logits_soft_cap": _FLOAT_NULL,
    "dot_product_attention.flash_attention": {"null": True, "types": ["bool"]},
    "dot_product_attention.scale": _FLOAT_NULL,
    "einsum.subscripts": {"null": False, "types": ["str"]},
    "elu.alpha": _FLOAT,
    "expand_dims.axis": _INTS,
    "fold.kernel_size": _COUNTS,
    "fold.output_size": _COUNTS,
    "fold.padding": {**_INTS, "choices": []},
    "get_item.key": {
        "meaning": 'An index, or indices and slices as text: ":, 0", "..., 1:".',
        "null": False,
        "types": ["int", "str"],
    },
    "histogram.bins": _COUNT,
    "histogram.range": {"items": ["float"], "null": True, "types": ["list"]},
    "image.affine_transform.data_format": _texts("channels_first", "channels_last", null=True),
    **{
        f"*.{side}_{what}": _INT_NULL
        for side in ("bottom", "left", "right", "top")
        for what in ("cropping", "padding")
    },
    "image.elastic_transform.alpha": _FLOAT,
    "image.elastic_transform.seed": _INT_NULL,
    "image.elastic_transform.sigma": _FLOAT,
    "image.gaussian_blur.sigma": {"items": ["float"], "null": False, "types": ["float", "list"]},
    "image.map_coordinates.order": {"maximum": 1, "minimum": 0, **_INT},
    "image.resize.fill_mode": _texts("constant"),
    "image.resize.interpolation": _texts(
        "area", "bicubic", "bilinear", "lanczos3", "lanczos5", "nearest"
    ),
    "image.scale_and_translate.method": _texts(
        *("bilinear", "cubic", "lanczos3", "lanczos5", "linear"),
        *("triangle", "trilinear", "tricubic", "triquadratic"),
    ),
    "image.scale_and_translate.output_shape": _INT_LIST,
    "image.scale_and_translate.spatial_dims": _INT_LIST,
    "image.ssim.filter_size": _COUNT,
    "image.ssim.filter_sigma": _FLOAT,
    "image.ssim.k1": _FLOAT,
    "image.ssim.k2": _FLOAT,
    "image.ssim.max_val": _FLOAT,
    "in_top_k.k": _COUNT,
    "isclose.atol": _FLOAT,
    "isclose.rtol": _FLOAT,
    "istft.length": {**_COUNT, "null": True},
    "layer_normalization.epsilon": _FLOAT_NULL,
    "leaky_relu.negative_slope": _FLOAT,
    "linspace.num": _COUNT,
    "logspace.base": _FLOAT,
    "matrix_rank.tol": _FLOAT_NULL,
    "max.initial": _FLOAT_NULL,
    "meshgrid.indexing": _texts("ij", "xy"),
    "min.initial": _FLOAT_NULL,
    "moveaxis.destination": _INTS,
    "moveaxis.source": _INTS,
    "nan_to_num.nan": _FLOAT,
    "nan_to_num.neginf": _FLOAT_NULL,
    "nan_to_num.posinf": _FLOAT_NULL,
    "norm.ord": {"choices": ["fro", "nuc"], "null": True, "types": ["float", "str"]},
    "normalize.epsilon": _FLOAT_NULL,
    "normalize.order": _COUNT,
    "pad.constant_values": _FLOAT_NULL,
    "pad.mode": _texts(
        *("constant", "edge", "empty", "linear_ramp", "maximum", "mean", "median", "minimum"),
        *("reflect", "symmetric", "wrap"),
    ),
    "pad.pad_width": _INTS,
    "psnr.max_val": _FLOAT,
    "qr.mode": _texts("complete", "reduced"),
    "rearrange.pattern": {"null": False, "types": ["str"]},
    "repeat.repeats": _INTS,
    "reshape.newshape": {**_INTS, "items": ["int", "null"]},
    "rms_normalization.epsilon": _FLOAT_NULL,
    "roll.shift": _INTS,
    "rot90.axes": _INT_LIST,
    "round.decimals": _INT,
    "saturate_cast.dtype": _DTYPE,
    "scatter_update.reduction": _texts("add", "max", "min", "mul", null=True),
    "searchsorted.side": _texts("left", "right"),
    "select.default": _FLOAT,
    "softmax.axis": _INTS,
    "space_to_depth.data_format": _texts("channels_first", "channels_last"),
    "depth_to_space.data_format": _texts("channels_first", "channels_last"),
    "squareplus.b": _FLOAT,
    "tensordot.axes": _INTS,
    "threshold.default_value": _FLOAT,
    "threshold.threshold": _FLOAT,
    "tile.repeats": _INTS,
    "top_k.k": _COUNT,
    "trapezoid.dx": _FLOAT,
    "unfold.padding": {**_INTS, "choices": []},
    "unique.fill_value": _FLOAT_NULL,
    "unique.size": _INT_NULL,
    "unravel_index.shape": _INT_LIST,
    "unstack.num": _INT_NULL,
    "vander.N": _INT_NULL,
}
"""Corrections by "function.argument", "*" for every function."""
