"""Specs to be linted, made of one that no rule objects to."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from pydantic import Field

from kspec.spec.lint import lint
from kspec.spec.load import load_node
from kspec.spec.models import Spec

GOOD: dict[str, Any] = {
    "kspec": 1,
    "name": "good",
    "input": {"shape": [8, 8, 3]},
    "layers": [
        {"type": "Flatten"},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
    "data": {"source": "shapes", "validation": 0.2},
    "training": {
        "optimizer": {"type": "Adam", "learning_rate": 0.001},
        "loss": "sparse_categorical_crossentropy",
        "epochs": 3,
    },
}


class AllowingSpec(Spec):
    """A spec whose reasons may have any length, so that it is the lint that objects to them."""

    allow: dict[str, str] = Field(default_factory=dict)


def laid_over(below: Any, above: Any) -> Any:
    """`above` over `below`; objects are merged, everything else is taken from above."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return copy.deepcopy(above)
    merged = dict(below)
    for key, value in above.items():
        merged[key] = laid_over(below.get(key), value)
    return merged


@pytest.fixture(scope="session")
def read():
    """Plain values → a spec, which may turn rules off."""
    return AllowingSpec.model_validate


@pytest.fixture
def linted(tmp_path):
    """Lint a changed copy of the good spec: parts of a spec → problems in the order found."""

    def linted(**parts):
        file = tmp_path / "s.json"
        file.write_text(json.dumps(laid_over(GOOD, parts), indent=1))
        node, problems = load_node(file)
        assert problems == []
        spec = AllowingSpec.model_validate(node.plain())
        return list(lint(spec, node))

    return linted


@pytest.fixture
def codes(linted):
    """As `linted`, but the codes alone."""
    return lambda **parts: [problem.code for problem in linted(**parts)]


@pytest.fixture
def written(tmp_path):
    """What is written at a problem's place in the spec that was linted last."""

    def written(problem):
        lines = (tmp_path / "s.json").read_text().splitlines()
        return lines[problem.place.line - 1][problem.place.column - 1 :]

    return written
