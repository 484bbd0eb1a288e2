"""Elementwise operations on one or several tensors."""

from __future__ import annotations

from kspec.spec.shapes.merging import broadcast
from kspec.spec.shapes.operations.operands import Operands, OperationRule, tensor
from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import Dims, Unsure, is_shape

__all__ = ["RULES"]


def alone(settings: Settings, found: Operands) -> Dims:
    if len(found) != 1:
        raise Unsure
    return tensor(found, next(iter(found)))


def together(settings: Settings, found: Operands) -> Dims:
    """Numbers combine with anything, tensors only with tensors of the same rank.

    With different ranks the batch axis of one would be broadcast with another axis of the other,
    and the result would depend on the batch size.
    """
    shapes = [each for each in found.values() if is_shape(each)]
    numbers = [each for each in found.values() if isinstance(each, (int, float))]
    if not shapes or len(shapes) + len(numbers) != len(found):
        raise Unsure
    if len({len(shape) for shape in shapes}) > 1:
        raise Unsure
    result = shapes[0]
    for shape in shapes[1:]:
        if any((a is None) != (b is None) for a, b in zip(result, shape, strict=True)):
            raise Unsure
        result = broadcast(settings, result, shape)
    return result


# fmt: off
_ALONE = (
    "abs", "absolute", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "cast",
    "cbrt", "ceil", "celu", "clip", "cos", "cosh", "deg2rad", "elu", "erf", "erfc", "erfinv",
    "exp", "exp2", "expm1", "floor", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu",
    "hard_swish", "hard_tanh", "isfinite", "isinf", "isnan", "leaky_relu", "log", "log10",
    "log1p", "log2", "log_sigmoid", "log_softmax", "logical_not", "nan_to_num", "negative",
    "normalize", "ones_like", "rad2deg", "reciprocal", "relu", "relu6", "round", "rsqrt",
    "selu", "sigmoid", "sign", "silu", "sin", "sinh", "soft_shrink", "softmax", "softplus",
    "softsign", "sparse_plus", "sqrt", "square", "squareplus", "stop_gradient", "swish", "tan",
    "tanh", "tanh_shrink", "threshold", "trunc", "zeros_like",
)
# fmt: on

# fmt: off
_TOGETHER = (
    "add", "arctan2", "divide", "divide_no_nan", "equal", "floor_divide", "greater",
    "greater_equal", "less", "less_equal", "logaddexp", "logical_and", "logical_or",
    "logical_xor", "maximum", "minimum", "mod", "multiply", "not_equal", "power", "subtract",
    "true_divide",
)
# fmt: on

RULES: dict[str, OperationRule] = {
    **dict.fromkeys(_ALONE, alone),
    **dict.fromkeys((*_TOGETHER, "where"), together),
}
