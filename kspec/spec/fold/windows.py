"""Windows of equal shape: stretches of lists that could be uses of one block."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from kspec.spec.fold.items import Item, Network, Tensor
from kspec.spec.fold.parameters import MAX_PARAMETERS
from kspec.spec.fold.shape import Shapes, places_of

__all__ = ["MAX_LENGTH", "Line", "Window", "find_windows"]

MAX_LENGTH = 400
MAX_INPUTS = 4


@dataclass(eq=False)
class Line:
    """A list as the search sees it: for each item its shape and which tensors it needs.

    `users` are the places that need an item, with the output that they need; the end of the list if
    it is an output of the list.
    """

    network: Network
    shapes: list[int]
    needs: list[list[tuple[int, Tensor]]]
    users: list[list[tuple[int, int | None]]]
    shared: list[int | None]
    chains: list[list[int]] = field(default_factory=list)

    @classmethod
    def of(cls, network: Network, shapes: Shapes) -> Line:
        places = places_of(network)

        def place(tensor: Tensor) -> int:
            return places[tensor.source] if isinstance(tensor.source, Item) else -1

        items = network.items
        needs = [[(place(tensor), tensor) for tensor in item.given()] for item in items]
        shared = [None if item.shares is None else place(item.shares) for item in items]
        users: list[list[tuple[int, int | None]]] = [[] for _ in items]
        for index, each in enumerate(needs):
            for source, tensor in each:
                if source >= 0:
                    users[source].append((index, tensor.output))
        for tensor in network.given():
            if place(tensor) >= 0:
                users[place(tensor)].append((len(items), tensor.output))
        return cls(network, [shapes.of(item) for item in items], needs, users, shared)

    def outputs(self, start: int, end: int) -> set[tuple[int, int | None]]:
        """The outputs of the items from `start` to before `end` that are needed outside: place
        within the window, and which output."""
        return {
            (place - start, output)
            for place in range(start, end)
            for user, output in self.users[place]
            if user >= end
        }

    def inputs(self, start: int, end: int) -> list[Tensor]:
        """The tensors that the items from `start` to before `end` need from outside, in order."""
        found: dict[Tensor, None] = {}
        for place in range(start, end):
            for source, tensor in self.needs[place]:
                if source < start:
                    found.setdefault(tensor)
        return list(found)


@dataclass(frozen=True)
class Window:
    """The starts of windows of one shape, and their length."""

    length: int
    starts: tuple[tuple[Line, int], ...]


@dataclass(eq=False)
class _Growing:
    """A window while it grows to the right: the number of its shape, what it takes from outside,
    and the names in it: how many, their common prefix, the number of all of them, and which are of
    uses of blocks."""

    line: Line
    start: int
    number: int = -1
    outside: dict[Tensor, int] = field(default_factory=dict)
    count: int = 0
    prefix: str | None = None
    names: int = -1
    uses: set[str] = field(default_factory=set)

    def grow(self, place: int, shapes: Shapes) -> bool:
        """Add the item at `place`; false if no block can hold it."""
        line, start = self.line, self.start
        shared = line.shared[place]
        if shared is not None and shared < start:
            return False  # A Shared must stay in the list of the layer that it calls.
        refers: list[tuple[int, int | None]] = []
        for source, tensor in line.needs[place]:
            if source >= start:
                refers.append((source - start, tensor.output))
            else:
                outside = self.outside.setdefault(tensor, len(self.outside))
                refers.append((-1 - outside, None))
        if len(self.outside) > MAX_INPUTS:
            return False
        self.number = shapes.number((self.number, line.shapes[place], tuple(refers)))
        item = line.network.items[place]
        if item.name is not None:
            self.count += 1
            self.names = shapes.number(("names", self.names, item.plain_name))
            name = item.name if isinstance(item.name, str) else ""
            self.prefix = name if self.prefix is None else _common(self.prefix, name)
            if item.block is not None:
                self.uses.add(name)
        return True

    @property
    def needs_alike(self) -> bool:
        """Whether only a window with the same names could share a block with this one: there are
        too many names for parameters, and no common prefix for the name of a use."""
        prefix = self.prefix or ""
        has_prefix = "_" in prefix[1:] or prefix in self.uses
        return self.count > MAX_PARAMETERS and not has_prefix


def find_windows(lines: Sequence[Line], shapes: Shapes) -> list[Window]:
    """Every shape of window that occurs at least twice, the longest last.

    Fills `chains` of each line: for each start the numbers of the shapes of the windows of length
    1, 2, 3, … as far as another like it was found.
    """
    for line in lines:
        line.chains = [[] for _ in line.shapes]
    live = [_Growing(line, start) for line in lines for start in range(len(line.shapes))]
    found: list[Window] = []
    for length in range(1, MAX_LENGTH + 1):
        groups: dict[int, list[_Growing]] = defaultdict(list)
        for each in live:
            place = each.start + length - 1
            if place < len(each.line.shapes) and each.grow(place, shapes):
                groups[each.number].append(each)
        live = []
        for number, group in groups.items():
            alike = Counter(each.names for each in group)
            good = [each for each in group if not each.needs_alike or alike[each.names] > 1]
            if len(good) > 1:
                live += good
                found.append(Window(length, tuple((each.line, each.start) for each in good)))
                for each in good:
                    each.line.chains[each.start].append(number)
        if not live:
            break
    return found


def _common(one: str, other: str) -> str:
    """The common prefix of two names."""
    if other.startswith(one):
        return one
    pairs = enumerate(zip(one, other, strict=False))
    end = next((place for place, (left, right) in pairs if left != right), len(other))
    return one[:end]
