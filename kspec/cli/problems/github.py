"""Problems as GitHub Actions marks them in a pull request: one workflow command each.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions; the escapes are
those of https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from kspec.cli.harmless import harmless
from kspec.cli.problems.places import end_column, relative
from kspec.errors import Place, Problem

__all__ = ["render"]

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(problems: Sequence[Problem]) -> str:
    """A line for each problem. Paths of files are relative to the top of the repository if GitHub
    says where that is, otherwise to the current folder.
    """
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())
    return "\n".join(_command(problem, root) for problem in problems)


def _command(problem: Problem, root: Path) -> str:
    place, *users = problem.place.chain()
    message = [harmless(problem.message)]
    properties = {}
    if place.line:
        properties = {
            "file": _file(place, root),
            "line": str(place.line),
            "col": str(place.column),
            "endColumn": str(end_column(place)),
        }
    else:
        message = [f"{harmless(str(place))}: {message[0]}"]
    properties["title"] = f"kspec {problem.code}"
    if problem.context:
        message.append(harmless(problem.context))
    message += [f"used by {harmless(str(user))}" for user in users]
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{COMMANDS[problem.level]} {given}::{_data(chr(10).join(message))}"


def _file(place: Place, root: Path) -> str:
    return harmless(relative(place.file, root) or place.file)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
