"""Names for what the generated code defines: none is used twice, none shadows another."""

from __future__ import annotations

import builtins
import keyword
import re

from kspec.spec.eject.brought import brought_names

__all__ = ["Names", "identifier"]

# Names that a script imports or defines for itself.
_OWN = (
    "AlternatingFlip", "AveragedWeights", "BATCH_SIZE", "COLUMNS", "DATA", "Dirac", "Image",
    "ImageOps", "LayerScale", "MEAN", "PatchWhitening", "Path", "RandomBrightnessFactor", "SEED",
    "STD", "SUFFIXES", "StochasticDepth", "TARGET", "TEST_DATA", "TrainingBatches", "build_model",
    "csv", "draw", "first", "fit_scaling", "fnmatchcase", "frozen", "group_parameters", "hashlib",
    "inputs", "keras", "layers", "load_data", "loss", "main", "math", "np", "ops", "outputs",
    "read_images", "read_table", "scale", "steps", "take", "train_only", "variables_of",
    "with_views", "x", "y",
)  # fmt: skip
RESERVED = frozenset({*_OWN, *keyword.kwlist, *keyword.softkwlist, *dir(builtins)})
"""Names that the network's code must leave alone."""


def identifier(text: str) -> str:
    """`text` as a lower-case Python identifier, as similar as possible."""
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower() or "layer"
    return f"n_{name}" if name[0].isdigit() else name


class Names:
    """The names of a scope, and those of the scopes around it, which it must not shadow."""

    def __init__(self, outer: Names | None = None) -> None:
        self.outer = outer
        self.taken: set[str] = set()

    def __contains__(self, name: str) -> bool:
        if name in self.taken or name in RESERVED or name in brought_names():
            return True
        return self.outer is not None and name in self.outer

    def new(self, wanted: str) -> str:
        """Reserve and return a free name like `wanted`."""
        name, number = wanted, 1
        while name in self:
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(name)
        return name
