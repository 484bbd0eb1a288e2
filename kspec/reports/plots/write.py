"""Writing pictures and their numbers to files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from kspec.errors import UsageError
from kspec.pages.charts.svg import MARK, Drawing
from kspec.reports.ours import require_ours
from kspec.runs import atomic

__all__ = ["CSV", "PICTURES", "require_ending", "write_csv", "write_drawing"]

PICTURES = (".svg", ".png")
CSV = ".csv"


def require_ending(path: Path, endings: Sequence[str], what: str) -> None:
    """Raise UsageError if the name has none of `endings`; `what` is what is to be written."""
    if path.suffix.lower() not in endings:
        *others, last = endings
        raise UsageError(f"{path}: the name of {what} must end in {', '.join(others)} or {last}")


def write_drawing(drawing: Drawing, path: Path) -> None:
    """Write `drawing` as SVG, or as PNG if the name of `path` ends so.

    Raises RunError for an existing file that is not a drawing by kspec, and if it cannot be
    written.
    """
    if path.suffix.lower() == ".png":
        # Matplotlib takes a moment to load.
        from kspec.reports.plots import png

        require_ours(path, (png.MARK,), "picture")
        with atomic.replacing(path) as part:
            png.draw_png(drawing, part)
        return
    require_ours(path, (MARK.encode(),), "drawing")
    # (A name may contain half of a surrogate pair, which cannot be encoded.)
    atomic.write_bytes(path, drawing.to_html().encode("utf-8", "replace"))


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write the numbers of a picture; a table with the same first two columns is replaced, since
    the others depend on what was measured.

    Raises RunError as `write_drawing` does.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    require_ours(path, (",".join(header[:2]).encode(),), "table", at_once=True)
    atomic.write_bytes(path, text.getvalue().encode("utf-8", "replace"))
