"""What generated code needs: imports, and classes of kspec that the script must include."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from kspec.spec.eject.brought import imports_of
from kspec.spec.eject.names import RESERVED
from kspec.spec.eject.own_initializers import OWN_INITIALIZERS
from kspec.spec.eject.own_layers import OWN_LAYERS
from kspec.spec.eject.own_optimizers import OWN_OPTIMIZERS
from kspec.spec.eject.own_schedules import OWN_SCHEDULES

__all__ = ["imports", "own_classes", "plugins"]

# Imports from the standard library, by the name that code uses.
_STANDARD = {
    "csv": "import csv",
    "hashlib": "import hashlib",
    "math": "import math",
    "re": "import re",
    "Counter": "from collections import Counter",
    "fnmatchcase": "from fnmatch import fnmatchcase",
    "pairwise": "from itertools import pairwise",
    "Path": "from pathlib import Path",
    "SimpleNamespace": "from types import SimpleNamespace",
}

_FROZEN = [
    "def frozen(model):",
    '    """The model, which training leaves as it is."""',
    "    model.trainable = False",
    "    return model",
]


def imports(code: str) -> str:
    """The imports that the code needs, in the order in which import sorters put them."""
    used = _names(code)
    standard = [line for name, line in _STANDARD.items() if name in used]
    others = ["import keras"]
    if "np" in used:
        others.append("import numpy as np")
    for module, names in (("keras", ("layers", "ops")), ("PIL", ("Image", "ImageOps"))):
        needed = [name for name in names if name in used]
        if needed:
            others.append(f"from {module} import {', '.join(needed)}")
    plugins, _ = imports_of(used, RESERVED)
    others += ["", *plugins] if plugins else []
    return "\n".join([*standard, "", *others] if standard else others)


def plugins(code: str) -> list[str]:
    """The plugins whose classes and functions the code uses."""
    return imports_of(_names(code), RESERVED)[1]


def own_classes(functions: Sequence[Sequence[str]]) -> list[list[str]]:
    """The classes of kspec that the functions use, and the function `frozen` if they use it."""
    used = _names("\n".join(line for function in functions for line in function))
    classes = {**OWN_INITIALIZERS, **OWN_LAYERS, **OWN_OPTIMIZERS, **OWN_SCHEDULES}
    own = [text for name, text in classes.items() if name in used]
    return [*own, _FROZEN] if "frozen" in used else own


def _names(code: str) -> set[str]:
    """Every name that the code uses."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
