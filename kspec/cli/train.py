"""`kspec train`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.choice import AUTO, fastest, tell_version
from kspec.cli.options import (
    data_option,
    lowering_option,
    plugin_option,
    run_dir_option,
    set_option,
)
from kspec.cli.plugins import load_plugins
from kspec.cli.problems import as_text
from kspec.cli.seeds import as_seeds, over_seeds
from kspec.cli.signals import exit_code
from kspec.errors import UsageError

if TYPE_CHECKING:
    from kspec.runs.read import Run

__all__ = ["train"]


@click.command()
@click.argument("spec", metavar="[SPEC]", required=False)
@click.option(
    "--backend",
    metavar="NAME",
    help="tensorflow, torch, jax, or auto: the fastest according to kspec bench; default: "
    "KERAS_BACKEND, or else one that is installed.",
)
@data_option
@set_option
@plugin_option
@run_dir_option
@lowering_option
@click.option(
    "--resume",
    metavar="RUN|auto",
    help="Resume an interrupted run; auto: the newest of SPEC, or a new one if there is none.",
)
@click.option(
    "--allow-change", is_flag=True, help="With --resume: continue even if spec or data changed."
)
@click.option(
    "--seeds",
    metavar="N|N,N,…",
    help="Train with several seeds, one run for each: that many, counting up from the spec's "
    "own, or the listed ones (1,7,42). The same command again resumes what was interrupted.",
)
@click.option(
    "--tracker",
    "trackers",
    multiple=True,
    metavar="NAME",
    help="Log the training to tensorboard, mlflow or wandb, or to none, instead of the spec's "
    "trackers. Can be repeated.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print only the last line.")
@click.pass_context
def train(
    context: click.Context,
    spec: str | None,
    backend: str | None,
    data: str | None,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    run_dir: Path,
    lowering: bool,
    resume: str | None,
    allow_change: bool,
    seeds: str | None,
    trackers: tuple[str, ...],
    quiet: bool,
) -> None:
    """Train the network of SPEC and keep everything in runs/NAME/STAMP-HASH8/."""
    from kspec import backends
    from kspec.api import choice_for, recorded_spec, source_of
    from kspec.data.override import on_data
    from kspec.spec.load import load, warnings
    from kspec.spec.trackers import chosen
    from kspec.training.changes import newest_of, require_resumable
    from kspec.training.seed_list import seed_list
    from kspec.training.trackers.names import require

    listeners = chosen(trackers)
    _require_sense(spec, backend, plugins, resume, seeds, allow_change=allow_change)
    automatic = backend == AUTO
    backend = None if automatic else backend
    load_plugins(plugins, backend)
    run = None if resume in (None, AUTO) else _run(resume, run_dir)
    if spec is not None:
        loaded = load(spec, settings)
    else:
        assert run is not None
        loaded = recorded_spec(run, settings)
    loaded = on_data(loaded, data)
    if trackers:
        loaded = loaded.with_trackers(listeners)
    require(loaded.training.trackers)
    wanted = () if seeds is None else seed_list(as_seeds(seeds), loaded.seed)
    if resume == AUTO and not wanted:
        run, damaged = newest_of(loaded, run_dir)
        for path in damaged:
            click.echo(f"{path} is damaged and is skipped; --resume {path} says why", err=True)
        if run is not None and run.status in ("completed", "stopped early"):
            click.echo(f"{run.path} is {run.status}: there is nothing to resume")
            return
    if run is not None:
        recorded = recorded_spec(run)
        require_resumable(run, recorded, loaded, allow_change=allow_change)
    if not quiet:
        tell_version()
        if spec is not None and (found := warnings(loaded)):
            click.echo(as_text(found, sys.stderr), err=True)
    if run is not None:
        choice = choice_for(run, backend)
    else:
        choice = fastest(loaded) if automatic else backends.choose(backend)
    if not lowering:
        choice = replace(choice, lowering=False)
    backends.activate(choice)
    from kspec.cli.display import reporter_for

    command = ["kspec", *sys.argv[1:]]
    if wanted:
        last = over_seeds(loaded, wanted, choice=choice, runs=run_dir, command=command, quiet=quiet)
        _exit_as_interrupted(context, last)
        return
    with reporter_for(quiet=quiet) as reporter:
        done = None
        if run is not None:
            from kspec.training.resume import OtherDataError
            from kspec.training.resume import resume as go_on

            try:
                done = go_on(
                    run,
                    loaded,
                    recorded=recorded,
                    root=run.root if spec is None else loaded.root,
                    choice=choice,
                    allow_change=allow_change,
                    command=command,
                    reporter=reporter,
                )
            except OtherDataError as error:
                if resume != AUTO:
                    raise
                reporter.note(f"{error}. This is another experiment, so a new run begins")
        if done is None:
            from kspec.training.train import train as begin

            done = begin(
                loaded,
                choice=choice,
                source=source_of(loaded),
                root=loaded.root,
                runs=run_dir,
                command=command,
                reporter=reporter,
            )
    _exit_as_interrupted(context, done)


def _require_sense(
    spec: str | None,
    backend: str | None,
    plugins: tuple[str, ...],
    resume: str | None,
    seeds: str | None,
    *,
    allow_change: bool,
) -> None:
    """Raise UsageError for options that do not go together."""
    if spec is None and resume == AUTO:
        raise UsageError("--resume auto needs a SPEC; --resume RUN does not")
    if spec is None and resume is None:
        raise UsageError("train needs a SPEC, or --resume RUN")
    if seeds is not None and (spec is None or resume not in (None, AUTO)):
        raise UsageError("--seeds needs a SPEC; it resumes what was interrupted by itself")
    if resume == "":
        raise UsageError("--resume needs a run, or auto")
    if allow_change and (resume is None or seeds is not None):
        raise UsageError("--allow-change belongs to --resume")
    if backend == AUTO and plugins:
        raise UsageError(
            "--backend auto does not go with --plugin: plugins need their backend before the spec "
            "is read; name the one that kspec bench recommends"
        )


def _exit_as_interrupted(context: click.Context, run: Run) -> None:
    if run.result["status"] == "interrupted":
        context.exit(exit_code(run.result["stopped_by"]))


def _run(text: str, run_dir: Path) -> Run:
    from kspec.runs.read import Run
    from kspec.runs.resolve import resolve

    return Run.open(resolve(text, run_dir))
