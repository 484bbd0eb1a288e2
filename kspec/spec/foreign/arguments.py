"""Converts the arguments of a layer in the file to Keras 3's; Keras's defaults are left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kspec.spec import catalog
from kspec.spec.foreign import objects
from kspec.spec.foreign.dtypes import dtype_name
from kspec.spec.foreign.reading import BrokenError, Reading, quoted
from kspec.spec.foreign.renamed import LEFTOVERS, with_new_names
from kspec.spec.foreign.repairs import repair
from kspec.spec.foreign.structure import RawLayer
from kspec.spec.foreign.values import plain, snake

__all__ = ["InnerLayer", "arguments_of"]

InnerLayer = Callable[[Any, str], dict[str, Any]]
"""Converts a layer that is the named argument of another. Raises BrokenError."""

_CONVERTERS: dict[str, Callable[[Any, str], Any]] = {
    "constraints": objects.constraint,
    "initializers": objects.initializer,
    "regularizers": objects.regularizer,
}

_SIZES = frozenset(
    {
        *("axis", "cropping", "dilation_rate", "kernel_size", "output_padding", "padding"),
        *("pool_size", "shared_axes", "size", "strides"),
    }
)
"""Arguments that take one number instead of a list of equal ones."""

_TEXTS = ("data_format", "interpolation", "merge_mode", "mode", "padding", "score_mode")
"""Arguments whose texts TensorFlow.js writes in camel case."""

_WEIGHTLESS = (
    *("Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "CenterCrop"),
    *("Concatenate", "Cropping", "Dot", "Dropout", "ELU", "Flatten", "Gaussian", "Global"),
    *("Identity", "LeakyReLU", "Masking", "Max", "Minimum", "Multiply", "Permute", "ReLU"),
    *("Random", "RepeatVector", "Rescaling", "Reshape", "Resizing", "Softmax", "Spatial"),
    *("Subtract", "UnitNormalization", "UpSampling", "ZeroPadding"),
)
"""Prefixes of the names of layers without trainable weights."""


def arguments_of(
    layer: RawLayer, entry: catalog.Entry, reading: Reading, inner: InnerLayer
) -> dict[str, Any]:
    """The arguments of `layer`, which is `entry` in Keras 3; `inner` converts layers among them.

    Raises BrokenError for arguments that it cannot have.
    """
    config = {key: plain(value) for key, value in layer.arguments.items()}
    values = with_new_names(config, entry.arguments)
    values = {key: value for key, value in values.items() if key not in LEFTOVERS}
    repair(values, layer, entry.name, reading)
    dtype = _dtype(values, entry, reading)
    trainable = values.pop("trainable", True)
    values.pop("name", None)
    said: dict[str, Any] = {}
    for key, value in values.items():
        argument = entry.arguments.get(key)
        if argument is None:
            _leave_out(key, value)
            continue
        if value is None and not (argument.null or argument.required):
            continue  # TensorFlow.js writes null for arguments that were not given.
        value = _converted(key, value, argument, inner)
        if not _is_default(key, value, argument):
            said[key] = value
    if dtype is not None:
        said["dtype"] = dtype
    if trainable is False and not entry.name.startswith(_WEIGHTLESS):
        said["trainable"] = False
    if entry.name == "Bidirectional":
        _drop_mirrored(said)
    return {key: said[key] for key in entry.arguments if key in said}


def _leave_out(key: str, value: Any) -> None:
    """Raises BrokenError for an argument that Keras 3 does not have, unless its value is empty."""
    # Not `in`: 0 equals False, but may mean something here.
    if value is None or value is False or value in ([], {}, ""):
        return
    raise BrokenError(f"it has the argument {quoted(key)}, which Keras 3 does not have")


def _dtype(values: dict[str, Any], entry: catalog.Entry, reading: Reading) -> str | None:
    dtype = dtype_name(values.pop("dtype", None))
    argument = entry.arguments.get("dtype")
    if dtype is None or argument is None or dtype in ("float32", argument.default):
        return None
    # Before Keras 3 a first layer gave the dtype of the model's input in this way.
    return None if reading.is_old and "float" not in dtype else dtype


def _converted(key: str, value: Any, argument: catalog.Argument, inner: InnerLayer) -> Any:
    kind = catalog.kind_of_argument(key)
    if value is None:
        return None
    if kind in _CONVERTERS:
        return _CONVERTERS[kind](value, key)
    if kind == "activations":
        return _activation(value, key, inner)
    if kind == "layers" and isinstance(value, list):
        return [inner(item, key) for item in value]
    if kind == "layers":
        return inner(value, key)
    if key in _TEXTS and isinstance(value, str):
        return snake(value)
    if isinstance(value, dict) and "class_name" in value:
        return _named_value(value, key)
    if argument.types == ("int",) and isinstance(value, float) and value.is_integer():
        return int(value)
    return _one_for_all(value) if key in _SIZES and "int" in argument.types else value


def _activation(value: Any, key: str, inner: InnerLayer) -> Any:
    try:
        return objects.activation(value, key)
    except BrokenError:
        # A layer can serve as an activation.
        config = value.get("config") if isinstance(value, dict) else None
        if not isinstance(config, dict) or value.get("class_name") == "__lambda__":
            raise
        layer = inner(value, key)
        return {name: item for name, item in layer.items() if name != "name"}


def _named_value(value: dict[str, Any], key: str) -> Any:
    if value["class_name"] == "ListWrapper" and isinstance(value.get("config"), list):
        return value["config"]
    raise BrokenError(f'its "{key}" is the object {quoted(value["class_name"])}, not a plain value')


def _one_for_all(value: Any) -> Any:
    """[3, 3] as 3, [[1, 1], [1, 1]] as 1."""
    if isinstance(value, list) and value:
        parts = [_one_for_all(part) for part in value]
        if isinstance(parts[0], int) and all(part == parts[0] for part in parts):
            return parts[0]
    return value


def _is_default(key: str, value: Any, argument: catalog.Argument) -> bool:
    if argument.required:
        return False
    default = argument.default
    kind = catalog.kind_of_argument(key)
    if kind in _CONVERTERS and isinstance(default, str):
        default = _CONVERTERS[kind](default, key)
    if key == "activation" and default is None:
        return value in (None, "linear")
    if key == "data_format":
        return value in (None, "channels_last")
    if isinstance(value, bool) is not isinstance(default, bool):
        return False
    return bool(_one_for_all(value) == _one_for_all(default))


def _drop_mirrored(said: dict[str, Any]) -> None:
    """Leave out a backward layer that Keras itself derives from the forward layer."""
    forward, backward = said.get("layer"), said.get("backward_layer")
    for layer in (forward, backward):
        if isinstance(layer, dict) and layer.get("return_sequences"):
            layer.pop("zero_output_for_mask", None)
    if not isinstance(forward, dict) or not isinstance(backward, dict):
        return
    turned = {**forward, "go_backwards": True}
    if not forward.get("go_backwards") and backward == turned:
        del said["backward_layer"]
