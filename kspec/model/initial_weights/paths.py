"""The paths of the layers in a model, the same in every process."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import keras

__all__ = ["counted", "walk"]


def walk(model: keras.Layer) -> Iterator[tuple[str, keras.Layer]]:
    """Every layer in `model` with its path, itself first with "": outer before inner, each once.

    A path consists of the names on the way down: "bidirectional/forward_lstm/lstm_cell". Keras's
    own `variable.path` looks similar but leaves out the name of a nested model, so that two
    backbones side by side would share their paths, and it contains the numbers of automatic names
    ("dense_7"), which count up within a process. Here the names of the layers directly in `model`
    are unchanged; further in, the number at the end of a name is counted anew among the layers
    side by side. A shared layer has the first of its paths.
    """
    yield from _inside(model, "", set())


def _inside(layer: keras.Layer, path: str, seen: set[int]) -> Iterator[tuple[str, keras.Layer]]:
    if id(layer) in seen:
        return
    seen.add(id(layer))
    yield path, layer
    inner = list(layer._layers)
    names = [child.name for child in inner]
    for name, child in zip(counted(names) if path else names, inner, strict=True):
        yield from _inside(child, f"{path}/{name}" if path else name, seen)


def counted(names: Iterable[str]) -> list[str]:
    """The names with their final numbers counted anew: dense_4, dense_9 to dense, dense_1."""
    counts: Counter[str] = Counter()
    result = []
    for name in names:
        stem = re.sub(r"_\d+$", "", name)
        result.append(f"{stem}_{counts[stem]}" if counts[stem] else stem)
        counts[stem] += 1
    return result
