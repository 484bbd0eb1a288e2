"""The tables that the verbs print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rich.text import Text

from kspec.cli.columns import Column, fitting, grid, pairs
from kspec.cli.console import show, stdout_console
from kspec.cli.cost import COST_HEADINGS, cost_columns, cost_lines
from kspec.cli.formats import shape
from kspec.cli.harmless import harmless, harmless_lines
from kspec.formats import counted, duration, measure
from kspec.runs.main_measure import ACCURACIES
from kspec.sizes import byte_size
from kspec.training.wording import measured

if TYPE_CHECKING:
    from kspec.backends import BackendInfo
    from kspec.experiment.features.store import Kept
    from kspec.model.cost import ModelCost
    from kspec.model.table import Row, Table
    from kspec.reports.weights import WeightStatistics
    from kspec.runs.find import RunSummary
    from kspec.spec.models import Spec
    from kspec.training.evaluate import Evaluation
    from kspec.training.verify import Comparison

__all__ = [
    "backend_table",
    "cache_table",
    "comparison_table",
    "evaluation_table",
    "parameter_table",
    "run_table",
    "weight_table",
]

T = TypeVar("T")


def parameter_table(spec: Spec, table: Table, cost: ModelCost | None = None) -> None:
    """Print the layers of `spec` with output shapes, parameters and totals; with `cost` also the
    cost of each layer if there is room, and in any case the total cost.

    Shapes leave out the batch axis. In an expanded table the layers of a nested network are below
    it, with their numbers in it and their connections.
    """
    from kspec.model.expanded import ExpandedRow

    rows = table.rows
    within = [row for row in rows if isinstance(row, ExpandedRow)]
    layers = [
        Column("layer", tuple(map(_indented, rows)), text=True),
        Column("type", tuple(row.type for row in rows), text=True),
        Column("output shape", tuple(shape(row.output_shape) for row in rows), text=True),
        Column("parameters", tuple(f"{row.params:,}" for row in rows)),
        Column("trainable", tuple(f"{row.trainable_params:,}" for row in rows)),
    ]
    if within:
        numbers = tuple("" if row.index is None else str(row.index) for row in within)
        connected = tuple(", ".join(row.connected_to) for row in within)
        layers = [Column("#", numbers), *layers, Column("connected to", connected, text=True)]
    elif cost is not None:
        layers += cost_columns([cost.layers[row.name] for row in rows])
    counts = [
        ("total parameters", table.total_params, table.total_bytes),
        ("trainable", table.trainable_params, table.trainable_bytes),
        ("non-trainable", table.non_trainable_params, table.non_trainable_bytes),
    ]
    totals = [
        Column("", tuple(heading for heading, _, _ in counts), text=True),
        Column("", tuple(f"{count:,}" for _, count, _ in counts)),
        Column("", tuple(byte_size(size) for _, _, size in counts)),
    ]
    frozen = ["dim" if row.params and not row.trainable_params else None for row in rows]
    inputs = ", ".join(f"{name} {shape(each.shape)}" for name, each in spec.entering.items())
    title = Text(harmless(f"{spec.name}, {inputs}"), style="bold")
    about = [harmless_lines(spec.description)] if spec.description else []
    console = stdout_console()
    shown = fitting(layers, console.width, COST_HEADINGS)
    costs = [] if cost is None else ["", *cost_lines(spec, cost)]
    show(console, title, *about, "", grid(shown, frozen), "", grid(totals), *costs)


def evaluation_table(evaluation: Evaluation) -> None:
    """Print what was measured on which data, and how well each class was recognized."""
    about = [
        ("run", str(evaluation.run_path)),
        ("data", f"{evaluation.data}, {counted(evaluation.samples, 'sample')}"),
    ]
    if evaluation.views is not None:
        from kspec.spec.views import views_text

        about.append(("mean of", views_text(evaluation.views)))
    metrics = [(name, measure(value)) for name, value in measured(evaluation.metrics).items()]
    rows = evaluation.per_class
    classes = [
        Column("class", tuple(row.name for row in rows), text=True),
        Column("precision", tuple(measure(row.precision) for row in rows)),
        Column("recall", tuple(measure(row.recall) for row in rows)),
        Column("f1", tuple(measure(row.f1) for row in rows)),
        Column("support", tuple(f"{row.support:,}" for row in rows)),
    ]
    per_class = ("", grid(classes)) if rows else ()
    show(stdout_console(), pairs(about), "", pairs(metrics), *per_class)


def comparison_table(comparisons: Sequence[Comparison], tolerance: float) -> None:
    """Print the recorded values, the present ones, and their differences."""
    columns = [
        Column("", tuple(one.name for one in comparisons), text=True),
        Column("recorded", tuple(measure(one.recorded) for one in comparisons)),
        Column("now", tuple(measure(one.now) for one in comparisons)),
        Column("difference", tuple(f"{one.difference:.2g}" for one in comparisons)),
        Column(
            f"within {tolerance:g}",
            tuple("yes" if one.within(tolerance) else "no" for one in comparisons),
            text=True,
        ),
    ]
    show(stdout_console(), grid(columns))


def run_table(runs: Sequence[RunSummary], run_dir: Path) -> None:
    """Print a line for each of `runs`, in their order; a narrow terminal gets fewer columns.

    Times are local; epochs of several phases are a sum. Validation and test are the accuracy of the
    kept epoch, or what `main_measure` takes where there is none: then a column names it.
    """
    console = stdout_console()
    if not runs:
        show(console, f"no runs in {run_dir}/; `kspec train SPEC` makes one")
        return
    metrics = tuple(run.metric or "-" for run in runs)
    columns = [
        Column("name", tuple(run.name for run in runs), text=True),
        Column("when", tuple(_local(run.started) for run in runs), text=True),
        Column("status", tuple(run.status for run in runs), text=True),
        Column("backend", tuple(run.backend or "-" for run in runs), text=True),
        Column("epochs", tuple(_epochs(run) for run in runs)),
        Column("best", tuple(_known(run.best_epoch, str) for run in runs)),
        *([Column("metric", metrics, text=True)] if set(metrics) - {"-", *ACCURACIES} else []),
        Column("validation", tuple(_known(_main(run, run.validation), measure) for run in runs)),
        Column("test", tuple(_known(_main(run, run.test), measure) for run in runs)),
        Column("reference", tuple(_known(run.reference_accuracy, measure) for run in runs)),
        Column("time", tuple(_known(run.seconds, duration) for run in runs)),
        Column("identity", tuple((run.identity or "-")[:8] for run in runs), text=True),
        Column("folder", tuple(str(run.path) for run in runs), text=True),
    ]
    # The folder's path contains the name and the time.
    expendable = (
        "identity",
        "when",
        "name",
        "reference",
        "best",
        "time",
        "backend",
        "epochs",
        "validation",
        "metric",
    )
    show(console, grid(fitting(columns, console.width, expendable)))


def cache_table(kept: Sequence[Kept], root: Path) -> None:
    """Print the features in `root`: their network, layer and number of samples."""
    console = stdout_console()
    if not kept:
        show(console, f"no features in {root}; training.features keeps some")
        return
    about = [one.about for one in kept]
    shapes = (each["shape"] and shape(tuple(each["shape"])) for each in about)
    columns = [
        Column("name", tuple(one.folder.name for one in kept), text=True),
        Column("network", tuple(each["network"] or "damaged" for each in about), text=True),
        Column("until", tuple(each["until"] or "-" for each in about), text=True),
        Column("backend", tuple(each["backend"] or "-" for each in about), text=True),
        Column("shape", tuple(each or "-" for each in shapes), text=True),
        Column("dtype", tuple(each["dtype"] or "-" for each in about), text=True),
        Column("samples", tuple(f"{one.samples:,}" for one in kept)),
        Column("size", tuple(byte_size(one.size) for one in kept)),
        Column(
            "used", tuple(_local(datetime.fromtimestamp(one.used, UTC)) for one in kept), text=True
        ),
    ]
    show(console, grid(fitting(columns, console.width, ("dtype", "shape", "backend"))))
    show(console, "", f"{byte_size(sum(one.size for one in kept))} in {root}")


def weight_table(rows: Sequence[WeightStatistics]) -> None:
    """Print a line for each array of weights; those that are not trained are dim."""
    columns = [
        Column("variable", tuple(row.path for row in rows), text=True),
        Column("shape", tuple(shape(row.shape) for row in rows), text=True),
        Column("weights", tuple(f"{row.count:,}" for row in rows)),
        Column("mean", tuple(f"{row.mean:.3g}" for row in rows)),
        Column("std", tuple(f"{row.deviation:.3g}" for row in rows)),
        Column("norm", tuple(f"{row.norm:.4g}" for row in rows)),
        Column("near zero", tuple(f"{row.near_zero:.1%}" for row in rows)),
        Column("change", tuple(_change(row) for row in rows)),
    ]
    dim = [None if row.trainable else "dim" for row in rows]
    console = stdout_console()
    show(console, grid(fitting(columns, console.width, ("shape", "mean", "weights")), dim))


def _change(row: WeightStatistics) -> str:
    if row.change is not None:
        return f"{row.change:.1%}"
    return "-" if row.distance is None else "from zero"


def backend_table(infos: Sequence[BackendInfo]) -> None:
    """Print each backend with its version and devices, or why it is missing."""
    columns = [
        Column("backend", tuple(info.name for info in infos), text=True),
        Column("version", tuple(info.version or "-" for info in infos), text=True),
        Column(
            "devices", tuple(info.problem or ", ".join(info.devices) for info in infos), text=True
        ),
    ]
    show(stdout_console(), grid(columns))


def _main(run: RunSummary, values: Mapping[str, float]) -> float | None:
    return None if run.metric is None else values.get(run.metric)


def _epochs(run: RunSummary) -> str:
    return "+".join(map(str, run.phases)) or str(run.epochs)


def _indented(row: Row) -> str:
    return "  " * getattr(row, "depth", 0) + row.name


def _local(time: datetime) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M}"


def _known(value: T | None, written: Callable[[T], str]) -> str:
    return "-" if value is None else written(value)
