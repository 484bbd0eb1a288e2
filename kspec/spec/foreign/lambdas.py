"""TensorFlow functions that tf.keras saved as layers, as operations of Keras 3.

TFOpLambda         {"function": "math.add"}, the arguments in the call
SlicingOpLambda    {"function": "__operators__.getitem"}, {"slice_spec": [...]} in the call
TensorFlowOpLayer  {"node_def": {"op": "AddV2"}, "constants": {"1": 0.5}}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kspec.spec import catalog
from kspec.spec.foreign.container import values_of
from kspec.spec.foreign.nodes import RawCall, tensors_in
from kspec.spec.foreign.operations import key_text
from kspec.spec.foreign.reading import BrokenError, quoted
from kspec.spec.foreign.structure import RawLayer
from kspec.spec.foreign.values import plain

__all__ = ["is_lambda", "lambda_of"]

_CLASSES = ("SlicingOpLambda", "TFOpLambda", "TensorFlowOpLayer")


@dataclass(frozen=True)
class _Function:
    """An operation: the keywords of further tensors, and those of arguments with their names in
    Keras. `silent` are keywords with the value at which they have no effect; `fixed` are arguments
    whose default in Keras differs."""

    operation: str
    tensors: tuple[str, ...] = ()
    arguments: dict[str, str] = field(default_factory=dict)
    silent: dict[str, Any] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)


_REDUCED = {"axis": "axis", "keepdims": "keepdims", "keep_dims": "keepdims"}
_AXIS = {"axis": "axis"}

_BINARY = {
    "__operators__.add": "add",
    "__operators__.mul": "multiply",
    "__operators__.sub": "subtract",
    "__operators__.truediv": "divide",
    "math.divide": "divide",
    "math.floordiv": "floor_divide",
    "math.floormod": "mod",
    "math.mod": "mod",
    "math.pow": "power",
    "math.truediv": "divide",
    **{
        f"math.{name}": name
        for name in (
            *("add", "equal", "greater", "greater_equal", "less", "less_equal", "logical_and"),
            *("logical_or", "maximum", "minimum", "multiply", "not_equal", "subtract"),
        )
    },
}

_UNARY = {
    "math.negative": "negative",
    "nn.swish": "silu",
    "ones_like": "ones_like",
    "stop_gradient": "stop_gradient",
    "zeros_like": "zeros_like",
    **{
        f"math.{name}": name
        for name in (
            *("abs", "ceil", "cos", "erf", "exp", "floor", "log", "log1p", "logical_not"),
            *("reciprocal", "round", "rsqrt", "sigmoid", "sign", "sin", "softplus", "sqrt"),
            *("square", "tan", "tanh"),
        )
    },
    **{
        f"nn.{name}": name
        for name in ("elu", "relu", "relu6", "selu", "sigmoid", "silu", "softplus", "softsign")
    },
    "nn.tanh": "tanh",
}

_FUNCTIONS: dict[str, _Function] = {
    **{name: _Function(operation, ("y",)) for name, operation in _BINARY.items()},
    **{name: _Function(operation) for name, operation in _UNARY.items()},
    **{
        f"math.reduce_{name}": _Function(operation, arguments=_REDUCED)
        for name, operation in {
            "all": "all",
            "any": "any",
            "logsumexp": "logsumexp",
            "max": "max",
            "mean": "mean",
            "min": "min",
            "prod": "prod",
            "std": "std",
            "sum": "sum",
            "variance": "var",
        }.items()
    },
    "cast": _Function("cast", arguments={"dtype": "dtype"}),
    "clip_by_value": _Function(
        "clip", arguments={"clip_value_min": "x_min", "clip_value_max": "x_max"}
    ),
    "compat.v1.transpose": _Function("transpose", arguments={"perm": "axes"}),
    "concat": _Function("concatenate", arguments=_AXIS),
    "expand_dims": _Function("expand_dims", arguments=_AXIS),
    "image.resize": _Function(
        "image.resize", arguments={"size": "size", "method": "interpolation"}
    ),
    "linalg.matmul": _Function(
        "matmul", ("b",), silent={"transpose_a": False, "transpose_b": False}
    ),
    "math.argmax": _Function("argmax", arguments=_AXIS),
    "math.cumsum": _Function("cumsum", arguments=_AXIS),
    "math.l2_normalize": _Function("normalize", arguments=_AXIS),
    "nn.gelu": _Function(
        "gelu", arguments={"approximate": "approximate"}, fixed={"approximate": False}
    ),
    "nn.leaky_relu": _Function("leaky_relu", arguments={"alpha": "negative_slope"}),
    "nn.log_softmax": _Function("log_softmax", arguments=_AXIS),
    "nn.softmax": _Function("softmax", arguments=_AXIS),
    "pad": _Function("pad", arguments={"paddings": "pad_width"}, silent={"mode": "CONSTANT"}),
    "repeat": _Function("repeat", arguments={"repeats": "repeats", "axis": "axis"}),
    "reshape": _Function("reshape", arguments={"shape": "newshape"}),
    "reverse": _Function("flip", arguments=_AXIS),
    "squeeze": _Function("squeeze", arguments=_AXIS),
    "stack": _Function("stack", arguments=_AXIS),
    "tile": _Function("tile", arguments={"multiples": "repeats"}),
    "transpose": _Function("transpose", arguments={"perm": "axes"}),
    "unstack": _Function("unstack", arguments={"num": "num", "axis": "axis"}),
    "where": _Function("where", ("x", "y")),
}

_NODES = {
    "Abs": "abs",
    "Add": "add",
    "AddV2": "add",
    "Exp": "exp",
    "Log": "log",
    "Maximum": "maximum",
    "Minimum": "minimum",
    "Mul": "multiply",
    "Neg": "negative",
    "Pow": "power",
    "RealDiv": "divide",
    "Relu": "relu",
    "Relu6": "relu6",
    "Rsqrt": "rsqrt",
    "Sigmoid": "sigmoid",
    "Softmax": "softmax",
    "Sqrt": "sqrt",
    "Square": "square",
    "Sub": "subtract",
    "Tanh": "tanh",
}


def is_lambda(layer: RawLayer) -> bool:
    """Whether the layer is a TensorFlow function saved as a layer."""
    return layer.class_name in _CLASSES


def lambda_of(layer: RawLayer, call: RawCall) -> tuple[catalog.Entry, dict[str, Any], RawCall]:
    """The operation, its arguments, and the call with only its tensors.

    Raises BrokenError for a function that Keras 3 does not have.
    """
    if layer.class_name == "TensorFlowOpLayer":
        return _of_node(layer, call)
    name = layer.arguments.get("function")
    keywords = {
        key: value for key, value in call.kwargs.items() if key != "name" and value is not None
    }
    if name == "__operators__.getitem":
        return _sliced(call, keywords)
    function = _FUNCTIONS.get(name) if isinstance(name, str) else None
    if function is None:
        raise BrokenError(f"it is tf.{name}, which keras.ops does not have")
    tensors = [keywords.pop(key) for key in function.tensors if key in keywords]
    arguments = dict(function.fixed)
    for key, value in keywords.items():
        if key in function.arguments and not any(tensors_in(value)):
            arguments[function.arguments[key]] = value
        elif function.silent.get(key, ...) != value:
            raise BrokenError(f'it is tf.{name} with "{key}", which keras.ops does not have')
    return _entry(function.operation), arguments, RawCall((*call.args, *tensors))


def _sliced(
    call: RawCall, keywords: dict[str, Any]
) -> tuple[catalog.Entry, dict[str, Any], RawCall]:
    spec = keywords.get("slice_spec")
    parts = spec if isinstance(spec, list) else [spec]
    sliced = [
        {"class_name": "__slice__", "config": part}
        if isinstance(part, dict) and "class_name" not in part
        else part
        for part in parts
    ]
    return _entry("get_item"), {"key": key_text(sliced)}, RawCall(call.args)


def _of_node(layer: RawLayer, call: RawCall) -> tuple[catalog.Entry, dict[str, Any], RawCall]:
    node = layer.arguments.get("node_def")
    if isinstance(node, str) and node.lstrip().startswith("{"):
        node = values_of(node)
    name = node.get("op") if isinstance(node, dict) else None
    operation = _NODES.get(name) if isinstance(name, str) else None
    if operation is None:
        raise BrokenError(
            f"it is the TensorFlow operation {quoted(name)}; keras.ops has none like it"
        )
    tensors = list(call.args[0]) if isinstance(call.args[0], list) else list(call.args)
    constants = layer.arguments.get("constants") or {}
    for place, value in sorted(constants.items()) if isinstance(constants, dict) else ():
        if not str(place).isdecimal():
            raise BrokenError('its "constants" must be numbered')
        tensors.insert(int(place), plain(value))
    return _entry(operation), {}, RawCall(tuple(tensors))


def _entry(operation: str) -> catalog.Entry:
    entry = catalog.find("ops", operation)
    if not isinstance(entry, catalog.Entry):
        raise BrokenError(f"this Keras has no ops.{operation}")
    return entry
