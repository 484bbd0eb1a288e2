"""Which layers each phase of a training trains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.eject.literals import quote
from kspec.spec.models import Spec

__all__ = ["TRAIN_ONLY", "trains_parts", "write_trainable"]

TRAIN_ONLY = [
    "def train_only(network, chosen):",
    '    """Train these layers of a nested network, and no others of it."""',
    "    network.trainable = True",
    "    for layer in network.layers:",
    "        layer.trainable = layer in chosen",
]


def trains_parts(spec: Spec) -> bool:
    """Whether the script has the function `train_only`."""
    return any(
        not isinstance(value, bool) for phase in spec.phases for value in phase.trainable.values()
    )


def write_trainable(spec: Spec, number: int) -> list[str]:
    """The lines that freeze and unfreeze layers before phase `number` (from 0).

    Empty if the previous phase already trains the same layers.
    """
    said = spec.phases[number].trainable
    before = spec.phases[number - 1].trainable if number else {}
    if said == before:
        return []
    # Outer layers before those within them, since setting the outer one sets them all.
    names = sorted(said, key=lambda name: name.count("/"))
    return [line for name in names for line in _lines(name, said[name], before.get(name))]


def _lines(name: str, value: Any, before: Any) -> Iterator[str]:
    layer = "model" + "".join(f".get_layer({quote(part)})" for part in name.split("/"))
    if value is True and isinstance(before, Mapping):
        # It is trainable already, and TensorFlow ignores an assignment that changes nothing.
        yield f"network = {layer}"
        yield "train_only(network, network.layers)"
        return
    if isinstance(value, bool):
        yield f"{layer}.trainable = {value}"
        return
    ((key, wanted),) = value.items()
    yield f"network = {layer}"
    if key == "last":
        yield f"train_only(network, network.layers[-{wanted}:])"
    elif key == "from":
        yield f"first = network.layers.index(network.get_layer({quote(wanted)}))"
        yield "train_only(network, network.layers[first:])"
    else:
        yield f"pattern = {quote(wanted)}"
        yield "chosen = [each for each in network.layers if fnmatchcase(each.name, pattern)]"
        yield "train_only(network, chosen)"
