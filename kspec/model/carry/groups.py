"""Which arrays of a file belong to which layer: by the names of layers, or else by their order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kspec.model.carry.places import Place, leaves
from kspec.model.carry.stored import ByLayer, ByName, Stored
from kspec.model.fitting import in_file_order

__all__ = ["Sorted", "sort_by_layer", "sort_by_name"]


@dataclass
class Sorted:
    """The arrays of each layer, in the order of the file, and a sentence for each misfit."""

    of: list[tuple[Place, tuple[Stored, ...]]] = field(default_factory=list)
    amiss: list[str] = field(default_factory=list)


def sort_by_layer(held: ByLayer, places: Sequence[Place]) -> Sorted:
    """The arrays of a file that lists them by layer."""
    sorted_ = Sorted()
    groups = [(name, arrays) for name, arrays in held.layers if arrays]
    top = [place for place in places if place.is_weighted]
    pairs = None if held.is_numbered else _by_name(groups, top)
    if pairs is None and len(groups) == len(top):
        pairs = list(zip(top, (arrays for _, arrays in groups), strict=True))
    if pairs is None:
        sorted_.amiss += _unpaired(groups, top)
        return sorted_
    for place, arrays in pairs:
        if place.source.type == "Model":
            _sort_within(place, arrays, sorted_)
        else:
            sorted_.of.append((place, arrays))
    return sorted_


def sort_by_name(held: ByName, places: Sequence[Place]) -> Sorted:
    """The arrays of a file without layers, but with names such as "dense_1/kernel"."""
    sorted_ = Sorted()
    found = [leaf for place in places for leaf in leaves(place)]
    given = _given(found, held.arrays, sorted_)
    for leaf in found:
        arrays = given.get(id(leaf), ())
        if not arrays:
            sorted_.amiss.append(f"{leaf.title} has weights, but the file has none for it")
        else:
            sorted_.of.append((leaf, tuple(arrays)))
    return sorted_


def _by_name(
    groups: Sequence[tuple[str, tuple[Stored, ...]]], top: Sequence[Place]
) -> list[tuple[Place, tuple[Stored, ...]]] | None:
    """Groups and layers paired by name; None unless this works for all of them.

    Keras 1 lists the layers of the models that it merges beside them.
    """
    own = dict(groups)
    if len(own) < len(groups):
        return None
    for level in (list(top), [leaf for place in top for leaf in leaves(place)]):
        names = [place.source.name for place in level]
        if len(set(names)) == len(names) and set(names) == own.keys():
            return [(place, own[place.source.name]) for place in level]
    return None


def _unpaired(
    groups: Sequence[tuple[str, tuple[Stored, ...]]], top: Sequence[Place]
) -> Iterator[str]:
    names = {place.source.name for place in top}
    own = {name for name, _ in groups}
    for place in top:
        if place.source.name not in own:
            yield f"{place.title} has weights, but the file has none for it"
    for name, arrays in groups:
        if name not in names:
            count = f"{len(arrays)} weight{'s' * (len(arrays) != 1)}"
            yield (
                f'the file has {count} for "{name}", but the network has no such layer with weights'
            )
    if names == own:
        yield "the file has two layers of one name"


def _sort_within(place: Place, arrays: Sequence[Stored], sorted_: Sorted) -> None:
    """The arrays of a nested model, which are stored in one list."""
    found = list(leaves(place))
    by_name = Sorted()
    given = _given(found, arrays, by_name)
    if not by_name.amiss and all(
        len(given.get(id(leaf), ())) == len(leaf.layer.weights) for leaf in found if leaf.layer
    ):
        sorted_.of += [(leaf, tuple(given[id(leaf)])) for leaf in found]
        return
    # All trained weights of the layers come first, in order, then all others.
    wanted = sum(len(leaf.layer.weights) for leaf in found if leaf.layer)
    if wanted != len(arrays):
        sorted_.amiss.append(f"{place.title} has {wanted} weights, but the file has {len(arrays)}")
        return
    rest = iter(arrays)
    taken: dict[int, list[Stored]] = {id(leaf): [] for leaf in found}
    for is_trained in (True, False):
        for leaf in found:
            layer = leaf.layer
            assert layer is not None
            own = layer.trainable_weights if is_trained else layer.non_trainable_weights
            taken[id(leaf)] += [next(rest) for _ in own]
    assert all(len(taken[id(leaf)]) == len(in_file_order(leaf.layer)) for leaf in found)
    sorted_.of += [(leaf, tuple(taken[id(leaf)])) for leaf in found]


def _given(
    found: Sequence[Place], arrays: Sequence[Stored], sorted_: Sorted
) -> Mapping[int, list[Stored]]:
    """The arrays of each of the layers `found`, by the layer's id, assigned by their names."""
    own, within = _index(found, _own_names), _index(found, _names_within)
    given: dict[int, list[Stored]] = defaultdict(list)
    for stored in arrays:
        steps = re.sub(r":[0-9]+$", "", stored.name).split("/")
        leaf = _leaf(own, steps) or _leaf(within, steps) or _by_prefix(own, steps)
        if leaf is None:
            sorted_.amiss.append(
                f'the file has a weight "{stored.name}", which belongs to no layer, or to several'
            )
        else:
            given[id(leaf)].append(stored)
    return given


def _leaf(index: Mapping[str, list[Place]], steps: Sequence[str]) -> Place | None:
    """The outermost layer named by a step of the path, if it is unique."""
    for step in steps[:-1]:
        fitting = index.get(step, [])
        if len(fitting) > 1:
            fitting = [each for each in fitting if set(each.source.path[:-1]) <= set(steps)]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _by_prefix(index: Mapping[str, list[Place]], steps: Sequence[str]) -> Place | None:
    """Keras 1: the layer whose name is a prefix of "dense_1_W"; the longest is meant."""
    fitting = [name for name in index if steps[-1].startswith(f"{name}_")]
    found = index[max(fitting, key=len)] if fitting else []
    return found[0] if len(found) == 1 else None


def _index(found: Sequence[Place], names: Any) -> dict[str, list[Place]]:
    index: dict[str, list[Place]] = defaultdict(list)
    for leaf in found:
        for name in names(leaf):
            index[name].append(leaf)
    return dict(index)


def _own_names(leaf: Place) -> set[str]:
    return {leaf.source.name}


def _names_within(leaf: Place) -> set[str]:
    """The names of the layers within a wrapper."""
    found: set[str] = set()
    waiting = list(leaf.source.config.values())
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            if isinstance(name := value.get("name"), str):
                found |= {name, f"forward_{name}", f"backward_{name}"}
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found
