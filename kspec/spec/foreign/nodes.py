"""The inputs of a call, in the three forms in which Keras has written them.

Keras 1, 2   [["conv1", 0, 0, {}], ["conv2", 0, 0, {}]]
tf.keras     ["conv1", 0, 0, {"y": ["conv2", 0, 0]}]
Keras 3      {"args": [{"class_name": "__keras_tensor__", …}], "kwargs": {}}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from kspec.spec.foreign.reading import BrokenError, as_dict, as_list, quoted
from kspec.spec.foreign.values import plain
from kspec.spec.within import within

__all__ = ["RawCall", "Tensor", "call_of", "tensor_of", "tensors_in"]

_CONSTANT = "_CONSTANT_VALUE"


@dataclass(frozen=True)
class Tensor:
    """Output `output` of call number `node` of the layer `layer`, as numbered in the file."""

    layer: str
    node: int
    output: int


@dataclass(frozen=True)
class RawCall:
    """One call: positional and keyword arguments, with a `Tensor` for each reference to one."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)

    def tensors(self) -> Iterator[Tensor]:
        """Every input tensor, in order."""
        yield from within(self.args, Tensor)
        yield from within(self.kwargs, Tensor)


def tensors_in(values: Any) -> Iterator[Tensor]:
    """Every tensor within the arguments of a call."""
    return within(values, Tensor)


def call_of(node: Any, names: Collection[str], what: str) -> RawCall:
    """The call that a node of the file describes; `names` are the layers. Raises BrokenError."""
    if isinstance(node, dict) and "args" in node:
        args = as_list(node["args"], f'"args" of {what}')
        kwargs = as_dict(node.get("kwargs") or {}, f'"kwargs" of {what}')
        decoded = {key: _keras_3(value, what) for key, value in kwargs.items()}
        return RawCall(tuple(_keras_3(arg, what) for arg in args), decoded)
    if isinstance(node, dict):
        # A model that was called with a dict of tensors.
        entries = {key: _entry(value, names, what)[0] for key, value in node.items()}
        return RawCall((entries,))
    entries_list = as_list(node, f"a node of {what}")
    if entries_list and isinstance(entries_list[0], str):
        entries_list = [entries_list]
    if not entries_list:
        raise BrokenError(f"{what} is called with nothing")
    read = [_entry(entry, names, what) for entry in entries_list]
    keywords: dict[str, Any] = {}
    for _, more in read:
        keywords.update(more)
    first = [value for value, _ in read]
    return RawCall((first[0] if len(first) == 1 else first,), keywords)


def tensor_of(values: Any, what: str) -> Tensor:
    """The tensor that ["name", 0, 0] stands for. Raises BrokenError."""
    parts = as_list(values, f"a reference of {what}")
    match parts[:3]:
        case [str(name), int(node), int(output)] if bool not in (type(node), type(output)):
            return Tensor(name, node, output)
        case [str(name)]:
            return Tensor(name, 0, 0)
    raise BrokenError(
        f"{what} takes something that is not a reference: a list of {quoted(len(parts))}"
    )


def _entry(entry: Any, names: Collection[str], what: str) -> tuple[Any, dict[str, Any]]:
    parts = as_list(entry, f"an input of {what}")
    keywords: dict[str, Any] = {}
    if len(parts) > 3:
        keywords = as_dict(parts[3] or {}, f"the keywords of {what}")
    decoded = {key: _legacy(value, names, what) for key, value in keywords.items()}
    if len(parts) > 2 and parts[0] == _CONSTANT:
        return plain(parts[2]), decoded
    return tensor_of(parts, what), decoded


def _legacy(value: Any, names: Collection[str], what: str) -> Any:
    """The value of a keyword; a tensor in it is a list of a layer's name and two numbers."""
    match value:
        case [str(name), int(), int(), *_] if name in names and len(value) in (3, 4):
            return tensor_of(value, what)
        case [str(name), int(), constant, *_] if name == _CONSTANT:
            return plain(constant)
        case list():
            return [_legacy(part, names, what) for part in value]
        case dict() if "class_name" not in value and value.get("type") != "ndarray":
            return {key: _legacy(part, names, what) for key, part in value.items()}
    return plain(value)


def _keras_3(value: Any, what: str) -> Any:
    if isinstance(value, list):
        return [_keras_3(part, what) for part in value]
    if not isinstance(value, dict):
        return plain(value)
    if value.get("class_name") == "__keras_tensor__":
        config = as_dict(value.get("config"), f"a tensor of {what}")
        return tensor_of(config.get("keras_history"), what)
    if value.get("class_name") == "__tuple__":
        return [_keras_3(part, what) for part in as_list(value.get("items"), f"a tuple of {what}")]
    if "class_name" in value:
        return plain(value)
    return {key: _keras_3(part, what) for key, part in value.items()}
