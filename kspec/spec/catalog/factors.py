"""Numbers that layers of augmentation draw between: one alone, or the lowest and the highest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kspec.spec.catalog.rules import Misfit, Rule, Values

__all__ = ["FACTORS"]


def _overlapping(key: str, low: float, high: float) -> Rule:
    """A number within a range, or two of which the first is not above it and the last not below."""

    def fits(numbers: list[float]) -> bool:
        return numbers[0] <= high and numbers[-1] >= low

    return _rule(key, f"a number from {low:g} to {high:g}, or two of them", fits)


def _above(key: str, low: float, high: float) -> Rule:
    """A number within a range without its lower end, or two of them."""

    def fits(numbers: list[float]) -> bool:
        return all(low < number <= high for number in numbers)

    return _rule(key, f"a number above {low:g}, at most {high:g}, or two of them", fits)


def _brightness(key: str) -> Rule:
    def fits(numbers: list[float]) -> bool:
        return len(numbers) > 1 or numbers[0] <= 1

    return _rule(key, "a number from 0 to 1, or two that are at least 0", fits)


def _rule(key: str, wanted: str, fits: Callable[[list[float]], bool]) -> Rule:
    def rule(values: Values) -> Iterator[Misfit]:
        value = values.get(key)
        numbers: list[Any] = list(value) if isinstance(value, (list, tuple)) else [value]
        if not numbers or value is None:
            return
        plain = all(isinstance(number, (int, float)) for number in numbers)
        if not plain or not fits(numbers):
            found = "lists" if not plain else numbers if len(numbers) > 1 else numbers[0]
            yield key, f'"{key}" must be {wanted}, not {found}'

    return rule


_UP_TO_ONE = (
    *("CutMix", "RandomContrast", "RandomHue", "RandomInvert", "RandomPerspective"),
    "RandomSharpness",
)
_EITHER_WAY = ("RandomBrightness", "RandomColorDegeneration", "RandomRotation", "RandomSaturation")

FACTORS: dict[str, tuple[Rule, ...]] = {
    **{name: (_overlapping("factor", 0, 1),) for name in _UP_TO_ONE},
    **{name: (_overlapping("factor", -1, 1),) for name in _EITHER_WAY},
    "RandomBrightnessFactor": (_brightness("factor"),),
    "RandomColorJitter": (
        _overlapping("brightness_factor", -1, 1),
        _overlapping("contrast_factor", 0, 1),
        _overlapping("saturation_factor", -1, 1),
        _overlapping("hue_factor", 0, 1),
    ),
    "RandomElasticTransform": (_overlapping("factor", 0, 1), _overlapping("scale", 0, 1)),
    "RandomErasing": (_overlapping("factor", 0, 1), _overlapping("scale", 0, 1)),
    "RandomGaussianBlur": (_overlapping("factor", 0, 1), _overlapping("sigma", 0, 1)),
    "RandomPosterization": (_overlapping("factor", 1, 8),),
    "RandomZoom": (_above("height_factor", -1, 1), _above("width_factor", -1, 1)),
}
"""What Keras's constructors refuse, by layer; a misfit is an argument and what is wrong with it."""
