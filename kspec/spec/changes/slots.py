"""The overlay of two lists of layers: a slot for each layer of either, or of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.spec.changes.align import align
from kspec.spec.changes.atom import ABSENT, Atom, State
from kspec.spec.changes.parts import Network, Part

__all__ = ["Overlay", "Slot", "overlay"]


@dataclass(frozen=True, eq=False)
class Slot:
    """A place in the overlay: a layer of one network, of the other, or of both."""

    number: int
    before: Part | None
    after: Part | None
    part: str
    path: tuple[int, ...]
    inner: Overlay | None = None

    @property
    def own(self) -> Part:
        """The layer; if both networks have it, that of the first."""
        part = self.before if self.before is not None else self.after
        assert part is not None
        return part

    @property
    def is_both(self) -> bool:
        """Whether both networks have it."""
        return self.before is not None and self.after is not None

    @property
    def presence(self) -> Atom:
        """The atom that adds or removes the layer."""
        return Atom("removed" if self.after is None else "added", self.part, self.path)

    def is_there(self, state: State) -> bool:
        """Whether the layer is present in `state`."""
        return self.is_both or (self.presence in state) == (self.before is None)

    @property
    def renaming(self) -> Atom:
        """The atom that renames the layer."""
        before, after = self.before, self.after
        assert before is not None and after is not None
        return Atom("name", self.part, self.path, "name", before.name, after.name)

    def name(self, state: State) -> str | None:
        """The name that the spec states in `state`; None if it states none."""
        if self.before is None or self.after is None:
            return self.own.name
        return (self.after if self.renaming in state else self.before).name

    def arguments(self) -> Iterator[Atom]:
        """An atom for each argument that differs."""
        if self.before is None or self.after is None:
            return
        before, after = self.before.arguments, self.after.arguments
        for key in dict.fromkeys([*before, *after]):
            values = before.get(key, ABSENT), after.get(key, ABSENT)
            if values[0] is ABSENT or values[1] is ABSENT or values[0] != values[1]:
                yield Atom("argument", self.part, self.path, key, *values)

    def atoms(self) -> Iterator[Atom]:
        """Everything that differs in this layer itself, apart from its inputs."""
        if not self.is_both:
            yield self.presence
            return
        yield from self.arguments()
        assert self.before is not None and self.after is not None
        if self.before.name != self.after.name:
            yield self.renaming


@dataclass(frozen=True, eq=False)
class Overlay:
    """Two networks in one. `places` maps the layers of each network to their slots."""

    before: Network
    after: Network
    slots: tuple[Slot, ...]
    places: tuple[dict[int, int], dict[int, int]]
    part: str
    path: tuple[int, ...]

    def all_slots(self) -> Iterator[Slot]:
        """The slots, including those of nested networks."""
        for slot in self.slots:
            yield slot
            if slot.inner is not None:
                yield from slot.inner.all_slots()

    def networks(self) -> Iterator[Overlay]:
        """This overlay and all those nested in it."""
        yield self
        for slot in self.slots:
            if slot.inner is not None:
                yield from slot.inner.networks()


def overlay(before: Network, after: Network, part: str, path: tuple[int, ...] = ()) -> Overlay:
    """Overlay `after` on `before`, keeping the order of both, so that inputs precede consumers."""
    slots: list[Slot] = []
    places: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for one, other in align(before.parts, after.parts):
        left = before.parts[one] if one is not None else None
        right = after.parts[other] if other is not None else None
        if left is not None and right is not None and not _share_alike(left, right, places):
            pairs: list[tuple[Part | None, Part | None]] = [(left, None), (None, right)]
        else:
            pairs = [(left, right)]
        for a, b in pairs:
            number = len(slots)
            inner = None
            if a is not None and b is not None and a.inner is not None and b.inner is not None:
                inner = overlay(a.inner, b.inner, part, (*path, number))
            slots.append(Slot(number, a, b, part, (*path, number), inner))
            if a is not None:
                places[0][a.index] = number
            if b is not None:
                places[1][b.index] = number
    return Overlay(before, after, tuple(slots), places, part, path)


def _share_alike(one: Part, other: Part, places: tuple[dict[int, int], dict[int, int]]) -> bool:
    """Whether two Shared layers call the same layer; true if they are not both Shared."""
    if one.shares is None or other.shares is None:
        return True
    return places[0][one.shares] == places[1][other.shares]
