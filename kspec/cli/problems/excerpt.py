"""The line of a place, with a mark below it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kspec.cli.harmless import harmless, width_of
from kspec.errors import Place

__all__ = ["Excerpt", "Excerpts", "cut"]

TAB = "    "
CUT = "…"


@dataclass(frozen=True)
class Excerpt:
    """A line as it is printed; the mark covers the columns `start` to `start + width`, from 0."""

    text: str
    start: int
    width: int


class Excerpts:
    """Lines of files, which are read when first needed."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._files: dict[str, list[str]] = {}

    def of(self, place: Place) -> Excerpt | None:
        """The line of `place`; None for a place outside a file, or if the file has changed."""
        if not place.line:
            return None
        if place.file not in self._files:
            self._files[place.file] = _lines(Path(place.file))
        lines = self._files[place.file]
        if place.line > len(lines) or place.column > len(lines[place.line - 1]) + 1:
            return None
        return cut(lines[place.line - 1], place.column, place.width, self._width)


def _lines(path: Path) -> list[str]:
    """The lines as a JSON parser counts them; empty if the file cannot be read again."""
    try:
        # Anything but a regular file, such as a pipe, can be read only once, and might never end.
        if not path.is_file():
            return []
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        # The problem itself is still printed; usually it is that the file cannot be read.
        return []
    return [line.removesuffix("\r") for line in text.split("\n")]


def cut(line: str, column: int, width: int, limit: int) -> Excerpt:
    """At most `limit` columns of `line`, with the `width` characters from `column` on among them.

    Tabs become blanks, and control characters become visible.
    """
    shown = [TAB if character == "\t" else harmless(character) for character in line]
    widths = [width_of(part) for part in shown]
    before, marked = sum(widths[: column - 1]), sum(widths[column - 1 : column - 1 + width])
    if sum(widths) <= limit:
        return Excerpt("".join(shown).rstrip(), before, max(1, marked))
    room = max(8, limit - 2 * len(CUT))
    # As much of the place as fits, with a third of the remaining room before it.
    wanted = before - max(0, room - marked) // 3
    first = skipped = 0
    while skipped < wanted:
        skipped += widths[first]
        first += 1
    last, used = first, 0
    while last < len(shown) and used + widths[last] <= room:
        used += widths[last]
        last += 1
    text = (CUT if first else "") + "".join(shown[first:last]) + (CUT if last < len(shown) else "")
    start = before - skipped + bool(first)
    return Excerpt(text, start, max(1, min(marked, used - (before - skipped))))
