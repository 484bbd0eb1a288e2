"""`kspec train --seeds`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.errors import UsageError

if TYPE_CHECKING:
    from kspec.backends import Choice
    from kspec.runs.read import Run
    from kspec.spec.models import Spec
    from kspec.training.reporter import Reporter
    from kspec.training.seeds import SeedRun

__all__ = ["as_seeds", "over_seeds"]


def as_seeds(text: str) -> int | list[int]:
    """What stands after `--seeds`: how many, or with commas which. Raises UsageError."""
    try:
        if "," not in text:
            return int(text)
        return [int(part) for part in text.rstrip(",").split(",")]
    except ValueError:
        raise UsageError(
            f'--seeds takes how many (5) or which ones (1,7,42), not "{text}"'
        ) from None


def over_seeds(
    spec: Spec,
    seeds: Sequence[int],
    *,
    choice: Choice,
    runs: Path,
    command: Sequence[str],
    quiet: bool,
) -> Run:
    """Train `spec` with each of `seeds` and print what they give, and how far they are apart.

    Returns the last run; if that was interrupted, it is what stopped all of them.
    """
    from kspec.api import source_of
    from kspec.cli.display import reporter_for
    from kspec.training.reporter import Quiet
    from kspec.training.seeds import train_seeds

    def reporters() -> AbstractContextManager[Reporter]:
        # (`--quiet` keeps a line for each seed, which is printed here.)
        return nullcontext(Quiet()) if quiet else reporter_for(quiet=False)

    done: list[SeedRun] = []
    for one in train_seeds(
        spec,
        seeds,
        choice=choice,
        source=source_of(spec),
        root=spec.root,
        runs=runs,
        command=command,
        reporters=reporters,
    ):
        done.append(one)
        if quiet:
            click.echo(_line(one))
    if not quiet:
        click.echo("\n" + "\n".join(map(_line, done)))
    _tell_spread([one.run for one in done], len(seeds))
    return done[-1].run


def _line(one: SeedRun) -> str:
    """`seed 3: test accuracy 0.9690  (10 epochs, best 7, 57 s)`, and whether it is an old one."""
    from kspec.cli.display.wording import summed_up

    done = "; done before" if one.was_done else ""
    return f"seed {one.seed}: {summed_up(one.run.result, one.run.path)}{done}"


def _tell_spread(runs: Sequence[Run], wanted: int) -> None:
    """The mean over the seeds of what each line says, and how far they are apart."""
    from kspec.cli.formats import measure
    from kspec.runs.compare.spread import spread
    from kspec.runs.record import headline

    ended = [run for run in runs if run.result["status"] != "interrupted"]
    if len(ended) < wanted:
        click.echo(f"{len(ended)} of {wanted} seeds are done; the same command goes on")
    told = [headline(run.result) for run in ended]
    found = [one for one in told if one is not None]
    if len(found) < 2:
        return
    part, metric, _ = found[0]
    values = spread([value for _, _, value in found])
    click.echo(
        f"{part} {metric} {measure(values.mean)} ± {measure(values.deviation or 0)}  "
        f"(mean ± standard deviation of {values.count} seeds)"
    )
    click.echo(f"the runs are in {runs[0].path.parent}")
