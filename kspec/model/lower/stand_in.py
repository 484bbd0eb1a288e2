"""What makes a class pass for the layer, or the optimizer, of Keras that it computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from keras.src.api_export import REGISTERED_OBJS_TO_NAMES

__all__ = ["StandIn", "stands_for"]


class StandIn:
    """Beside a layer or an optimizer of Keras, which it stands for.

    A class says which configurations it computes; layers are given it after they are built.
    """

    stands_for: ClassVar[type]

    @classmethod
    def claims(cls, layer: Any) -> bool:
        """Whether `layer`, one of `stands_for`, is computed right for whatever reaches it."""
        return True


def stands_for(layer: type) -> Callable[[type], type]:
    """Let the decorated subclass of `layer` be called and saved as that: a saved file says the
    layer of Keras, and holds its weights under that name."""

    def give(cls: type) -> type:
        cls.stands_for = layer  # type: ignore[attr-defined]
        cls.__name__, cls.__qualname__ = layer.__name__, layer.__qualname__
        cls.__module__, cls.__doc__ = layer.__module__, layer.__doc__
        if layer in REGISTERED_OBJS_TO_NAMES:  # (Optimizers of one backend are not.)
            REGISTERED_OBJS_TO_NAMES[cls] = REGISTERED_OBJS_TO_NAMES[layer]
        return cls

    return give
