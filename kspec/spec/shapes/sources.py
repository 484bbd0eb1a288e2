"""What is known of the data sources without reading them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["SOURCES", "Source"]

_SMALLEST = 8  # pixels a side, of a drawn figure (kspec/data/sources/shapes.py)
_LONGEST = 16  # words of a sentence (kspec/data/sources/sentences.py)
_COLUMNS = 6  # of the table (kspec/data/sources/table.py)


@dataclass(frozen=True)
class Source:
    """How many classes its labels have, and which shape the network's one input may have.

    None stands for what only the data tell, and for an input that the source fits itself to.
    `samples` says in words which shapes it gives.
    """

    classes: int | None = None
    takes: Callable[[tuple[int, ...]], bool] | None = None
    samples: str = ""


def _pictures(classes: int, *shape: int) -> Source:
    # An axis of size 1 is added behind where the input has one (kspec/data/inputs.py).
    known = (shape, (*shape, 1))
    text = list(shape) if len(shape) == 3 else [*shape, 1]
    return Source(classes, lambda wanted: wanted in known, f"{text}")


def _is_figure(shape: tuple[int, ...]) -> bool:
    return len(shape) == 3 and shape[-1] in (1, 3) and min(shape[:2]) >= _SMALLEST


SOURCES: dict[str, Source] = {
    "cifar10": _pictures(10, 32, 32, 3),
    "cifar100": _pictures(100, 32, 32, 3),
    "csv": Source(),
    "fashion_mnist": _pictures(10, 28, 28),
    "images": Source(),
    "mnist": _pictures(10, 28, 28),
    "npz": Source(),
    "pairs": Source(2),
    "sentences": Source(
        4,
        lambda shape: len(shape) == 1 and shape[0] >= _LONGEST,
        f"[{_LONGEST}] or longer",
    ),
    "shapes": Source(
        10, _is_figure, f"[height, width, 1 or 3 channels], both sides at least {_SMALLEST}"
    ),
    "table": Source(4, lambda shape: shape == (_COLUMNS,), f"[{_COLUMNS}]"),
}
