"""Problems for editors and other programs: one JSON object."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from kspec.cli.problems.places import end_column, setting
from kspec.errors import Place, Problem

__all__ = ["render"]


def render(problems: Sequence[Problem], files: Sequence[str]) -> str:
    """`files`, the number of problems of each level, and the problems.

    Lines and columns count from 1, columns in characters; `end_column` is the one after the last.
    A place on the command line has `setting` in place of `file`, `line` and `column`.
    """
    counts = Counter(problem.level for problem in problems)
    return json.dumps(
        {
            "files": list(files),
            "errors": counts["error"],
            "warnings": counts["warning"],
            "notes": counts["note"],
            "problems": [_problem(problem) for problem in problems],
        },
        indent=2,
    )


def _problem(problem: Problem) -> dict[str, Any]:
    place, *users = problem.place.chain()
    return {
        **_place(place),
        "level": problem.level,
        "code": problem.code,
        "message": problem.message,
        "context": problem.context,
        "used_by": [_place(user) for user in users],
    }


def _place(place: Place) -> dict[str, Any]:
    given = setting(place)
    return {
        "file": place.file if given is None else None,
        "line": place.line or None,
        "column": place.column if place.line else None,
        "end_column": end_column(place) if place.line else None,
        "setting": given,
    }
