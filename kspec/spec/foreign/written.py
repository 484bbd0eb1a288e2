"""The inputs of a call, in the form of a spec's `inputs`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kspec.spec import catalog
from kspec.spec.foreign.nodes import RawCall, Tensor, tensors_in
from kspec.spec.foreign.operations import key_text, positions
from kspec.spec.foreign.reading import BrokenError, quoted
from kspec.spec.foreign.values import is_finite

__all__ = ["inputs_of_layer", "inputs_of_operation"]

Reference = Callable[[Tensor], str]

_MAX_NUMBERS = 1000
_RECURRENT = (
    *("Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN"),
    "SimpleRNN",
)


def inputs_of_layer(call: RawCall, entry: catalog.Entry, reference: Reference) -> Any:
    """The `inputs` of a call of a layer. Raises BrokenError for what a spec cannot express."""
    names = [argument.name for argument in entry.call]
    args, keywords = list(call.args), dict(call.kwargs)
    if len(args) == 1 and isinstance(args[0], list):
        if entry.name in _RECURRENT and len(args[0]) > 1:
            # Keras 2 lists the states after the sequence.
            args, keywords = args[0][:1], {"initial_state": args[0][1:], **keywords}
        elif not entry.takes_list:
            args = list(args[0])
    while not entry.takes_list and len(args) < len(names) and names[len(args)] in keywords:
        args.append(keywords.pop(names[len(args)]))
    if len(args) > len(names):
        raise BrokenError(f"it is called with {len(args)} tensors, but takes {len(names)}")
    if keywords or (entry.takes_list and len(args) > 1):
        return _by_name(dict(zip(names, args, strict=False)) | keywords, entry, reference)
    return _in_order(args, reference)


def inputs_of_operation(
    call: RawCall, entry: catalog.Entry, reference: Reference
) -> tuple[Any, dict[str, Any]]:
    """The `inputs` of a call of an operation, and the arguments given in the call.

    Raises BrokenError for what a spec cannot express.
    """
    if any(argument.many for argument in entry.call):
        arguments = {key: call.kwargs[key] for key in call.kwargs if key in entry.arguments}
        only = call.args[0] if len(call.args) == len(entry.call) == 1 else None
        listed = only if isinstance(only, list) else list(call.args)
        return _written(listed, reference), _plain(arguments)
    names = positions(entry)
    if len(call.args) > len(names):
        raise BrokenError(f"it is called with {len(call.args)} arguments, but takes {len(names)}")
    given = dict(zip(names, call.args, strict=False)) | call.kwargs
    arguments = {key: given[key] for key in given if key in entry.arguments}
    tensors = {
        key: value for key, value in given.items() if key not in arguments and value is not None
    }
    order = [argument.name for argument in entry.call]
    has_flag = any(isinstance(value, bool) for value in tensors.values())
    if list(tensors) == order[: len(tensors)] and not has_flag:
        return _in_order(list(tensors.values()), reference), _plain(arguments)
    return _by_name(tensors, entry, reference), _plain(arguments)


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    if any(tensors_in(arguments)):
        raise BrokenError("it takes a tensor where a spec has a plain value")
    return {key: key_text(value) if key == "key" else value for key, value in arguments.items()}


def _in_order(args: list[Any], reference: Reference) -> Any:
    written = [_written(arg, reference) for arg in args]
    if not written:
        raise BrokenError("it is called with nothing")
    if len(written) > 1:
        return written
    only = written[0]
    return only[0] if isinstance(only, list) and len(only) == 1 else only


def _by_name(values: dict[str, Any], entry: catalog.Entry, reference: Reference) -> dict[str, Any]:
    known = {*(argument.name for argument in entry.call), *entry.call_options}
    unknown = [key for key in values if key not in known]
    if unknown:
        raise BrokenError(f"it is called with {quoted(unknown[0])}, which Keras 3 does not have")
    # Booleans are flags, not inputs.
    return {
        key: value if isinstance(value, bool) else _written(value, reference)
        for key, value in values.items()
    }


def _written(value: Any, reference: Reference) -> Any:
    match value:
        case Tensor():
            return reference(value)
        case int() | float() if not isinstance(value, bool) and is_finite(value):
            return value
        case list() if value and len(value) <= _MAX_NUMBERS:
            return [_written(part, reference) for part in value]
        case dict() if value and "class_name" not in value:
            return {key: _written(part, reference) for key, part in value.items()}
    raise BrokenError(f"it is called with {quoted(value)}, which a spec cannot say")
