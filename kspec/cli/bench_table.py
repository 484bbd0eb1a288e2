"""What `kspec bench` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from kspec.cli.columns import Column, fitting, grid
from kspec.cli.console import show, stdout_console
from kspec.cli.harmless import harmless
from kspec.sizes import byte_size

if TYPE_CHECKING:
    from kspec.bench.report import Report, Row

__all__ = ["bench_table"]


def bench_table(report: Report) -> None:
    """Print a line for each backend, the fastest first, and which one to use."""
    phase = "" if report.phase is None else f", phase {report.phase}"
    about = f"batches of {report.batch_size}{phase}; data: {report.data}; keras {report.keras}"
    rows = report.rows
    columns = [
        Column("backend", tuple(row.backend for row in rows), text=True),
        Column("version", tuple(row.version or "-" for row in rows), text=True),
        Column("samples/s", tuple(f"{row.samples_per_second:,.0f}" for row in rows)),
        Column("ms/step", tuple(_milliseconds(row.step) for row in rows)),
        Column("rounds", tuple(_rounds(row) for row in rows)),
        Column("compiling", tuple(f"{row.compiling:.1f} s" for row in rows)),
        Column("input", tuple(f"{row.waiting:.0%}" for row in rows)),
        Column("memory", tuple(_memory(row) for row in rows)),
    ]
    console = stdout_console()
    failed = [Text(harmless(message), style="red") for message in report.failed.values()]
    show(
        console,
        Text(harmless(report.name), style="bold"),
        harmless(about),
        "",
        grid(fitting(columns, console.width, ("version", "rounds"))),
        "",
        *failed,
        Text(report.verdict, style="green"),
    )


def _milliseconds(seconds: float) -> str:
    value = 1000 * seconds
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _rounds(row: Row) -> str:
    return f"{_milliseconds(row.fastest_round)} to {_milliseconds(row.slowest_round)}"


def _memory(row: Row) -> str:
    peak = row.process_peak if row.device_peak is None else row.device_peak
    return "-" if peak is None else byte_size(peak)
