"""What is known about the data sources without reading them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["SOURCES", "Source", "fits"]

_SMALLEST = 8  # pixels a side, of a drawn figure (kspec/data/sources/shapes.py)
_LONGEST = 16  # words of a sentence (kspec/data/sources/sentences.py)
_COLUMNS = 6  # of the table (kspec/data/sources/table.py)


@dataclass(frozen=True)
class Source:
    """The number of classes and inputs of a source, and the shapes that an input may have.

    None stands for what only the data can tell, and for what the source adapts to. `samples`
    describes its shapes in words. `whole` says whether its samples are integers, which need an
    integer input, or are never integers; it is None for pixels, which fit both.
    """

    classes: int | None = None
    takes: Callable[[tuple[int | None, ...]], bool] | None = None
    samples: str = ""
    inputs: int | None = 1
    whole: bool | None = None


def _pictures(classes: int, *shape: int) -> Source:
    # A last axis of size 1 is added if the input has one (kspec/data/inputs.py).
    known = (shape, (*shape, 1))
    text = list(shape) if len(shape) == 3 else [*shape, 1]
    return Source(classes, lambda wanted: any(fits(each, wanted) for each in known), f"{text}")


def fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    """Whether an input of the shape `wanted` takes samples of `shape`; None takes any size."""
    return len(shape) == len(wanted) and all(
        size is None or size == own for own, size in zip(shape, wanted, strict=True)
    )


def _is_picture(shape: tuple[int | None, ...], smallest: int = 1) -> bool:
    """Whether pictures can be resized to `shape`, which must have no open sizes."""
    match shape:
        case (int(height), int(width), 1 | 3):
            return min(height, width) >= smallest
    return False


def _is_sentence(shape: tuple[int | None, ...]) -> bool:
    return len(shape) == 1 and shape[0] is not None and shape[0] >= _LONGEST


def _is_row(shape: tuple[int | None, ...]) -> bool:
    # A last axis of size 1 is added if the input has one.
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
