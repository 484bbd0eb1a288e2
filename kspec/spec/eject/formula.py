"""A spec's arithmetic, `$(24 * 2 ** stage)`, as Python source."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

__all__ = ["formula"]

_FROM_MATH = ("cos", "exp", "log", "sqrt")
# Formatters write a power of simple operands without spaces.
_POWER = re.compile(r"(?<![\w.)\]])(-?[\w.]+) \*\* (-?[\w.]+)(?![\w.(\[]| \*\*)")


def formula(text: str, names: Mapping[str, str]) -> str:
    """The expression `text` (see `kspec.spec.expression`) with each name replaced by `names`."""
    tree = ast.parse(text.strip(), mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _FROM_MATH:
                node.func.id = f"math.{node.func.id}"
        elif isinstance(node, ast.Name) and node.id in names:
            node.id = names[node.id]
    return _POWER.sub(r"\1**\2", ast.unparse(tree))
