"""What a signature says of the arguments of a plugin's class or function."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import keras
import pytest

from kspec.plugins.signature import arguments_of_call, arguments_of_class, to_arguments

if TYPE_CHECKING:
    from somewhere import Unknown


def argument_of(annotation: Any, default: Any = inspect.Parameter.empty):
    parameter = inspect.Parameter(
        "x", inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )
    return to_arguments([parameter], {"x": "What x is."})["x"]


@pytest.mark.parametrize(
    ("annotation", "types", "null"),
    [
        (int, ("int",), False),
        (float, ("float",), False),
        (bool, ("bool",), False),
        (str, ("str",), False),
        (dict[str, int], ("object",), False),
        (list, ("list",), False),
        (tuple[int, ...], ("list",), False),
        (Sequence[float], ("list",), False),
        (Optional[int], ("int",), True),  # noqa: UP045 - as people write it
        (int | list[int] | None, ("int", "list"), True),
        (Annotated[float, "seconds"], ("float",), False),
        (Literal["a", "b"], ("str",), False),
        (Any, (), False),
        (keras.layers.Layer, (), False),
        (int | keras.layers.Layer, (), False),
        (inspect.Parameter.empty, (), False),
    ],
)
def test_plain_annotations_are_types_and_others_allow_anything(annotation, types, null):
    argument = argument_of(annotation)
    assert (argument.types, argument.null) == (types, null)
    assert argument.required
    assert argument.meaning == "What x is."


def test_what_lists_hold_and_which_texts_there_are():
    assert argument_of(tuple[int, int]).items == ("int",)
    assert argument_of(list[float | None]).items == ("float", "null")
    assert argument_of(list[list[int]]).items == ()
    assert argument_of(Literal["up", "down"]).choices == ("down", "up")
    assert argument_of(Literal["up", "down"] | str).choices == ()
    assert argument_of(Literal["auto"] | int).types == ("int", "str")


def test_a_default_is_always_allowed():
    argument = argument_of(int, None)
    assert (argument.required, argument.default, argument.null) == (False, None, True)
    assert argument_of(int, 0.5).types == ("float", "int")
    assert argument_of(Literal["up", "down"], "up").choices == ("down", "up")
    assert argument_of(int, object()).types == ()


class Tower(keras.layers.Layer):
    def __init__(self, units: int, unknown: Unknown, *, rate: float = 0.5, **kwargs):
        super().__init__(**kwargs)

    def call(self, left, right, weights=None, reverse=False, training=False):
        return left


class Steep(Tower):
    """Steep.

    Args:
        slope: How steep.
    """

    def __init__(self, slope: int = 2, **kwargs):
        super().__init__(units=slope, **kwargs)


class Small(keras.layers.Dense):
    def __init__(self, **kwargs):
        super().__init__(units=2, **kwargs)


class Same(keras.layers.Dense):
    pass


class Closed(keras.layers.Layer):
    def __init__(self, units: int, name=None):
        super().__init__(name=name)


def test_arguments_of_a_class_and_of_the_base_that_it_hands_on_to():
    found = arguments_of_class("layers", Tower)
    assert list(found)[:3] == ["units", "unknown", "rate"]
    assert {"name", "dtype", "trainable", "activity_regularizer"} <= set(found)
    assert found["units"].required and not found["rate"].required
    # The annotation cannot be followed; the others, which stand beside it, can no more.
    assert found["unknown"].types == ()

    steep = arguments_of_class("layers", Steep)
    assert list(steep)[:2] == ["slope", "units"]
    assert steep["slope"].types == ("int",)
    assert steep["slope"].meaning == "How steep."
    assert list(arguments_of_class("layers", Closed)) == ["units", "name"]


def test_what_keras_requires_may_be_given_by_a_constructor_in_between():
    small = arguments_of_class("layers", Small)
    assert not small["units"].required
    assert small["use_bias"].types == ("bool",)
    assert arguments_of_class("layers", Same)["units"].required


def test_losses_and_metrics_have_what_their_bases_have():
    class Miss(keras.losses.Loss):
        pass

    class Hit(keras.metrics.Metric):
        def __init__(self, power: int = 1, **kwargs):
            super().__init__(**kwargs)

    assert set(arguments_of_class("losses", Miss)) == {"name", "reduction", "dtype"}
    hit = arguments_of_class("metrics", Hit)
    assert list(hit) == ["power", "name", "dtype"]
    assert hit["name"].default is None


def test_what_a_layer_is_called_with():
    tensors, options = arguments_of_call(Tower)
    assert [(each.name, each.required) for each in tensors] == [
        ("left", True),
        ("right", True),
        ("weights", False),
    ]
    assert list(options) == ["reverse"]
