"""The dtype of a layer or an input, in its many forms."""

from __future__ import annotations

from typing import Any

from kspec.spec.foreign.reading import BrokenError, quoted

__all__ = ["dtype_name", "input_dtype"]

_POLICIES = ("DTypePolicy", "FloatDTypePolicy", "Policy", "PolicyV1")

_INPUTS = frozenset(
    {
        *("bfloat16", "bool", "complex64", "float16", "float32", "float64", "string", "uint8"),
        *("int8", "int16", "int32", "int64", "uint16", "uint32", "uint64"),
    }
)


def dtype_name(value: Any) -> str | None:
    """The name of a dtype or of a policy: "float32", "mixed_float16". Raises BrokenError."""
    if isinstance(value, dict) and value.get("class_name") in _POLICIES:
        config = value.get("config")
        value = config.get("name") if isinstance(config, dict) else None
    if value is None or isinstance(value, str):
        return value
    raise BrokenError(f'its "dtype" must be a name, not {quoted(value)}')


def input_dtype(value: Any) -> str:
    """The dtype of an input, "float32" where the file says nothing. Raises BrokenError."""
    name = dtype_name(value) or "float32"
    if name.startswith("mixed_"):
        return "float32"
    if name not in _INPUTS:
        raise BrokenError(f'its "dtype" is {quoted(name)}, which an input cannot have')
    return name
