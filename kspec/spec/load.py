"""The one way from a file to a `Spec`: read, inherit, set, expand, check."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from kspec.errors import Problem, SpecError
from kspec.spec.check import validate
from kspec.spec.expand import expand
from kspec.spec.extends import inherit
from kspec.spec.models import Spec
from kspec.spec.node import Node
from kspec.spec.overrides import apply
from kspec.spec.source import read

__all__ = ["check", "load", "load_node"]


def load_node(path: str | PathLike[str], settings: Iterable[str] = ()) -> Node:
    """The spec in `path` as nodes, `extends` and `--set` applied, blocks and variables unfolded."""
    shown = str(path)
    node = inherit(read(Path(path)), Path(path), shown=shown)
    for setting in settings:
        node = apply(node, setting)
    return expand(node)


def load(path: str | PathLike[str], settings: Iterable[str] = ()) -> Spec:
    """Read a spec file.

    `settings` are the words of `--set`: ``["training.epochs=5"]``. Raises SpecError holding every
    problem found, UsageError for a setting that is none.
    """
    spec, problems = validate(load_node(path, settings))
    if spec is None:
        raise SpecError(problem for problem in problems if problem.level == "error")
    return spec


def check(path: str | PathLike[str], settings: Iterable[str] = ()) -> tuple[Problem, ...]:
    """Every problem of a spec file, errors and notes, sorted by place; empty for a good spec."""
    try:
        _, problems = validate(load_node(path, settings))
    except SpecError as error:
        return error.problems
    return tuple(sorted(problems))
