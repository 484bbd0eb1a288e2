"""A spec to the text of a script."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from kspec.spec.eject.augmentation import write_augmentation
from kspec.spec.eject.code import WIDTH
from kspec.spec.eject.data import write_data
from kspec.spec.eject.files import Files, is_trained
from kspec.spec.eject.main import needs_batch_size, write_main, write_summary
from kspec.spec.eject.network import write_network
from kspec.spec.eject.own_layers import OWN_LAYERS
from kspec.spec.eject.read import CannotFollowError, read
from kspec.spec.eject.scaling import write_scaling
from kspec.spec.fold import fold
from kspec.spec.models import Spec

__all__ = ["eject"]

# A network of more layers than this is folded where the spec itself has no blocks.
_MANY = 60

# So many lines functions must save where the network is a row.
_SAVES = 5

_STANDARD = {
    "csv": "import csv",
    "hashlib": "import hashlib",
    "math": "import math",
    "Path": "from pathlib import Path",
}
"""What a script may import of the standard library, by the name that its code uses."""


def eject(spec: Spec, *, files: Files, written: Mapping[str, Any] | None = None) -> str:
    """Plain Keras code for `spec`: architecture, data and training, in a script of its own.

    `files` says what there is to read (see `kspec.spec.eject.files.look`). `written` are the plain
    values of the spec as they were written, blocks and all: then the blocks become functions, where
    that is shorter. Raises SpecError for references that lead nowhere.
    """
    network = _network(spec, written)
    data_constants: list[str] = []
    functions: list[list[str]] = [network]
    if not is_trained(spec):
        main = write_summary()
        constants = []
    else:
        data = write_data(spec, files)
        scaling_constants, scaling = write_scaling(spec)
        constants = [f"SEED = {spec.seed}"]
        if needs_batch_size(spec):
            constants.append(f"BATCH_SIZE = {spec.training.batch_size}")
        data_constants = [*data.constants, *scaling_constants]
        functions += [*data.functions, scaling]
        if spec.augmentation:
            functions.append(write_augmentation(spec))
        main = write_main(spec, data)
    functions += [main, ['if __name__ == "__main__":', "    main()"]]
    if network[0].startswith(("def ", "class ")):
        heading = [*constants, *data_constants]
    else:  # The network brings constants of its own.
        heading = [*constants, *data_constants]
        cut = network.index("")
        heading += network[:cut]
        functions[0] = network[cut + 2 :]
    own = _own_layers(functions)
    parts = [part for part in [*own, *functions] if part]
    code = "\n\n\n".join("\n".join(part) for part in ([heading] if heading else []) + parts)
    return f"{_docstring(spec)}\n\n{_imports(code)}\n\n{'' if heading else chr(10)}{code}\n"


def _network(spec: Spec, written: Mapping[str, Any] | None) -> list[str]:
    """The network as one row or as functions, whatever is shorter.

    A row is the plainest, so that functions must save some of its lines.
    """
    flat = _flat(spec)
    ways = [] if written is None else _structured(spec, written)
    if len(spec.layers) > _MANY and not any(len(way) < len(flat) for way in ways):
        values = spec.model_dump(mode="json", by_alias=True)
        folded = fold(values["layers"], tuple(spec.entering), spec.outputs)
        ways += _structured(spec, folded.members())
    is_row = any(line.startswith("    return keras.Sequential(") for line in flat)
    longest = len(flat) - _SAVES if is_row else len(flat)
    return min([way for way in ways if len(way) <= longest], key=len, default=flat)


def _flat(spec: Spec) -> list[str]:
    network = read(spec.resolved(), tuple(spec.entering))
    return write_network(spec.name, network, spec.entering, {})


def _structured(spec: Spec, written: Mapping[str, Any]) -> list[list[str]]:
    try:
        network = read(written, tuple(spec.entering))
        variables = written.get("variables") or {}
        return [write_network(spec.name, network, spec.entering, variables)]
    except CannotFollowError:
        return []


def _own_layers(functions: Sequence[Sequence[str]]) -> list[list[str]]:
    """The classes that the script must bring itself."""
    used = _names("\n\n".join("\n".join(function) for function in functions))
    own = [text for name, text in OWN_LAYERS.items() if name in used]
    if "frozen" in used:
        own.append(
            [
                "def frozen(model):",
                '    """The model, which training leaves as it is."""',
                "    model.trainable = False",
                "    return model",
            ]
        )
    return own


def _imports(code: str) -> str:
    """The imports that the code needs, in the order in which import sorters put them."""
    used = _names(code)
    standard = [line for name, line in _STANDARD.items() if name in used]
    third = ["import keras"]
    if "np" in used:
        third.append("import numpy as np")
    for module, names in (("keras", ("layers", "ops")), ("PIL", ("Image", "ImageOps"))):
        needed = [name for name in names if name in used]
        if needed:
            third.append(f"from {module} import {', '.join(needed)}")
    return "\n".join([*standard, "", *third] if standard else third)


def _names(code: str) -> set[str]:
    """Every name that the code uses."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _docstring(spec: Spec) -> str:
    text = f"{spec.name}: {spec.description}" if spec.description else spec.name
    text = text.replace("\\", "\\\\").replace('"""', "'''")
    paragraphs = textwrap.wrap(" ".join(text.split()), WIDTH - 3, break_long_words=False)
    text = "Written by kspec eject; it runs without kspec."
    if is_trained(spec):
        text += (
            " The network, the split of the data and the recipe are those of the spec; Keras draws "
            "the initial weights and the order of the batches, so results differ as they do "
            "between seeds."
        )
    end = textwrap.wrap(text, WIDTH)
    return "\n".join(['"""' + "\n".join(paragraphs), "", *end, '"""'])
