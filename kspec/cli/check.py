"""`kspec check`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from kspec.cli.options import backend_option, set_option
from kspec.errors import Problem, SpecError, UsageError

__all__ = ["check"]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@set_option
@click.option("--build", is_flag=True, help="Also build the networks and hold them to `expect`.")
@backend_option
@click.pass_context
def check(
    context: click.Context,
    files: tuple[str, ...],
    settings: tuple[str, ...],
    build: bool,
    backend: str | None,
) -> None:
    """Say everything that is wrong with the specs in FILE…; a folder stands for its *.json.

    Exits with 1 if there is an error. Loads no framework, except with --build.
    """
    from kspec.spec.load import check as check_file

    paths = list(_specs(files))
    problems = {problem for path in paths for problem in check_file(path, settings)}
    if build:
        problems |= set(_built(paths, settings, backend))
    for problem in sorted(problems):
        click.echo(str(problem))
    errors = sum(problem.level == "error" for problem in problems)
    click.echo(f"{_counted(len(paths), 'spec')} checked: {_counted(errors, 'error')}", nl=False)
    notes = len(problems) - errors
    click.echo(f", {_counted(notes, 'note')}" if notes else "")
    context.exit(1 if errors else 0)


def _specs(files: tuple[str, ...]) -> Iterator[str]:
    for file in files:
        if Path(file).is_dir():
            specs = sorted(str(path) for path in Path(file).glob("*.json"))
            if not specs:
                raise UsageError(f"{file}: there is no spec in this folder, no *.json")
            yield from specs
        else:
            yield file


def _built(paths: list[str], settings: tuple[str, ...], backend: str | None) -> Iterator[Problem]:
    from kspec.cli.choice import activate
    from kspec.spec.load import load

    activate(backend)
    from kspec.model.claims import broken_claims

    for path in paths:
        try:
            yield from broken_claims(load(path, settings))
        except SpecError as error:
            yield from error.problems


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'s' * (count != 1)}"
