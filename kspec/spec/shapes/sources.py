"""What is known of the data sources without reading them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["SOURCES", "Source", "fits"]

_SMALLEST = 8  # pixels a side, of a drawn figure (kspec/data/sources/shapes.py)
_LONGEST = 16  # words of a sentence (kspec/data/sources/sentences.py)
_COLUMNS = 6  # of the table (kspec/data/sources/table.py)


@dataclass(frozen=True)
class Source:
    """How many classes its labels have, for how many inputs it is, and which shape each of them may
    have.

    None stands for what only the data tell, and for what the source fits itself to. `samples` says
    in words which shapes it gives, `whole` whether these are whole numbers, which an input must
    take as such, or are never; of pixels it is None, for which both will do.
    """

    classes: int | None = None
    takes: Callable[[tuple[int | None, ...]], bool] | None = None
    samples: str = ""
    inputs: int | None = 1
    whole: bool | None = None


def _pictures(classes: int, *shape: int) -> Source:
    # An axis of size 1 is added behind where the input has one (kspec/data/inputs.py).
    known = (shape, (*shape, 1))
    text = list(shape) if len(shape) == 3 else [*shape, 1]
    return Source(classes, lambda wanted: any(fits(each, wanted) for each in known), f"{text}")


def fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    """Whether an input of the shape `wanted` takes samples of `shape`; None takes any size."""
    return len(shape) == len(wanted) and all(
        size is None or size == own for own, size in zip(shape, wanted, strict=True)
    )


def _is_picture(shape: tuple[int | None, ...], smallest: int = 1) -> bool:
    """Whether pictures can be brought to `shape`; of what is open, nobody knows to which."""
    match shape:
        case (int(height), int(width), 1 | 3):
            return min(height, width) >= smallest
    return False


def _is_sentence(shape: tuple[int | None, ...]) -> bool:
    return len(shape) == 1 and shape[0] is not None and shape[0] >= _LONGEST


def _is_row(shape: tuple[int | None, ...]) -> bool:
    # An axis of size 1 is added behind where the input has one.
    return len(shape) == 1 or (len(shape) == 2 and shape[1] in (1, None))


def is_drawn(shape: tuple[int | None, ...]) -> bool:
    """Whether figures can be drawn in a picture of this shape."""
    return _is_picture(shape, _SMALLEST)


_FIGURE = f"[height, width, 1 or 3 channels], both sides at least {_SMALLEST}"

SOURCES: dict[str, Source] = {
    "cifar10": _pictures(10, 32, 32, 3),
    "cifar100": _pictures(100, 32, 32, 3),
    "csv": Source(None, _is_row, "[columns]"),
    "fashion_mnist": _pictures(10, 28, 28),
    "images": Source(None, _is_picture, "[height, width, 1 or 3 channels]"),
    "mnist": _pictures(10, 28, 28),
    "npz": Source(inputs=None),
    "pairs": Source(2, is_drawn, _FIGURE, inputs=2),
    "sentences": Source(
        4,
        _is_sentence,
        f"[{_LONGEST}] or longer",
        whole=True,
    ),
    "shapes": Source(10, is_drawn, _FIGURE),
    "table": Source(4, lambda shape: fits((_COLUMNS,), shape), f"[{_COLUMNS}]", whole=False),
}
