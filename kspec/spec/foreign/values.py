"""Normalizes JSON values as written by all versions of Keras and by TensorFlow.js."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator
from typing import Any

__all__ = ["every", "is_finite", "plain", "shortest", "snake", "with_snake_keys"]

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """ "kernelSize" as "kernel_size", "MaxPooling1D" as "max_pooling1d"."""
    return _HUMP.sub("_", name).lower()


def with_snake_keys(values: Any) -> Any:
    """The same values with keys such as "batchInputShape" in snake case.

    Keys of Keras 1 such as "W_regularizer" are left as they are.
    """
    if isinstance(values, dict):
        return {
            _HUMP.sub("_", key).lower() if key[:1].islower() and "_" not in key else key: (
                with_snake_keys(value)
            )
            for key, value in values.items()
        }
    if isinstance(values, list):
        return [with_snake_keys(value) for value in values]
    return values


def plain(value: Any) -> Any:
    """A value without the wrappers of arrays and tuples, with its numbers as short as possible."""
    if isinstance(value, float):
        return shortest(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind, config = value.get("class_name"), value.get("config")
    if value.get("type") == "ndarray" and "value" in value:
        return plain(value["value"])
    if kind in ("__tuple__", "TensorShape") and isinstance(value.get("items"), list):
        return plain(value["items"])
    if kind in ("__numpy__", "__tensor__") and isinstance(config, dict) and "value" in config:
        return plain(config["value"])
    return {key: plain(item) for key, item in value.items()}


def shortest(value: float) -> float:
    """The shortest decimal that is the same number in float32: 0.001 for 0.0010000000474974513.

    Keras 2 stored many arguments as float32. A number that is not one is returned unchanged.
    """
    if not math.isfinite(value) or len(repr(value)) < 12:
        return value
    try:
        packed = struct.pack("<f", value)
    except OverflowError:
        return value
    if struct.unpack("<f", packed)[0] != value:
        return value
    candidates = (float(f"{value:.{digits}g}") for digits in range(1, 10))
    return next(short for short in candidates if struct.pack("<f", short) == packed)


def is_finite(values: Any) -> bool:
    """Whether JSON can express every number within `values`: no NaN and no infinity."""
    if isinstance(values, dict):
        return all(is_finite(value) for value in values.values())
    if isinstance(values, list):
        return all(is_finite(value) for value in values)
    return not isinstance(values, float) or math.isfinite(values)


def every(values: Any) -> Iterator[dict[str, Any]]:
    """Every object within `values`, including `values` itself."""
    waiting = [values]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
