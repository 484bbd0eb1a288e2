"""How the names of layers are kept when a block replaces them.

Unfolding puts the name of a use before the names within: conv2_block1 and 0_bn make
conv2_block1_0_bn. Names in unnamed uses are unchanged, except for a number. So names fold if each
window has its own prefix and the rests are the same, or if they are the same; any others can become
parameters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kspec.spec.fold.items import Item, Network, Parameter
from kspec.spec.fold.parameters import MAX_PARAMETERS

__all__ = ["Naming", "exposes", "namings"]

MAX_CHOICES = 3


@dataclass(frozen=True)
class Naming:
    """One way to name: the usable windows, the name of each use, and the names within.

    `varying` are the places whose name is a parameter.
    """

    members: tuple[int, ...]
    uses: tuple[str | None, ...]
    names: tuple[str | None, ...]
    varying: tuple[int, ...] = ()


def namings(windows: Sequence[Sequence[Item]], networks: Sequence[Network]) -> list[Naming]:
    """The ways to name windows of one shape, those with the most windows first."""
    everything = tuple(range(len(windows)))
    named = [place for place, item in enumerate(windows[0]) if item.name is not None]
    if not named:
        nothing = (None,) * len(windows[0])
        return [Naming(everything, (None,) * len(windows), nothing)]
    ways = [*_prefixed(windows, networks, named), *_alike(windows, named)]
    ways.sort(key=lambda way: -len(way.members))
    ways = ways[:MAX_CHOICES]
    if not ways or len(ways[0].members) < len(windows):
        way = _as_parameters(windows, named, everything)
        if len(way.varying) <= MAX_PARAMETERS:
            ways.append(way)
    return ways


def exposes(item: Item) -> bool:
    """Whether unfolding would put the label of a use before a name of or within this item."""
    if item.name is not None:
        return True
    inside = item.block or (item.inner if item.is_repeat else None)
    return inside is not None and any(exposes(each) for each in inside.items)


def _prefixed(
    windows: Sequence[Sequence[Item]], networks: Sequence[Network], named: Sequence[int]
) -> list[Naming]:
    groups: dict[tuple[str | None, ...], list[tuple[int, str]]] = defaultdict(list)
    for number, items in enumerate(windows):
        splits = _splits([items[place] for place in named])
        if not splits or any(item.name is None and exposes(item) for item in items):
            continue
        around = set(networks[number].items) - set(items)
        if any(isinstance(item.name, Parameter) for item in around):
            continue  # It is not known here which prefixes are taken.
        taken = networks[number].labels() - {item.name for item in items}
        for prefix, rests in splits:
            if prefix not in taken:
                groups[rests].append((number, prefix))
    return [
        Naming(
            tuple(number for number, _ in group),
            tuple(prefix for _, prefix in group),
            _at(named, rests, len(windows[0])),
        )
        for rests, group in groups.items()
        if len(group) > 1
    ]


def _splits(items: Sequence[Item]) -> list[tuple[str, tuple[str | None, ...]]]:
    """Every prefix that the names of all `items` share, with the rest of each name.

    The name of a use that is the prefix itself is left out: the names within get the prefix.
    """
    splits: list[tuple[str, tuple[str | None, ...]]] = []
    names = [item.name for item in items]
    first = names[0]
    if not isinstance(first, str):
        return []
    cuts = [index for index, letter in enumerate(first) if letter == "_" and index]
    for prefix in (*(first[:cut] for cut in cuts), first):
        rests: list[str | None] = []
        for item, name in zip(items, names, strict=True):
            if not isinstance(name, str):
                return []
            if name == prefix and item.block is not None:
                rests.append(None)
            elif name.startswith(f"{prefix}_") and len(name) > len(prefix) + 1:
                rests.append(name[len(prefix) + 1 :])
            else:
                break
        if len(rests) == len(items):
            splits.append((prefix, tuple(rests)))
    return splits


def _alike(windows: Sequence[Sequence[Item]], named: Sequence[int]) -> list[Naming]:
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, items in enumerate(windows):
        names = [items[place].plain_name for place in named]
        texts = tuple(name for name in names if isinstance(name, str))
        # Two names of one list may differ only in their number.
        if len(set(texts)) == len(names):
            groups[texts].append(number)
    return [
        Naming(tuple(group), (None,) * len(group), _at(named, texts, len(windows[0])))
        for texts, group in groups.items()
        if len(group) > 1
    ]


def _as_parameters(
    windows: Sequence[Sequence[Item]], named: Sequence[int], members: tuple[int, ...]
) -> Naming:
    names: list[str | None] = [None] * len(windows[0])
    varying: list[int] = []
    for place in named:
        name = windows[0][place].name
        if isinstance(name, str) and all(items[place].name == name for items in windows):
            names[place] = name
        else:
            varying.append(place)
    return Naming(members, (None,) * len(members), tuple(names), tuple(varying))


def _at(places: Sequence[int], names: Sequence[str | None], length: int) -> tuple[str | None, ...]:
    by_place = dict(zip(places, names, strict=True))
    return tuple(by_place.get(place) for place in range(length))
