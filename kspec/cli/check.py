"""`kspec check`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import click

from kspec.cli.choice import activate, tell_version
from kspec.cli.files import spec_files
from kspec.cli.options import as_bytes, backend_option, plugin_option, set_option
from kspec.cli.plugins import load_plugins
from kspec.cli.problems import FORMATS, render
from kspec.errors import Problem, SpecError

__all__ = ["check"]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@set_option
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="For people, for programs, for GitHub Actions, or for tools that read SARIF 2.1.0.",
)
@click.option(
    "--build",
    is_flag=True,
    help="Also build all that a spec names with Keras, and compare the networks with `expect`.",
)
@click.option(
    "--memory",
    metavar="SIZE",
    callback=as_bytes,
    help="Also warn if a training step takes more memory than this: 8GB, 512MB.",
)
@backend_option
@plugin_option
@click.pass_context
def check(
    context: click.Context,
    files: tuple[str, ...],
    settings: tuple[str, ...],
    strict: bool,
    form: str,
    build: bool,
    memory: int | None,
    backend: str | None,
    plugins: tuple[str, ...],
) -> None:
    """Report all problems of the specs in FILE…; a folder stands for its *.json.

    Exits with 1 if there is an error. Loads no framework, except with --build and for plugins.
    """
    load_plugins(plugins, backend)
    from kspec.spec.load import check as check_file

    paths = list(spec_files(files))
    if not build:  # With --build it is said when the backend is chosen.
        tell_version()
    problems = {problem for path in paths for problem in check_file(path, settings)}
    if build:
        problems |= set(_built(paths, settings, backend))
    if memory is not None:
        problems |= set(_too_large(paths, settings, memory, build))
    found = sorted(_strictly(problem) if strict else problem for problem in problems)
    if found or form in ("json", "sarif"):
        click.echo(render(form, found, paths, sys.stdout))
    counts = Counter(problem.level for problem in found)
    if form in ("text", "github"):
        click.echo(_summary(len(paths), counts))
    context.exit(1 if counts["error"] else 0)


def _strictly(problem: Problem) -> Problem:
    return replace(problem, level="error") if problem.level == "warning" else problem


def _summary(specs: int, counts: Counter[str]) -> str:
    others = [_counted(counts[level], level) for level in ("warning", "note") if counts[level]]
    return f"{_counted(specs, 'spec')} checked: " + ", ".join(
        [_counted(counts["error"], "error"), *others]
    )


def _built(paths: list[str], settings: tuple[str, ...], backend: str | None) -> Iterator[Problem]:
    from kspec.spec.load import load

    activate(backend)
    from kspec.model.trial import trial

    for path in paths:
        try:
            yield from trial(load(path, settings))
        except SpecError as error:
            yield from error.problems


def _too_large(
    paths: list[str], settings: tuple[str, ...], limit: int, build: bool
) -> Iterator[Problem]:
    from kspec.spec.cost import memory_problems, steps_of, training_memory
    from kspec.spec.load import load

    for path in paths:
        try:
            spec = load(path, settings)
            if build:
                from kspec.model.cost import cost_of_model

                memories = list(cost_of_model(spec).memories)
            else:
                memories = training_memory(spec)
            yield from memory_problems(spec, memories, limit, steps_of(spec))
        except SpecError:
            continue  # It has been reported already.


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'s' * (count != 1)}"
