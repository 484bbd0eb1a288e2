"""`kspec verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.options import (
    backend_option,
    data_option,
    json_option,
    plugin_option,
    run_dir_option,
    set_option,
)
from kspec.cli.plugins import load_plugins
from kspec.errors import RunError, UsageError

if TYPE_CHECKING:
    from kspec.training.verify import Verdict

__all__ = ["verify"]


@click.command()
@click.argument("what", metavar="RUN|SPEC")
@click.option("--against", metavar="RUN", help="The run to compare the training of SPEC with.")
@backend_option
@data_option
@set_option
@plugin_option
@run_dir_option
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    help="How far loss and metrics may be from the recorded ones, instead of expect.tolerance.",
)
@json_option
@click.pass_context
def verify(
    context: click.Context,
    what: str,
    against: str | None,
    backend: str | None,
    data: str | None,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    run_dir: Path,
    tolerance: float | None,
    as_json: bool,
) -> None:
    """Repeat the training of RUN, and say whether the result is the same.

    It must be the same to the last bit if the spec is deterministic and the environment has not
    changed; otherwise loss and metrics must lie within the tolerance. Exits with 1 if the run is
    not confirmed.
    """
    from kspec.api import verify as train_again
    from kspec.runs.read import Run
    from kspec.runs.resolve import resolve
    from kspec.spec.load import load

    if settings and against is None:
        raise UsageError("--set changes a SPEC: kspec verify SPEC --against RUN --set …")
    load_plugins(plugins, backend)
    try:
        run = Run.open(resolve(what if against is None else against, run_dir))
    except RunError:
        # Not before: a file may have the name of a run.
        if against is None and Path(what).is_file():
            message = f"{what} is a file, not a run; kspec verify {what} --against RUN"
            raise UsageError(message) from None
        raise
    from kspec.cli.display import reporter_for

    with reporter_for(quiet=False) as reporter:
        verdict = train_again(
            run if against is None else load(what, settings),
            against=None if against is None else run,
            backend=backend,
            data=data,
            tolerance=tolerance,
            reporter=None if as_json else reporter,
        )
    if as_json:
        click.echo(json.dumps(_plain(verdict)))
    else:
        from kspec.cli.tables import comparison_table

        comparison_table(verdict.comparisons, verdict.tolerance)
        click.echo(_sentence(verdict, str(run.path)))
    context.exit(0 if verdict.holds else 1)


def _sentence(verdict: Verdict, run: str) -> str:
    if verdict.exact:
        if verdict.departs is None:
            return f"{run} is confirmed: the same to the last bit"
        return f"{run} is not confirmed to the last bit: {verdict.departs}"
    note = f"not compared to the last bit: {verdict.why_not}"
    if verdict.holds:
        return f"{run} is confirmed within {verdict.tolerance:g} ({note})"
    worst = next(one for one in verdict.comparisons if not one.within(verdict.tolerance))
    return (
        f"{run} is not confirmed: {worst.name} was {worst.recorded:.4f} and is now "
        f"{worst.now:.4f}, which differs by more than {verdict.tolerance:g} ({note})"
    )


def _plain(verdict: Verdict) -> dict[str, object]:
    from kspec.runs.numbers import to_json

    comparisons = [vars(comparison) for comparison in verdict.comparisons]
    plain: dict[str, object] = to_json(
        {"holds": verdict.holds, **vars(verdict), "comparisons": comparisons}
    )
    return plain
