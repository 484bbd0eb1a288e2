"""`kspec ablate`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kspec.cli.options import (
    at_most_one,
    backend_option,
    data_option,
    json_option,
    plugin_option,
    run_dir_option,
    set_option,
)
from kspec.cli.plugins import load_plugins
from kspec.cli.signals import exit_code
from kspec.errors import KspecError, UsageError

if TYPE_CHECKING:
    from kspec.cli.ablate_view import Outcome
    from kspec.cli.sides import Side
    from kspec.spec.changes import Ablation

__all__ = ["ablate"]


def _groups(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> Any:
    try:
        return [[int(number) for number in text.split(",")] for text in given]
    except ValueError:
        raise UsageError("--group takes numbers of changes with commas: --group 1,3") from None


@click.command()
@click.argument("before", metavar="SPEC|RUN")
@click.argument("after", metavar="SPEC|RUN")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the specs into FOLDER.  [default: BEFORE-to-AFTER]",
)
@click.option(
    "--group",
    "groups",
    multiple=True,
    metavar="N,N",
    callback=_groups,
    help="Join several changes into one, by their numbers in `kspec diff`. Can be repeated.",
)
@click.option("--apart", is_flag=True, help="Count the same change in two places as two changes.")
@click.option("--train", is_flag=True, help="Train all specs, and show what each change is worth.")
@click.option("--quiet", "-q", is_flag=True, help="Print the name of each training, no progress.")
@set_option
@backend_option
@data_option
@plugin_option
@run_dir_option
@json_option
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@click.pass_context
def ablate(
    context: click.Context,
    before: str,
    after: str,
    output: Path | None,
    groups: list[list[int]],
    apart: bool,
    train: bool,
    quiet: bool,
    settings: tuple[str, ...],
    backend: str | None,
    data: str | None,
    plugins: tuple[str, ...],
    run_dir: Path,
    as_json: bool,
    markdown: bool,
) -> None:
    """Split the step from one experiment to another into single changes, a spec for each.

    Writes both specs, the first one with each change alone, and the first one with the first two
    changes, the first three, and so on. With --train each spec is trained, unless it already has
    been, and a table shows what each change is worth. --set changes both experiments.
    """
    from kspec.cli.ablate_view import ablate_json, ablate_view
    from kspec.cli.sections import as_markdown, show_sections
    from kspec.cli.sides import open_side
    from kspec.spec.changes import Ablation, Comparison

    at_most_one(json=as_json, markdown=markdown)
    if data is not None and not train:
        raise UsageError("--data belongs to --train; the specs keep their own data")
    if quiet and not train:
        raise UsageError("--quiet belongs to --train")
    load_plugins(plugins, backend if train else None)
    sides = open_side(before, run_dir, settings), open_side(after, run_dir, settings)
    ablation = Ablation(Comparison(sides[0].spec, sides[1].spec), groups=groups, apart=apart)
    if not ablation.changes:
        click.echo(f"{before} and {after} are the same experiment: there is nothing to ablate")
        return
    folder = output or Path(f"{sides[0].spec.name}-to-{sides[1].spec.name}")
    _write(ablation, folder)
    _tell_of_data(sides[0])
    outcome = None
    if train:
        outcome = _train(
            ablation, folder, sides[0].root, backend, data, run_dir, quiet=quiet or as_json
        )
    if as_json:
        click.echo(json.dumps(ablate_json(ablation, folder, outcome), ensure_ascii=False))
    elif markdown:
        click.echo(as_markdown(ablate_view(ablation, folder, outcome)))
    else:
        show_sections(ablate_view(ablation, folder, outcome))
    if outcome is not None and outcome.stopped_by is not None:
        context.exit(exit_code(outcome.stopped_by))
    context.exit(1 if outcome is not None and outcome.failures else 0)


def _write(ablation: Ablation, folder: Path) -> None:
    """Write the specs. Raises UsageError if a file exists with other content."""
    from kspec.runs.atomic import write_text
    from kspec.spec.printing import to_text

    texts = {
        folder / variant.file: to_text(variant.members) + "\n" for variant in ablation.variants
    }
    for path, text in texts.items():
        if path.exists() and path.read_text(encoding="utf-8") != text:
            raise UsageError(f"{path} already exists with other content; choose another -o")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(f"{folder} is not a folder; choose another -o") from None
    for path, text in texts.items():
        if not path.exists():
            write_text(path, text)


def _tell_of_data(side: Side) -> None:
    """Say what a relative data path starts from, since specs in another folder lose that."""
    if side.spec.data.path is not None:
        message = f'note: the data "{side.spec.data.path}" lies in {side.root}; train these specs '
        click.echo(f"{message}with ablate --train, or with --data", err=True)


def _train(
    ablation: Ablation,
    folder: Path,
    root: Path,
    backend: str | None,
    data: str | None,
    run_dir: Path,
    *,
    quiet: bool,
) -> Outcome:
    """Train every spec, one after the other, until all are done or one is interrupted."""
    from kspec import backends
    from kspec.api import source_of
    from kspec.cli.ablate_view import Outcome
    from kspec.cli.choice import tell_version
    from kspec.cli.display import reporter_for
    from kspec.data.override import on_data
    from kspec.spec.load import load

    tell_version()
    choice = backends.choose(backend)
    backends.activate(choice)
    from kspec.training.series import train_once

    outcome = Outcome()
    for number, variant in enumerate(ablation.variants, 1):
        click.echo(f"{number} of {len(ablation.variants)}: {variant.file}", err=True)
        try:
            spec = on_data(load(folder / variant.file, confined=False), data)
            with reporter_for(quiet=quiet) as reporter:
                done = train_once(
                    spec,
                    choice=choice,
                    source=source_of(spec),
                    root=root,
                    runs=run_dir,
                    command=["kspec", *sys.argv[1:]],
                    reporter=None if quiet else reporter,
                )
        except Exception as error:  # Whatever it is, the other specs may still train.
            why = (
                str(error) if isinstance(error, KspecError) else f"{type(error).__name__}: {error}"
            )
            outcome.failures[variant.applied] = why
            click.echo(f"failed: {why}", err=True)
            continue
        if done.was_done:
            click.echo(f"trained before: {done.run.path}", err=True)
        if done.run.result["status"] == "interrupted":
            outcome.stopped_by = str(done.run.result["stopped_by"])
            break
        outcome.runs[variant.applied] = done.run
    return outcome
