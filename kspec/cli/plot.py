"""`kspec plot`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.options import backend_option, plugin_option, run_dir_option, set_option
from kspec.cli.plugins import load_plugins, require_plugins
from kspec.errors import UsageError

if TYPE_CHECKING:
    from kspec.runs.read import Run
    from kspec.spec.models import Spec

__all__ = ["plot"]

NETWORK, CURVES, SCHEDULE, WEIGHTS = "network", "curves", "schedule", "weights"


@click.command()
@click.argument("what", metavar="SPEC|RUN…", nargs=-1, required=True)
@click.option("--network", is_flag=True, help="Layers, shapes and parameters of SPEC or RUN.")
@click.option("--curves", is_flag=True, help="Loss and metrics of one or more RUNs.")
@click.option(
    "--schedule",
    is_flag=True,
    help="The learning rate of SPEC or RUN, step by step, without training.",
)
@click.option(
    "--weights",
    is_flag=True,
    help="Weights of a RUN, layer by layer: size, share near zero, change since the start.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write: *.svg or *.png; for the network also *.mmd (Mermaid), for the others "
    "*.csv (the numbers). Default: network.svg, curves.svg, schedule.svg or weights.svg.",
)
@backend_option
@set_option
@plugin_option
@run_dir_option
def plot(
    what: tuple[str, ...],
    network: bool,
    curves: bool,
    schedule: bool,
    weights: bool,
    output: Path | None,
    backend: str | None,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    run_dir: Path,
) -> None:
    """Draw the network, the curves, the learning rate or the weights of a spec or a run.

    Without an option, draws the network of one SPEC or RUN, or the curves of several RUNs.
    """
    from kspec.reports.network.write import ENDINGS
    from kspec.reports.plots.write import CSV, PICTURES, require_ending

    given = {NETWORK: network, CURVES: curves, SCHEDULE: schedule, WEIGHTS: weights}
    pictures = [name for name, is_given in given.items() if is_given]
    if len(pictures) > 1:
        raise UsageError(f"{' and '.join(f'--{name}' for name in pictures)}: one at a time")
    picture = pictures[0] if pictures else NETWORK if len(what) == 1 else CURVES
    output = output or Path(f"{picture}.svg")
    endings = ENDINGS if picture == NETWORK else (*PICTURES, CSV)
    require_ending(output, endings, f"a picture of the {picture}")
    if picture != CURVES and len(what) > 1:
        raise UsageError(
            f"--{picture} draws one at a time, not {len(what)}; --curves takes several"
        )
    if picture in (CURVES, WEIGHTS) and settings:
        raise UsageError(f"--set changes a spec, but --{picture} draws runs as they are")
    load_plugins(plugins, backend)
    if picture == CURVES:
        why = "--curves draws runs" if curves else "several are drawn as the curves of runs"
        runs = {run.path.resolve(): run for run in (_run(text, run_dir, why) for text in what)}
        _curves(list(runs.values()), output)
    elif picture == WEIGHTS:
        _weights(_run(what[0], run_dir, "--weights draws a run"), output, backend)
    else:
        spec, run = _spec(what[0], settings, run_dir)
        if picture == NETWORK:
            _network(spec, output, backend)
        else:
            _schedule(spec, run, output, backend)
    click.echo(f"wrote {output}")


def _network(spec: Spec, output: Path, backend: str | None) -> None:
    from kspec.cli.choice import activate

    activate(backend)
    from kspec.model.table import tabulate_spec
    from kspec.reports.network.write import write_network

    write_network(spec, tabulate_spec(spec).to_json()["rows"], output)


def _curves(runs: Sequence[Run], output: Path) -> None:
    from kspec.reports.plots.curves import RunCurves, draw_run, draw_runs, told
    from kspec.reports.plots.write import CSV, write_csv, write_drawing
    from kspec.runs.folder import label_of

    drawn = []
    for run in runs:
        result = run.result if run.is_finished else {}
        best = result["best_epoch"] if result.get("kept") else None
        drawn.append(RunCurves(label_of(run.path.absolute()), run.history, best))
    if output.suffix.lower() == CSV:
        from kspec.runs.history import columns

        names = columns([row for each in drawn for row in each.history]) or ["epoch"]
        rows = [
            (each.label, *(row.get(name, "") for name in names))
            for each in drawn
            for row in each.history
        ]
        write_csv(output, ("run", *names), rows)
    elif len(drawn) == 1:
        write_drawing(draw_run(drawn[0], notes=[told(drawn[0], runs[0].status)]), output)
    else:
        write_drawing(draw_runs(drawn), output)


def _schedule(spec: Spec, run: Run | None, output: Path, backend: str | None) -> None:
    from kspec.cli.choice import activate

    activate(backend)
    from kspec.cli.console import echo
    from kspec.experiment.rates import needs_steps, phase_rates, train_samples
    from kspec.reports.plots.schedule import draw_schedule
    from kspec.reports.plots.write import CSV, write_csv, write_drawing

    samples = train_samples(spec, run) if needs_steps(spec) else None
    phases = phase_rates(spec, samples)
    notes = [each.told(several=len(phases) > 1) for each in phases]
    echo("\n".join(notes))
    if output.suffix.lower() == CSV:
        rows = [(each.phase, f"{at:.10g}", value) for each in phases for at, value in each.points]
        write_csv(output, ("phase", "epochs", "learning_rate"), rows)
    else:
        drawing = draw_schedule(spec.name, [each.points for each in phases], notes=notes)
        write_drawing(drawing, output)


def _weights(run: Run, output: Path, backend: str | None) -> None:
    require_plugins(run.path)
    from kspec.cli.choice import activate

    activate(backend)
    from kspec.cli.tables import weight_table
    from kspec.reports.plots.weights import HEADER, draw_weights, numbers
    from kspec.reports.plots.write import CSV, write_csv, write_drawing
    from kspec.runs.folder import label_of
    from kspec.training.weights import weights_of

    rows, why = weights_of(run)
    weight_table(rows)
    if why is not None:
        click.echo(f"note: {why}", err=True)
    if output.suffix.lower() == CSV:
        write_csv(output, HEADER, map(numbers, rows))
    else:
        title = label_of(run.path.absolute())
        write_drawing(draw_weights(title, rows, notes=[why] if why else []), output)


def _run(text: str, run_dir: Path, why: str) -> Run:
    """The run; `why` says why it must be a run."""
    from kspec.runs.read import Run
    from kspec.runs.resolve import resolve

    if Path(text).is_file():
        raise UsageError(f"{why}, but {text} is a file; `kspec ls` lists the runs")
    return Run.open(resolve(text, run_dir))


def _spec(text: str, settings: tuple[str, ...], run_dir: Path) -> tuple[Spec, Run | None]:
    """The spec, and the run that it belongs to, if any."""
    from kspec.runs.read import Run, spec_file

    path = spec_file(text, run_dir)
    run = None
    if path != Path(text):
        require_plugins(path.parent)
        run = Run.open(path.parent)
    from kspec.spec.load import load

    return load(path, settings, confined=run is None), run
