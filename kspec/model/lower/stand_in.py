"""Makes a class pass for the Keras layer or optimizer that it replaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from keras.src.api_export import REGISTERED_OBJS_TO_NAMES

__all__ = ["StandIn", "stands_for"]


class StandIn:
    """Mixed into a subclass of a Keras layer or optimizer, which it stands for.

    A class says which configurations it computes; layers get it after they have been built.
    """

    stands_for: ClassVar[type]

    @classmethod
    def claims(cls, layer: Any) -> bool:
        """Whether it computes `layer`, one of `stands_for`, correctly for any input."""
        return True


def stands_for(layer: type) -> Callable[[type], type]:
    """Let the decorated subclass of `layer` have its name and be saved under it, so that a saved
    file names the Keras layer, and holds its weights under that name."""

    def give(cls: type) -> type:
        cls.stands_for = layer  # type: ignore[attr-defined]
        cls.__name__, cls.__qualname__ = layer.__name__, layer.__qualname__
        cls.__module__, cls.__doc__ = layer.__module__, layer.__doc__
        if layer in REGISTERED_OBJS_TO_NAMES:  # (Backend-specific optimizers are not.)
            REGISTERED_OBJS_TO_NAMES[cls] = REGISTERED_OBJS_TO_NAMES[layer]
        return cls

    return give
