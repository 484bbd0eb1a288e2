"""The call arguments of layers, in the form of the catalogue; a part of the generator."""

from __future__ import annotations

import inspect
from typing import Any

from kspec.spec.catalog import docstrings

__all__ = ["of_layer"]


def of_layer(cls: type) -> dict[str, Any]:
    """The tensors that a layer's `call` takes, and its options where it has any.

    Keras does not say which is which, but a parameter with a bool as default is not a tensor.
    `training` is neither: Keras itself passes it.
    """
    described = docstrings.arguments_of_call(cls)
    tensors, options = [], {}
    for parameter in inspect.signature(cls.call).parameters.values():  # type: ignore[attr-defined]
        name = parameter.name
        variadic = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if variadic or name in ("self", "training"):
            continue
        if isinstance(parameter.default, bool):
            argument = docstrings.argument(parameter, described.get(name, ""))
            options[name] = docstrings.tidy(argument)
        else:
            tensors.append(name if parameter.default is parameter.empty else f"{name}?")
    return {"call": tensors, **({"call_options": options} if options else {})}
