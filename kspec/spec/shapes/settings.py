"""The arguments of a layer, read as Keras would interpret them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kspec.spec.catalog import Argument
from kspec.spec.shapes.shape import LARGEST, Given, Outputs, Unsure

__all__ = ["Rule", "Settings", "whole", "wholes"]


class Settings:
    """The arguments of a layer in a spec, and Keras's defaults for the others.

    Each method reads an argument as one type, and raises Unsure if it is anything else: whether it
    is valid is for the catalogue to check.
    """

    def __init__(
        self, kind: str, values: Mapping[str, Any], known: Mapping[str, Argument] | None = None
    ) -> None:
        self.kind = kind
        self._values = values
        self._known = known or {}

    def value(self, name: str, default: Any = None) -> Any:
        """The argument as written; `default` if neither spec nor catalogue has it."""
        if name in self._values:
            return self._values[name]
        return self._known[name].default if name in self._known else default

    @property
    def given(self) -> Mapping[str, Any]:
        """The arguments that the spec gives."""
        return self._values

    def said(self, name: str) -> bool:
        """Whether the spec gives the argument."""
        return name in self._values

    def has(self, name: str) -> bool:
        """Whether the argument is given, and not null."""
        return self.value(name) is not None

    def whole(self, name: str, default: int | None = None) -> int:
        """An integer."""
        return whole(self.value(name, default))

    def positive(self, name: str, default: int | None = None) -> int:
        """An integer of at least 1."""
        number = self.whole(name, default)
        if number < 1:
            raise Unsure
        return number

    def yes(self, name: str) -> bool:
        """true or false; false if there is no value."""
        value = self.value(name, False)
        if not isinstance(value, bool):
            raise Unsure
        return value

    def text(self, name: str) -> str:
        """A text."""
        value = self.value(name)
        if not isinstance(value, str):
            raise Unsure
        return value

    def sizes(
        self, name: str, rank: int, *, least: int = 1, default: Any = None
    ) -> tuple[int, ...]:
        """A number for each of `rank` axes, written as one number for all or as a list."""
        value = self.value(name, default)
        numbers = wholes(value) if isinstance(value, (list, tuple)) else (whole(value),) * rank
        if len(numbers) != rank or min(numbers) < least:
            raise Unsure
        return numbers

    def axes(self, name: str, default: Any = None) -> tuple[int, ...] | None:
        """One axis or a list of them; None for null."""
        value = self.value(name, default)
        if value is None:
            return None
        return wholes(value) if isinstance(value, (list, tuple)) else (whole(value),)

    @property
    def channels_first(self) -> bool:
        """Whether `data_format` is "channels_first"."""
        value = self.value("data_format")
        if value is None:
            return False
        if not isinstance(value, str) or value.lower() not in ("channels_first", "channels_last"):
            raise Unsure
        return value.lower() == "channels_first"


def whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST:
        raise Unsure
    return value


def wholes(value: Any) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)):
        raise Unsure
    return tuple(map(whole, value))


Rule = Callable[[Settings, Given], Outputs]
"""Computes a layer's output shape from its arguments and the inputs that it is called with."""
