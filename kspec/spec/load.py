"""The one way from a file to a `Spec`: read, inherit, set, expand, check."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from kspec.errors import Problem, SpecError
from kspec.spec.check import ABOUT_DATA, is_blocking, part_problems, validate
from kspec.spec.expansion import unfold
from kspec.spec.extends import inherit
from kspec.spec.lint import lint
from kspec.spec.misspelt import put_right
from kspec.spec.models import Spec
from kspec.spec.node import Node
from kspec.spec.overrides import apply
from kspec.spec.paths import path_problems
from kspec.spec.phases import inherit_phases
from kspec.spec.source import read

__all__ = ["check", "load", "load_node", "load_plugins", "require_fit", "warnings"]


def load_plugins(modules: Iterable[str]) -> None:
    """Import plugins; `kspec.plugins` is imported only if there are any."""
    for module in modules:
        from kspec.plugins.loading import load

        load(module)


def load_node(
    path: str | PathLike[str], settings: Iterable[str] = ()
) -> tuple[Node, list[Problem]]:
    """The spec in `path` as nodes, and what is wrong with it so far.

    `extends` and `--set` are applied, blocks and variables unfolded; with problems, the node is
    what can be made out in spite of them. Raises SpecError where nothing can be.
    """
    node, problems = put_right(read(Path(path)))
    node = inherit(node, Path(path), shown=str(path))
    for setting in settings:
        node = apply(node, setting)
    # Once more: the files below and the settings have their own slips.
    node, more = put_right(node)
    node, wrong = unfold(node)
    training = node.get("training")
    if training is not None:
        node = node.replacing("training", inherit_phases(training))
    return node, [*problems, *more, *wrong]


def load(
    path: str | PathLike[str],
    settings: Iterable[str] = (),
    *,
    plugins: Iterable[str] = (),
    confined: bool = True,
) -> Spec:
    """Read a spec file.

    `settings` are the words of `--set`: ``["training.epochs=5"]``. `plugins` are modules whose
    layers, losses, metrics and sources the spec may name (see `kspec.plugins`). Data paths in the
    file stay within its folder, unless it is not `confined`: what a run recorded may name any
    place. Raises SpecError holding every problem found, UsageError for a setting that is none, and
    PluginError for a plugin that cannot be imported.
    """
    load_plugins(plugins)
    node, spec, problems = _checked(path, settings)
    if confined:
        problems += path_problems(node)
    errors = [problem for problem in problems if is_blocking(problem)]
    if spec is None or errors:
        raise SpecError(errors)
    return spec


def check(
    path: str | PathLike[str], settings: Iterable[str] = (), *, plugins: Iterable[str] = ()
) -> tuple[Problem, ...]:
    """Every problem of a spec file, errors and notes, sorted by place; empty for a good spec.

    `settings` and `plugins` as for `load`.
    """
    load_plugins(plugins)
    try:
        node, _, problems = _checked(path, settings)
    except SpecError as error:
        return error.problems
    return tuple(sorted([*problems, *path_problems(node)]))


def _checked(
    path: str | PathLike[str], settings: Iterable[str]
) -> tuple[Node, Spec | None, list[Problem]]:
    """The spec, None if it is invalid, and all that is wrong with it except its paths."""
    node, problems = load_node(path, settings)
    if not problems:
        return node, *validate(node)
    # Do not report what only follows from another fault.
    spoiled = {_spot(problem) for problem in problems}
    problems += [other for other in part_problems(node) if _spot(other) not in spoiled]
    return node, None, problems


def _spot(problem: Problem) -> tuple[str, int, int]:
    return problem.place.file, problem.place.line, problem.place.column


def require_fit(spec: Spec) -> None:
    """Raise SpecError if `spec` cannot be trained on its current data (`ABOUT_DATA`): if loss,
    metrics, monitors, augmentation or views do not fit them, or are no way to train.

    `load` lets such a spec pass, since a command may bring other data, or need none. One that was
    made in Python has no places to point at, and is not examined.
    """
    if spec._node is None:
        return
    found = [each for each in lint(spec, spec._node) if each.code in ABOUT_DATA]
    errors = [each for each in found if each.level == "error"]
    if errors:
        raise SpecError(errors)


def warnings(spec: Spec) -> list[Problem]:
    """The warnings of `check` for `spec` with its current data, without notes.

    Empty for a spec that was made in Python: it has no places to point at.
    """
    if spec._node is None:
        return []
    return sorted(found for found in lint(spec, spec._node) if found.level == "warning")
