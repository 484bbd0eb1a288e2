"""The one way from a file to a `Spec`: read, inherit, set, expand, check."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from kspec.errors import Problem, SpecError
from kspec.spec.check import is_blocking, validate
from kspec.spec.expansion import expand
from kspec.spec.extends import inherit
from kspec.spec.lint import lint
from kspec.spec.models import Spec
from kspec.spec.node import Node
from kspec.spec.overrides import apply
from kspec.spec.paths import path_problems
from kspec.spec.source import read

__all__ = ["check", "load", "load_node", "warnings"]


def load_node(path: str | PathLike[str], settings: Iterable[str] = ()) -> Node:
    """The spec in `path` as nodes, `extends` and `--set` applied, blocks and variables unfolded."""
    shown = str(path)
    node = inherit(read(Path(path)), Path(path), shown=shown)
    for setting in settings:
        node = apply(node, setting)
    return expand(node)


def load(path: str | PathLike[str], settings: Iterable[str] = (), *, confined: bool = True) -> Spec:
    """Read a spec file.

    `settings` are the words of `--set`: ``["training.epochs=5"]``. Data paths in the file stay
    within its folder, unless it is not `confined`: what a run recorded may name any place. Raises
    SpecError holding every problem found, UsageError for a setting that is none.
    """
    node = load_node(path, settings)
    spec, problems = validate(node)
    if confined:
        problems += path_problems(node)
    errors = [problem for problem in problems if is_blocking(problem)]
    if spec is None or errors:
        raise SpecError(errors)
    return spec


def check(path: str | PathLike[str], settings: Iterable[str] = ()) -> tuple[Problem, ...]:
    """Every problem of a spec file, errors and notes, sorted by place; empty for a good spec."""
    try:
        node = load_node(path, settings)
    except SpecError as error:
        return error.problems
    _, problems = validate(node)
    return tuple(sorted([*problems, *path_problems(node)]))


def warnings(spec: Spec) -> list[Problem]:
    """What `check` would warn of, the data that `spec` has now included; not its notes.

    Nothing for a spec that was made in Python: there is no place to show.
    """
    if spec._node is None:
        return []
    return sorted(found for found in lint(spec, spec._node) if found.level == "warning")
