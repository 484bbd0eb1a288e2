"""The classes of Keras in the form of the catalogue; a part of the generator.

An argument is listed only if the constructor accepts it: most come from signatures, and those that
go through `**kwargs` are tried. Types come from the leading words of docstrings, and only if these
are plain; choices are the texts that a constructor accepts while it refuses nonsense.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from kspec.cataloguing import calls, corrections, ranges
from kspec.spec.catalog import docstrings
from kspec.spec.catalog.lookup import kind_of_argument

__all__ = ["accepts", "entry"]

_NONSENSE = "no_such_text"
_PROBES = {"activity_regularizer": "l2", "autocast": True, "dtype": "float32", "name": "probe"}
_PROBES |= {"trainable": True}


def entry(kind: str, cls: type, samples: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of `cls`, a class of `kind`; `samples` are `corrections.samples`.

    Raises RuntimeError if these lack a value for one of its arguments.
    """
    sample = _sample(kind, cls, samples)
    parameters = _parameters(cls)
    of_layer: dict[str, Any] = {}
    if kind == "layers":
        own = {parameter.name for parameter in parameters}
        common = sorted(
            name
            for name, value in _PROBES.items()
            if name not in own and accepts(cls, **sample, **{name: value})
        )
        of_layer = {**calls.of_layer(cls), "common": common}
        parameters += _inherited(cls, sample, own.union(common))
    described = docstrings.arguments_of(cls)
    arguments = {
        each.name: _argument(kind, cls, sample, each, described.get(each.name, ""))
        for each in parameters
    }
    return {"arguments": arguments, **of_layer}


def accepts(function: Callable[..., Any], **arguments: Any) -> bool:
    """Whether `function` can be called with `arguments`."""
    return _refusal(function, **arguments) is None


def _argument(
    kind: str, cls: type, sample: dict[str, Any], parameter: inspect.Parameter, description: str
) -> dict[str, Any]:
    name = parameter.name

    def takes(value: Any) -> bool:
        return accepts(cls, **{**sample, name: value})

    argument = docstrings.argument(parameter, description)
    choices = _choices(cls, sample, parameter, description)
    if choices:
        argument["choices"] = choices
        upper = choices[0].upper()
        argument["any_case"] = upper not in choices and takes(upper)
        if not argument["types"]:
            # Only types that the constructor refuses can be ruled out.
            others = {"bool": True, "int": 1, "list": [1], "object": {"a": 1}}
            taken = [type_ for type_, value in others.items() if takes(value)]
            argument |= {"null": takes(None), "types": sorted([*taken, "str"])}
    corrected = corrections.ARGUMENTS.get(kind, {})
    for correction in (f"*.{name}", f"{cls.__name__}.{name}"):
        argument.update(corrected.get(correction, {}))
    argument.setdefault("items", docstrings.items_of(argument))
    limits = ranges.of_argument(takes, argument["types"])
    limits |= ranges.length_of(takes, argument["types"])
    return docstrings.tidy({**limits, **argument})


def _parameters(cls: type) -> list[inspect.Parameter]:
    usual = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    constructor = vars(cls).get("__init__")
    parameters = inspect.signature(constructor or cls).parameters.values()
    return [p for p in parameters if p.kind in usual and p.name != "self"]


def _inherited(cls: type, sample: dict[str, Any], taken: set[str]) -> list[inspect.Parameter]:
    """The arguments that the constructor accepts in `**kwargs`, itself or for a base class."""
    if accepts(cls, **sample, **{_NONSENSE: 1}):
        return []  # it accepts anything and ignores it
    bases = [base for base in cls.__mro__[1:] if "__init__" in vars(base)]
    known = [p for base in bases for p in _parameters(base) if base.__module__[:6] == "keras."]
    known += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
        for name, default in corrections.HIDDEN.items()
    ]
    found: dict[str, inspect.Parameter] = {}
    for parameter in known:
        name, default = parameter.name, parameter.default
        value = None if default is parameter.empty else default
        new = name not in taken and name not in found and name not in corrections.IGNORED
        if new and accepts(cls, **{**sample, name: value}):
            found[name] = parameter.replace(default=value, annotation=parameter.empty)
    return list(found.values())


def _sample(kind: str, cls: type, samples: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `samples` for the required arguments, with which the constructor works."""
    sample = {
        p.name: samples.get(f"{cls.__name__}.{p.name}", samples.get(p.name))
        for p in _parameters(cls)
        if p.default is p.empty or f"{cls.__name__}.{p.name}" in samples
    }
    refusal = _refusal(cls, **sample)
    if refusal is not None:
        raise RuntimeError(f"no sample for {kind}.{cls.__name__}: {refusal}")
    return sample


def _choices(
    cls: type, sample: dict[str, Any], parameter: inspect.Parameter, description: str
) -> list[str]:
    """The texts that the constructor accepts here, empty if it takes any text or none."""
    name = parameter.name
    if kind_of_argument(name) is not None or name in corrections.OPEN_TEXT:
        return []
    refusal = _refusal(cls, **{**sample, name: _NONSENSE})
    if refusal is None:
        return []
    default = parameter.default if isinstance(parameter.default, str) else ""
    texts = docstrings.quoted(f'{description} {refusal} "{default}"')
    texts |= docstrings.quoted_in_constructor(cls)
    return sorted(text for text in texts if accepts(cls, **{**sample, name: text}))


def _refusal(function: Callable[..., Any], **arguments: Any) -> str | None:
    """Why `function` refuses `arguments`, None if it accepts them."""
    try:
        function(**arguments)
    except Exception as error:  # whatever Keras raises is a refusal
        return str(error) or type(error).__name__
    return None
