"""Decorators that mark a class or a function of a plugin as something that a spec may name."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar, overload

from kspec.errors import PluginError
from kspec.plugins.signature import (
    arguments_of_call,
    arguments_of_class,
    parameters_of,
    to_arguments,
)
from kspec.spec.catalog import registry
from kspec.spec.catalog.docstrings import arguments_of_function
from kspec.spec.catalog.entry import Argument, CallArgument, Entry
from kspec.spec.catalog.items import operation_of
from kspec.spec.catalog.lookup import KINDS, find_in_keras
from kspec.spec.models import SOURCES

__all__ = [
    "constraint",
    "initializer",
    "layer",
    "loss",
    "metric",
    "optimizer",
    "regularizer",
    "schedule",
    "source",
]

Thing = TypeVar("Thing", bound=Callable[..., Any])

_NAME = Argument("name", types=("str",), null=True, meaning="Its name.")


def layer(cls: Thing) -> Thing:
    """A subclass of `keras.layers.Layer` that specs may name, with its constructor's arguments.

    The constructor must take `**kwargs` and pass them on to Keras. Raises PluginError for anything
    but such a class, and for a name that Keras or another plugin already uses.
    """
    _require_class("layer", cls, "layers", "Layer")
    arguments = arguments_of_class("layers", cls)  # type: ignore[arg-type]
    for name in ("name", "trainable", "dtype"):
        if name not in arguments:
            raise _error(
                "layer", cls, f'its __init__ takes no "{name}"; it needs **kwargs, for Layer'
            )
    tensors, options = arguments_of_call(cls)
    _register(cls, Entry("layers", cls.__name__, arguments, call=tensors, call_options=options))
    return cls


def loss(thing: Thing) -> Thing:
    """A function of (y_true, y_pred, …) or a subclass of `keras.losses.Loss` that specs may name.

    Its arguments in a spec are the function's further parameters, or those of the constructor.
    Raises PluginError as `layer` does.
    """
    return _measure(thing, "losses", "Loss")


def metric(thing: Thing) -> Thing:
    """A function of (y_true, y_pred, …) or a subclass of `keras.metrics.Metric`; see `loss`."""
    return _measure(thing, "metrics", "Metric")


def initializer(cls: Thing) -> Thing:
    """A subclass of `keras.initializers.Initializer` that specs may name.

    A random one has `draw(self, shape, random)` and no `__call__`: it returns a NumPy array, drawn
    from `random`, a `numpy.random.Generator` seeded with the spec's seed and the weight's path, so
    that the weights are the same on every backend. (What a `__call__` draws with Keras is not.)
    Raises PluginError as `layer` does.
    """
    _require_class("initializer", cls, "initializers", "Initializer")
    base: Any = sys.modules["keras"].initializers.Initializer
    made: Any = cls
    has_call = made.__call__ is not base.__call__
    if hasattr(made, "draw") == has_call:
        reason = "it needs draw(self, shape, random), or __call__(self, shape, dtype=None) if it"
        raise _error("initializer", cls, f"{reason} draws nothing; one of them")
    if not has_call:
        made.__call__ = _drawn
    return _class(cls, "initializers")


def regularizer(cls: Thing) -> Thing:
    """A subclass of `keras.regularizers.Regularizer` that specs may name; see `layer`."""
    _require_class("regularizer", cls, "regularizers", "Regularizer")
    return _class(cls, "regularizers")


def constraint(cls: Thing) -> Thing:
    """A subclass of `keras.constraints.Constraint` that specs may name; see `layer`."""
    _require_class("constraint", cls, "constraints", "Constraint")
    return _class(cls, "constraints")


def optimizer(cls: Thing) -> Thing:
    """A subclass of `keras.optimizers.Optimizer` that specs may name; see `layer`."""
    _require_class("optimizer", cls, "optimizers", "Optimizer")
    return _class(cls, "optimizers")


def schedule(cls: Thing) -> Thing:
    """A subclass of `keras.optimizers.schedules.LearningRateSchedule`; see `layer`."""
    _require_class("schedule", cls, "optimizers.schedules", "LearningRateSchedule")
    return _class(cls, "schedules")


def _class(cls: Thing, kind: str) -> Thing:
    arguments = arguments_of_class(kind, cls)  # type: ignore[arg-type]
    _register(cls, Entry(kind, cls.__name__, arguments))
    return cls


def _drawn(self: Any, shape: tuple[int, ...], dtype: str | None = None) -> Any:
    """Called by Keras outside of kspec: `draw`, seeded by `keras.utils.set_random_seed`."""
    # Both are there, since Keras is: this module itself imports neither.
    numpy, keras = sys.modules["numpy"], sys.modules["keras"]
    random = numpy.random.default_rng(numpy.random.randint(2**31))
    return keras.ops.convert_to_tensor(self.draw(tuple(shape), random), dtype)


@overload
def source(function: Thing) -> Thing: ...
@overload
def source(*, class_names: Iterable[str]) -> Callable[[Thing], Thing]: ...
def source(function: Any = None, *, class_names: Iterable[str] = ()) -> Any:
    """A function that returns data: (x_train, y_train), (x_test, y_test), as NumPy arrays.

    A spec names it in `data.source`. If it has a parameter `path`, it gets `data.path` as a
    `pathlib.Path`; its other parameters can be set in `data.options`. Without `class_names` the
    classes are called "0", "1", … Raises PluginError as `layer` does.
    """
    if function is None:
        names = tuple(class_names)
        return lambda given: _source(given, names)
    return _source(function, ())


def _source(function: Thing, class_names: tuple[str, ...]) -> Thing:
    if not inspect.isfunction(function):
        raise _error("source", function, "it is not a function")
    name = function.__name__
    arguments = to_arguments(parameters_of(function), arguments_of_function(function))
    _require_named("source", function, parameters_of(function))
    path = arguments.pop("path", None)
    call = () if path is None else (CallArgument("path", required=path.required),)
    _register(function, Entry("sources", name, arguments, call=call), class_names)
    return function


def _measure(thing: Thing, kind: str, base: str) -> Thing:
    singular = KINDS[kind]
    if inspect.isfunction(thing):
        parameters = parameters_of(thing)
        if len(parameters) < 2 or any(each.kind is each.KEYWORD_ONLY for each in parameters[:2]):
            raise _error(singular, thing, "it must take (y_true, y_pred)")
        _require_named(singular, thing, parameters[2:])
        arguments = to_arguments(parameters[2:], arguments_of_function(thing))
        if kind == "metrics":
            arguments = {**arguments, "name": _NAME}
    else:
        _require_class(singular, thing, kind, base)
        arguments = arguments_of_class(kind, thing)  # type: ignore[arg-type]
        if kind == "metrics" and "name" not in arguments:
            raise _error(singular, thing, 'its __init__ takes no "name", which Metric has')
    _register(thing, Entry(kind, thing.__name__, arguments))
    return thing


def _require_class(singular: str, thing: Any, module: str, base: str) -> None:
    keras = sys.modules.get("keras")
    wanted: Any = keras
    for name in (*module.split("."), base):
        wanted = getattr(wanted, name, None)
    if wanted is None or not (isinstance(thing, type) and issubclass(thing, wanted)):
        measures = singular in ("loss", "metric")
        also = "a function of (y_true, y_pred) nor " if measures else ""
        no = "neither " if also else "not "
        raise _error(singular, thing, f"it is {no}{also}a subclass of keras.{module}.{base}")


def _require_named(singular: str, function: Any, parameters: list[inspect.Parameter]) -> None:
    for each in parameters:
        if each.kind is each.POSITIONAL_ONLY and each.default is each.empty:
            raise _error(singular, function, f'"{each.name}" cannot be given by its name')


def _register(thing: Any, entry: Entry, class_names: tuple[str, ...] = ()) -> None:
    singular = KINDS.get(entry.kind, "source")
    name = entry.name
    if entry.kind == "sources":
        taken = name in SOURCES
    else:
        taken = find_in_keras(entry.kind, name) is not None or operation_of(name) is not None
    if taken:
        whose = "kspec" if entry.kind == "sources" else "Keras"
        raise _error(singular, thing, f"{whose} has a {singular} of this name; give it another")
    before = registry.registered(entry.kind, name)
    if before is not None and not _is_same(before.thing, thing):
        plugin = before.plugin
        raise _error(singular, thing, f"the plugin {plugin} has a {singular} of this name, too")
    _require_own_name(thing, entry, singular)
    entry = replace(entry, arguments=dict(entry.arguments))
    plugin = registry.importing() or thing.__module__
    registry.add(registry.Registered(entry, thing, plugin, class_names))


def _require_own_name(thing: Any, entry: Entry, singular: str) -> None:
    """Refuse a name that is taken: Keras finds the objects of a saved model by name alone."""
    if entry.kind not in registry.SAVED:
        return
    for kind in registry.SAVED:
        if kind != entry.kind and registry.registered(kind, entry.name) is not None:
            raise _error(singular, thing, f"there is a {KINDS[kind]} of this name, too")


def _is_same(before: Any, thing: Any) -> bool:
    """Whether it is the same thing from a module that was imported again."""
    return (before.__module__, before.__qualname__) == (thing.__module__, thing.__qualname__)


def _error(singular: str, thing: Any, reason: str) -> PluginError:
    plugin = registry.importing() or getattr(thing, "__module__", "?")
    name = getattr(thing, "__name__", repr(thing))
    return PluginError(f'plugin {plugin}: the {singular} "{name}" cannot be used: {reason}')
