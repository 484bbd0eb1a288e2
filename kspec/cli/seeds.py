"""`kspec train --seeds`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from kspec.cli.console import echo
from kspec.errors import UsageError

if TYPE_CHECKING:
    from kspec.backends import Choice
    from kspec.runs.read import Run
    from kspec.spec.models import Spec
    from kspec.training.reporter import Reporter
    from kspec.training.seeds import SeedRun

__all__ = ["as_seeds", "over_seeds"]


def as_seeds(text: str) -> int | list[int]:
    """The value of `--seeds`: how many, or with commas which ones. Raises UsageError."""
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
    """Train `spec` with each of `seeds`, and print the results and their spread.

    Returns the last run; if that was interrupted, the remaining seeds were not trained.
    """
    from kspec.api import source_of
    from kspec.cli.display import reporter_for
    from kspec.training.reporter import Quiet
    from kspec.training.seeds import train_seeds

    def reporters() -> AbstractContextManager[Reporter]:
        # (With `--quiet` a line for each seed remains, which is printed here.)
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
            echo(_line(one))
    if not quiet:
        echo("\n" + "\n".join(map(_line, done)))
    _tell_spread([one.run for one in done], len(seeds))
    return done[-1].run


def _line(one: SeedRun) -> str:
    """`seed 3: test accuracy 0.9690  (10 epochs, best 7, 57 s)`, and whether it was done before."""
    from kspec.training.wording import summed_up

    done = "; done before" if one.was_done else ""
    return f"seed {one.seed}: {summed_up(one.run.result, one.run.path)}{done}"


def _tell_spread(runs: Sequence[Run], wanted: int) -> None:
    """Print the mean and the spread over the seeds of the number in each line."""
    from kspec.formats import measure
    from kspec.runs.compare.spread import spread
    from kspec.runs.record import headline

    ended = [run for run in runs if run.result["status"] != "interrupted"]
    if len(ended) < wanted:
        echo(f"{len(ended)} of {wanted} seeds are done; the same command goes on")
    found = headline(ended[0].result) if ended else None
    if found is not None:
        part, metric, _ = found
        told = [run.result[part][metric] for run in ended if metric in run.result[part]]
        if len(told) > 1:
            values = spread(told)
            echo(
                f"{part} {metric} {measure(values.mean)} ± {measure(values.deviation or 0)}  "
                f"(mean ± standard deviation of {values.count} seeds)"
            )
    echo(f"the runs are in {runs[0].path.parent}")
