"""What `kspec parity` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from kspec.cli.columns import Column, fitting, grid
from kspec.cli.console import show, stdout_console
from kspec.formats import counted

if TYPE_CHECKING:
    from kspec.parity.report import Report

__all__ = ["parity_table"]

FORWARD = {"augmentation", "forward", "state"}


def parity_table(report: Report) -> None:
    """Print the layers with their differences, then the whole network's, then the verdict.

    Differences above their tolerance are marked with `!`.
    """
    versions = ", ".join(
        f"{name} {version or ''}".strip() for name, version in report.versions.items()
    )
    about = f"{versions}; keras {report.keras}"
    how = (
        f"{counted(report.steps, 'step')} of {counted(report.batch_size, 'sample')}, "
        f"random numbers {report.random}; largest differences from {report.reference}, "
        "relative to the largest value"
    )
    style = "green" if report.agree else "bold red"
    console = stdout_console()
    layers = fitting(_layers(report), console.width, ("handed on", "type"))
    show(
        console,
        Text(report.name, style="bold"),
        about,
        how,
        "",
        grid(layers, [_style(report, layer.name) for layer in report.layers]),
        "",
        grid(_whole(report)),
        "",
        Text(report.verdict, style=style),
    )


def _layers(report: Report) -> list[Column]:
    rows = report.layers
    columns = [
        Column("layer", tuple(row.name for row in rows), text=True),
        Column("type", tuple(row.type for row in rows), text=True),
    ]
    for backend in report.others:
        found = [row.differences[backend] for row in rows]
        marks = [_marks(report, backend, row.name) for row in rows]
        forward = [
            _cell(each.forward, bool(marked & FORWARD))
            for each, marked in zip(found, marks, strict=True)
        ]
        gradient = [
            _cell(each.gradient.difference if each.gradient else None, "gradient" in marked)
            for each, marked in zip(found, marks, strict=True)
        ]
        handed_on = [_cell(each.handed_on, False) for each in found]
        columns += [
            Column(backend, tuple(forward)),
            Column("gradient", tuple(gradient)),
            Column("handed on", tuple(handed_on)),
        ]
    return columns


def _whole(report: Report) -> list[Column]:
    tables = (
        ("loss", "loss of the same outputs", report.loss),
        ("gradients", "gradients", report.gradients),
        ("updates", "changes by the first two steps", report.updates),
        ("statistics", "statistics after the first step", report.statistics),
    )
    headings = [f"{key}, byte for byte" for key in ("weights", "batches")]
    headings += [heading for _, heading, _ in tables]
    headings += ["loss of the first step", "loss of any step", "tolerated in the last step"]
    columns = [Column("whole network", tuple(headings), text=True)]
    for backend in report.others:
        marked = _marks(report, backend, None)
        cells = [
            "equal" if equal[backend] else "not equal !"
            for equal in (report.weights, report.batches)
        ]
        for part, _, differences in tables:
            cells.append(_cell(max(differences[backend].values(), default=None), part in marked))
        steps = [report.loss_difference(backend, step) for step in range(report.steps)]
        cells += [_cell(steps[0], False), _cell(max(steps), "losses" in marked)]
        cells.append(_cell(report.tolerated[-1], False))
        columns.append(Column(backend, tuple(cells)))
    return columns


def _marks(report: Report, backend: str, layer: str | None) -> set[str]:
    """The parts in which `backend` departs, in `layer` or (None) in the whole network."""
    return {d.part for d in report.departures if (d.backend, d.layer) == (backend, layer)}


def _cell(difference: float | None, marked: bool) -> str:
    """A difference, with `!` if it is too large; the others are padded to stay aligned."""
    if difference is None:
        return "-  "
    return f"{difference:.1e}".replace("0.0e+00", "0") + (" !" if marked else "  ")


def _style(report: Report, layer: str) -> str | None:
    return "bold red" if any(d.layer == layer for d in report.departures) else None
