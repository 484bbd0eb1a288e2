"""Changes of single layers' arguments before Keras 3; one function for each kind of layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kspec.spec.foreign.reading import BrokenError, Reading, quoted
from kspec.spec.foreign.structure import RawLayer

__all__ = ["repair"]

Values = dict[str, Any]


def repair(values: Values, layer: RawLayer, type_: str, reading: Reading) -> None:
    """Convert `values`, the arguments of `layer`, in place to those of the Keras 3 class `type_`.

    Raises BrokenError for what Keras 3 cannot do.
    """
    for each in _FOR_ALL:
        each(values, layer, reading)
    for types, function in _FOR:
        if type_ in types:
            function(values, layer, reading)


def _stateful(values: Values, layer: RawLayer, reading: Reading) -> None:
    if values.pop("stateful", False) is True:
        reading.note(
            f"{layer.title} is stateful, which needs a fixed batch size; "
            "here every batch starts from a state of zeros"
        )


def _refused_flags(values: Values, layer: RawLayer, reading: Reading) -> None:
    for key in ("causal", "ragged", "time_major"):
        if key in values and values.pop(key) is True:
            raise BrokenError(f'it has "{key}", which Keras 3 no longer has')


def _leaky(values: Values, layer: RawLayer, reading: Reading) -> None:
    if "alpha" in values:
        values.setdefault("negative_slope", values.pop("alpha"))


def _normalization(values: Values, layer: RawLayer, reading: Reading) -> None:
    axis = values.get("axis")
    if isinstance(axis, list):
        if len(axis) != 1:
            raise BrokenError('its "axis" is several axes; BatchNormalization of Keras 3 takes one')
        values["axis"] = axis[0]
    mode = values.pop("mode", 0)
    if mode != 0:
        raise BrokenError(f'its "mode" is {quoted(mode)}; Keras 3 has only what was mode 0')
    if values.pop("synchronized", False) is True or layer.class_name == "SyncBatchNormalization":
        reading.note(
            f"{layer.title} shares its statistics among devices, which works on TensorFlow alone; "
            "on one device that makes no difference, so it is left out"
        )
    for key in ("virtual_batch_size", "adjustment"):
        if values.pop(key, None) is not None:
            raise BrokenError(f'it has "{key}", which Keras 3 does not')


def _forget_bias(values: Values, layer: RawLayer, reading: Reading) -> None:
    start = values.pop("forget_bias_init", None)
    if start is None:
        return
    if start not in ("one", "ones", "zero", "zeros"):
        raise BrokenError(f'its "forget_bias_init" is {quoted(start)}; Keras 3 has one or zero')
    values["unit_forget_bias"] = start in ("one", "ones")


def _recurrent(values: Values, layer: RawLayer, reading: Reading) -> None:
    """Old defaults for arguments that the file does not give."""
    if not reading.is_old or layer.class_name.startswith("CuDNN"):
        return
    values.setdefault("recurrent_activation", "hard_sigmoid")


def _reset_after(values: Values, layer: RawLayer, reading: Reading) -> None:
    if reading.is_old and not layer.class_name.startswith("CuDNN"):
        values.setdefault("reset_after", False)


def _padding(values: Values, layer: RawLayer, reading: Reading) -> None:
    """Keras 1's {"top_pad": …} and [top, bottom, left, right]."""
    padding = values.get("padding")
    if isinstance(padding, dict):
        unknown = set(padding) - {"top_pad", "bottom_pad", "left_pad", "right_pad"}
        if unknown:
            raise BrokenError(f'its "padding" has {quoted(min(unknown))}')
        across = [padding.get("left_pad", 0), padding.get("right_pad", 0)]
        down = [padding.get("top_pad", 0), padding.get("bottom_pad", 0)]
        values["padding"] = across if "1D" in layer.class_name else [down, across]
    elif isinstance(padding, list) and len(padding) == 4 and "2D" in layer.class_name:
        values["padding"] = [padding[:2], padding[2:]]


