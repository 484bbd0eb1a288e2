"""Creates the objects of plugins: layers, losses and others that Keras does not have."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import keras

from kspec.spec.catalog.lookup import common_arguments
from kspec.spec.catalog.registry import SAVED, Registered, registered_of

__all__ = ["make_brought", "named_classes"]

_COMMON = tuple(common_arguments("layers"))


def make_brought(brought: Registered, arguments: Mapping[str, Any]) -> Any:
    """The object that a plugin registered, created with `arguments`.

    A function is treated as Keras treats any: as a loss it is used directly, as a metric with
    arguments it becomes a `MeanMetricWrapper`. Raises whatever the plugin raises, and TypeError
    for an object with which a saved model could not be opened.
    """
    thing = brought.thing
    if not inspect.isclass(thing):
        return _of_function(brought.entry.kind, thing, dict(arguments))
    made = thing(**arguments)
    if brought.entry.kind in SAVED:
        _require_config(brought, made, arguments)
    return made


def named_classes() -> dict[str, type]:
    """The classes of plugins that a saved model may hold, by name: what `load_model` needs."""
    return {
        name: each.thing
        for kind in SAVED
        for name, each in registered_of(kind).items()
        if inspect.isclass(each.thing)
    }


def _of_function(kind: str, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    if not arguments:
        return function
    if kind == "metrics":
        return keras.metrics.MeanMetricWrapper(
            function, name=arguments.pop("name", None) or function.__name__, **arguments
        )

    @wraps(function)
    def with_arguments(y_true: Any, y_pred: Any) -> Any:
        return function(y_true, y_pred, **arguments)

    return with_arguments


def _require_config(brought: Registered, made: Any, given: Mapping[str, Any]) -> None:
    """Its config must contain its arguments, or a saved model would load wrongly, or not at all."""
    name = brought.entry.name
    try:
        config = made.get_config()
    except Exception as error:
        reason = " ".join(str(error).split()).partition(". Please")[0]
        raise TypeError(f"{name} cannot be saved, since its get_config fails: {reason}") from error
    # The arguments common to all layers are handled by Keras.
    common = _COMMON if brought.entry.kind == "layers" else ()
    own = {name: each for name, each in brought.entry.arguments.items() if name not in common}
    wanted = [each.name for each in own.values() if each.required or each.name in given]
    lacking = [f'"{each}"' for each in wanted if each not in config]
    if lacking:
        raise TypeError(
            f"{name} cannot be saved: its get_config lacks {' and '.join(lacking)}; a model that "
            "is opened again would not have it"
        )
