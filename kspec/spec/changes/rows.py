"""The differences between two networks, a row for each layer that differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kspec.spec.changes.atom import Atom
from kspec.spec.changes.changes import Change
from kspec.spec.changes.comparison import Comparison
from kspec.spec.changes.labels import Labels
from kspec.spec.changes.parts import Network, Part
from kspec.spec.changes.slots import Overlay, Slot
from kspec.spec.changes.words import argument_text, arguments_text
from kspec.spec.graph import tensors_of

__all__ = ["LayerRow", "layer_rows"]

Mark = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True)
class LayerRow:
    """One layer that differs. `within` are the models that it is nested in, outermost first.

    `layer` is its name in the first network; in the second, if it was added or moved. `text` says
    what differs, and `changes` are the numbers, from 1, of the changes that it is part of.
    """

    mark: Mark
    within: tuple[str, ...]
    layer: str
    type: str
    text: str
    changes: tuple[int, ...]


def layer_rows(comparison: Comparison, changes: Sequence[Change]) -> list[LayerRow]:
    """The layers that differ, in the order of both networks."""
    numbers = {atom: n for n, change in enumerate(changes, 1) for atom in change.atoms}
    moved = Labels(comparison.layers).moved
    return list(_rows(comparison, comparison.layers, (), numbers, moved))


def _rows(
    comparison: Comparison,
    network: Overlay,
    within: tuple[str, ...],
    numbers: Mapping[Atom, int],
    moved: Mapping[Atom, Slot],
) -> Iterator[LayerRow]:
    wiring = comparison.wirings[network.path]
    origins = {slot.presence for slot in moved.values()}
    for slot in network.slots:
        atoms = list(slot.atoms())
        rewired = wiring.rewired.get(slot.number)
        if slot.is_both:
            atoms += [rewired] if rewired is not None else []
            text = [argument_text(slot.own.type, a) for a in atoms if a is not rewired]
            if rewired is not None and slot.before is not None and slot.after is not None:
                before = _taken(slot.before, network.before)
                text.append(f"takes {before} → {_taken(slot.after, network.after)}")
            mark: Mark = "changed"
        elif slot.presence in origins:
            continue
        else:
            side = network.before if slot.after is None else network.after
            where = f"after {_taken(slot.own, side)}"
            text = [arguments_text(slot.own), where] if slot.own.arguments else [where]
            mark = "removed" if slot.after is None else "added"
            if slot.presence in moved:
                origin = _taken(moved[slot.presence].own, network.before)
                mark, text = "moved", [f"from after {origin} to {where}"]
        if atoms:
            told = tuple(sorted({numbers[atom] for atom in atoms}))
            yield LayerRow(mark, within, slot.own.label, slot.own.type, ", ".join(text), told)
        if slot.inner is not None:
            inner = (*within, slot.own.label)
            yield from _rows(comparison, slot.inner, inner, numbers, moved)
    if -1 in wiring.rewired:
        atom = wiring.rewired[-1]
        text = [_given(each) for each in (network.before, network.after)]
        yield LayerRow("changed", within, "outputs", "", " → ".join(text), (numbers[atom],))


def _taken(part: Part, network: Network) -> str:
    """The inputs of a layer, by their names in its network."""
    return _listed([tensor.source for tensor in tensors_of(part.inputs)], network)


def _given(network: Network) -> str:
    return _listed([tensor.source for tensor in network.outputs], network)


def _listed(sources: Sequence[int | str], network: Network) -> str:
    names = [s if isinstance(s, str) else network.parts[s].label for s in sources]
    return ", ".join(dict.fromkeys(names)) or "nothing"
