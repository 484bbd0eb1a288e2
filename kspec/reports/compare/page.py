"""A comparison as one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kspec.errors import RunError
from kspec.reports.compare.curves import HEIGHT, SHOWN, WIDTH, panels
from kspec.runs.atomic import write_text
from kspec.runs.compare.comparison import Comparison
from kspec.runs.compare.wording import left_out, measured, notes

__all__ = ["write_page"]

MARK = b'<meta name="generator" content="kspec compare">'
HEAD_BYTES = 1024

Rows = Sequence[dict[str, str]]


def write_page(
    comparison: Comparison, path: Path, *, groups: Rows, differences: Rows, numbers: Sequence[str]
) -> None:
    """Write `path`: curves, tables, and what the differences show.

    `groups` and `differences` are the rows of the tables, a cell for each heading; the headings in
    `numbers` stand at the right. Raises RunError for a file that is there and no such page, and for
    one that cannot be written.
    """
    _require_ours(path)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template("compare.html.j2").render(
        groups=groups,
        differences=differences,
        numbers=numbers,
        baseline=comparison.groups[0].label,
        measured=measured(comparison),
        labels=[group.label for group in comparison.groups[:SHOWN]],
        more=max(0, len(comparison.groups) - SHOWN),
        panels=panels(comparison.groups),
        width=WIDTH,
        height=HEIGHT,
        left_out=list(left_out(comparison)),
        notes=list(notes(comparison)),
    )
    # A name may hold what no file can: half of a character.
    write_text(path, text.encode(errors="replace").decode())


def _require_ours(path: Path) -> None:
    try:
        with path.open("rb") as file:
            ours = MARK in file.read(HEAD_BYTES)
    except FileNotFoundError:
        return
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}") from error
    if not ours:
        raise RunError(f"{path} is there, and no page of kspec compare; give another with -o")