def _depthwise(values: Values, layer: RawLayer, reading: Reading) -> None:
    """The class was derived from Conv2D, and wrote arguments of that which it did not use."""
    unused = ("filters", "kernel_initializer", "kernel_regularizer", "kernel_constraint")
    for key in unused if "Separable" not in layer.class_name else unused[1:]:
        values.pop(key, None)


def _one_group(values: Values, layer: RawLayer, reading: Reading) -> None:
    groups = values.pop("groups", 1)
    if groups not in (None, 1):
        raise BrokenError(f'its "groups" is {quoted(groups)}, which Keras 3 does not support here')


def _transposed(values: Values, layer: RawLayer, reading: Reading) -> None:
    shape = values.pop("output_shape", None)
    if shape is not None:
        reading.note(
            f"{layer.title} had its output shape prescribed; here it follows from its strides "
            f"and padding, and must come out as {shape}"
        )


def _embedding(values: Values, layer: RawLayer, reading: Reading) -> None:
    # For an Embedding this is the vocabulary size, not a size of its input.
    if "input_dim" in layer.arguments:
        values["input_dim"] = layer.arguments["input_dim"]
    dropout = values.pop("dropout", 0)
    if dropout:
        reading.note(f"{layer.title} dropped words in training ({dropout}); Keras 3 does not")


def _categories(values: Values, layer: RawLayer, reading: Reading) -> None:
    if values.get("output_mode") == "binary":
        values["output_mode"] = "multi_hot"


def _attention(values: Values, layer: RawLayer, reading: Reading) -> None:
    if values.get("value_dim") == values.get("key_dim"):
        values.pop("value_dim", None)


def _bins(values: Values, layer: RawLayer, reading: Reading) -> None:
    """With known boundaries Keras also writes the number of bins, but accepts only one of both."""
    if values.get("bin_boundaries") is not None:
        values.pop("num_bins", None)


def _vocabulary(values: Values, layer: RawLayer, reading: Reading) -> None:
    if values.get("vocabulary") is None:
        reading.note(
            f"{layer.title} has a vocabulary that it learned from data (adapt) and that "
            'its arguments do not hold; write it into "vocabulary"'
        )


def _pooling(values: Values, layer: RawLayer, reading: Reading) -> None:
    """Keras wrote out strides equal to the pool size, which are the default."""
    strides, size = values.get("strides"), values.get("pool_size")
    if strides is not None and _spread(strides) == _spread(size):
        values.pop("strides")


def _spread(value: Any) -> Any:
    is_even = isinstance(value, list) and value and value == value[:1] * len(value)
    return value[0] if is_even else value


_FOR_ALL: tuple[Callable[[Values, RawLayer, Reading], None], ...] = (_stateful, _refused_flags)

_FOR: tuple[tuple[tuple[str, ...], Callable[[Values, RawLayer, Reading], None]], ...] = (
    (("LeakyReLU",), _leaky),
    (("BatchNormalization",), _normalization),
    (("LSTM", "LSTMCell", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), _forget_bias),
    (("LSTM", "LSTMCell", "GRU", "GRUCell"), _recurrent),
    (("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), _recurrent),
    (("GRU", "GRUCell"), _reset_after),
    (("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"), _padding),
    (("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"), _depthwise),
    (
        (
            *("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
            *("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
        ),
        _one_group,
    ),
    (("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _transposed),
    (("Embedding",), _embedding),
    (("CategoryEncoding",), _categories),
    (("Discretization",), _bins),
    (("IntegerLookup", "StringLookup", "TextVectorization"), _vocabulary),
    (("MultiHeadAttention",), _attention),
    (
        tuple(f"{kind}Pooling{rank}D" for kind in ("Average", "Max") for rank in (1, 2, 3)),
        _pooling,
    ),
)
