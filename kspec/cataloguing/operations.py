"""The functions of `keras.ops` in the form of the catalogue; a part of the generator."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from kspec.cataloguing import operation_corrections as corrections
from kspec.spec.catalog import docstrings

__all__ = ["aliases", "entries"]

_NAMESPACES = ("image", "linalg", "nn", "numpy")


def entries(ops: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every function of the module `ops`; those that only a namespace has as "image.resize".

    Raises RuntimeError for a function if neither its source nor a correction says whether it takes
    symbolic tensors.
    """
    for name, function in _functions(ops):
        if name in corrections.REFUSED:
            yield name, {"refused": corrections.REFUSED[name]}
        else:
            yield name, _entry(name, function)


def aliases(ops: Any) -> Iterator[tuple[str, str]]:
    """Functions of `ops` itself by their names within a namespace: "nn.relu" is relu."""
    known = dict(_functions(ops))
    for namespace in _NAMESPACES:
        for name, _ in _public(getattr(ops, namespace)):
            if name in known:
                yield f"{namespace}.{name}", name


def _functions(ops: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    found = dict(_public(ops))
    yield from found.items()
    for namespace in _NAMESPACES:
        for name, function in _public(getattr(ops, namespace)):
            if name not in found:
                yield f"{namespace}.{name}", function


def _public(module: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    members = inspect.getmembers(module, inspect.isroutine)
    return ((name, function) for name, function in members if not name.startswith("_"))


def _entry(name: str, function: Callable[..., Any]) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters
    call = corrections.CALL.get(name) or _tensors(function, parameters)
    if not call:
        raise RuntimeError(f"operation_corrections: does keras.ops.{name} take symbolic tensors?")
    described = docstrings.arguments_of_function(function)
    tensors = {text.rstrip("?*") for text in call}
    arguments = {}
    for parameter in parameters.values():
        if parameter.name in tensors or parameter.kind is parameter.VAR_KEYWORD:
            continue
        argument = docstrings.argument(parameter, described.get(parameter.name, ""))
        for correction in (f"*.{parameter.name}", f"{name}.{parameter.name}"):
            argument.update(corrections.ARGUMENTS.get(correction, {}))
        arguments[parameter.name] = docstrings.tidy(argument)
    entry = {"arguments": arguments, "call": call}
    if name in corrections.OTHERS:
        entry["others"] = corrections.OTHERS[name]
    return entry


def _tensors(function: Callable[..., Any], parameters: Any) -> list[str]:
    """The parameters that the function checks for symbolic tensors, in the catalogue's form.

    Keras's functions all do it alike: `if any_symbolic_tensors((x1, x2)): …`. An argument without
    this tuple is itself a sequence of tensors.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    looks = [call for call in calls if getattr(call.func, "id", "") == "any_symbolic_tensors"]
    if not looks:
        return []
    looked_at = looks[0].args[0]
    names = [node.id for node in ast.walk(looked_at) if isinstance(node, ast.Name)]
    many = "" if isinstance(looked_at, ast.Tuple) else "*"
    optional = {p.name for p in parameters.values() if p.default is not p.empty}
    in_order = [name for name in parameters if name in names]
    return [name + ("?" if name in optional else "") + many for name in in_order]
