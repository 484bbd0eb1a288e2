"""Problems in SARIF 2.1.0, which GitHub's code scanning and many viewers read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kspec import __version__
from kspec.cli.problems.places import end_column, relative, setting
from kspec.errors import Place, Problem
from kspec.spec.codes import explain

__all__ = ["render"]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
SITE = "https://kspec.readthedocs.io"
ROOT = "%SRCROOT%"


def render(problems: Sequence[Problem]) -> str:
    """A log with one run: a rule for each code that occurs and a result for each problem.

    URIs are relative to the current folder. Columns are counted in characters, not in SARIF's
    default, UTF-16 code units, and the log says so.
    """
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": "kspec",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": f"{SITE}/",
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"uri": f"{Path.cwd().as_uri()}/"}},
        "results": [_result(problem, codes) for problem in problems],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str) -> dict[str, Any]:
    known = explain(code)
    if known is None:
        return {"id": code}
    text, markdown = [known.text], [known.text]
    for heading, example in (("Wrong", known.wrong), ("Right", known.right)):
        if example:
            text.append(f"{heading}:\n\n{example}")
            markdown.append(f"{heading}:\n\n```{known.language}\n{example}\n```")
    return {
        "id": code,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.text},
        "help": {"text": "\n\n".join(text), "markdown": "\n\n".join(markdown)},
        "helpUri": f"{SITE}/reference/codes/#{code}",
        "defaultConfiguration": {"level": known.level},
    }


def _result(problem: Problem, codes: Sequence[str]) -> dict[str, Any]:
    place, *users = problem.place.chain()
    text = f"{problem.message} ({problem.context})" if problem.context else problem.message
    result = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": problem.level,
        "message": {"text": text},
        "locations": [_location(place)],
    }
    if users:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": "used by this"}, **_location(user)}
            for number, user in enumerate(users, 1)
        ]
    return result


def _location(place: Place) -> dict[str, Any]:
    given = setting(place)
    if given is not None:
        name = {"fullyQualifiedName": f"--set {given}", "kind": "parameter"}
        return {"logicalLocations": [name]}
    physical: dict[str, Any] = {"artifactLocation": _artifact(place.file)}
    if place.line:
        physical["region"] = {
            "startLine": place.line,
            "startColumn": place.column,
            "endColumn": end_column(place),
        }
    return {"physicalLocation": physical}


def _artifact(file: str) -> dict[str, str]:
    path = relative(file, Path.cwd())
    if path is None:
        return {"uri": (Path.cwd() / file).resolve().as_uri()}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": ROOT}
