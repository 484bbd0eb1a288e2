"""Candidates for blocks from windows of one shape, and how many characters they save."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kspec.spec.fold.items import Block, Item, Network, Parameter, Tensor, before
from kspec.spec.fold.naming import Naming, namings
from kspec.spec.fold.parameters import Assigned, assign
from kspec.spec.fold.values import Value, values_of
from kspec.spec.fold.windows import Line, Window
from kspec.spec.fold.write import escaped, write_network
from kspec.spec.printing import to_text

__all__ = ["LATE", "Candidate", "Judge", "begins_late", "print_cost"]

MAX_OUTPUTS = 3

_FOLLOWING = frozenset(
    ("Activation", "Add", "Dropout", "ELU", "LeakyReLU", "Multiply", "PReLU", "ReLU", "Softmax")
)

# Penalties on the gain of a block that begins with what should have ended the one before; that has
# several inputs or outputs; and whose uses must give the names of its layers.
LATE, SEVERAL, LABELLED = 0.9, 0.75, 0.6

# The printed characters around a use and around a block.
_USE, _BLOCK = (
    len('    {"block": "block_1"},\n'),
    len('    "block_1": {\n"layers": [\n]\n},\n') + 16,
)
_INDENT, _OUTPUTS, _INPUT_NAMES = 4, 24, 26


@dataclass(frozen=True)
class Candidate:
    """A possible block. `outputs` are places within it, None for its last item."""

    windows: tuple[tuple[Line, int], ...]
    length: int
    naming: Naming
    assigned: Assigned
    outputs: tuple[tuple[int, int | None], ...] | None
    gain: float

    @property
    def is_one_layer(self) -> bool:
        """Whether the block would only be another name for a layer."""
        return self.length == 1 and not self.items(0)[0].is_repeat

    def items(self, number: int) -> list[Item]:
        """The items of one of the windows."""
        line, start = self.windows[number]
        return line.network.items[start : start + self.length]


class Judge:
    """Judges the worth of windows; caches the cost of items."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.sums = {id(line): _sums(line.network) for line in lines}
        self.values: dict[Item, list[Value]] = {}
        self.found: dict[int, Candidate | None] = {}

    def cost(self, line: Line, start: int, length: int) -> int:
        """The printed characters of a window as it is."""
        sums = self.sums[id(line)]
        return sums[start + length] - sums[start]

    def bound(self, window: Window) -> int:
        """An upper bound of the gain of a window."""
        apart = _apart(window)
        costs = [self.cost(line, start, window.length) for line, start in apart]
        return sum(costs) - max(costs, default=0) - len(apart) * _USE - _BLOCK

    def best(self, window: Window) -> Candidate | None:
        """The best block of windows of one shape; None if there is none."""
        line, start = window.starts[0]
        number = line.chains[start][window.length - 1]
        if number not in self.found:
            self.found[number] = self._best(window)
        return self.found[number]

    def _best(self, window: Window) -> Candidate | None:
        apart = _apart(window)
        first, start = apart[0]
        items = first.network.items[start : start + window.length]
        if window.length == 1 and items[0].block is not None:
            return None
        apart, outputs = _outputs(apart, window.length)
        if (
            not first.inputs(start, start + window.length)
            or len(apart) < 2
            or (outputs is not None and len(outputs) > MAX_OUTPUTS)
        ):
            return None
        windows = [line.network.items[at : at + window.length] for line, at in apart]
        ways = namings(windows, [line.network for line, _ in apart])
        judged = (self.judged(apart, window.length, outputs, way) for way in ways)
        return max(filter(None, judged), key=lambda each: each.gain, default=None)

    def judged(
        self,
        apart: Sequence[tuple[Line, int]],
        length: int,
        outputs: tuple[tuple[int, int | None], ...] | None,
        naming: Naming,
    ) -> Candidate | None:
        windows = tuple(apart[number] for number in naming.members)
        columns = list(
            zip(*(self.row(line, at, length, naming) for line, at in windows), strict=True)
        )
        assigned = assign(columns, len(windows))
        if assigned is None:
            return None
        saved = float(-_BLOCK - _INDENT * length)
        first, start = windows[0]
        inputs = len(first.inputs(start, start + length))
        saved -= self.cost(first, start, length)
        saved -= len(json.dumps(escaped(assigned.parameters))) + 20 if assigned.parameters else 0
        saved -= _INPUT_NAMES if inputs > 1 else 0
        saved -= _OUTPUTS if outputs is not None else 0
        for place, parameter in assigned.places.items():
            saved += len(columns[place][0].text) - len(parameter.text) - 2
        for (line, at), use, label in zip(windows, assigned.uses, naming.uses, strict=True):
            saved += self.cost(line, at, length) - _USE
            saved -= _printed(use) + _inputs(line, at, length)
            saved -= 0 if label is None else len(label) + 12
        if saved > 0 and begins_late(first.network.items[start]):
            saved *= LATE
        if saved > 0 and (inputs > 1 or outputs is not None):
            saved *= SEVERAL
        if saved > 0 and naming.varying:
            saved *= LABELLED
        return Candidate(windows, length, naming, assigned, outputs, saved)

    def row(self, line: Line, start: int, length: int, naming: Naming) -> list[Value]:
        """The values of a window: those of its items, then the names that vary."""
        row: list[Value] = []
        items = line.network.items[start : start + length]
        for item in items:
            if item not in self.values:
                self.values[item] = list(values_of(item))
            row += self.values[item]
        for place in naming.varying:
            name = items[place].name
            text = name.text if isinstance(name, Parameter) else json.dumps(name)
            row.append(Value("name", name, text))
        return row


def begins_late(item: Item) -> bool:
    """Whether a block or a round that begins with `item` probably begins too late."""
    inside = item.block or (item.inner if item.is_repeat else None)
    if inside is not None:
        return begins_late(inside.items[0])
    return item.type in _FOLLOWING or item.type.endswith("Normalization")


def _apart(window: Window) -> list[tuple[Line, int]]:
    """Windows that do not overlap, chosen from the left."""
    ends: dict[int, int] = {}
    apart: list[tuple[Line, int]] = []
    for line, start in window.starts:
        if start >= ends.get(id(line), 0):
            ends[id(line)] = start + window.length
            apart.append((line, start))
    return apart


def _outputs(
    windows: list[tuple[Line, int]], length: int
) -> tuple[list[tuple[Line, int]], tuple[tuple[int, int | None], ...] | None]:
    """The usable windows, and the outputs of a block of them: None for its last item."""
    each = [line.outputs(start, start + length) for line, start in windows]
    if all(place == length - 1 for outputs in each for place, _ in outputs):
        return windows, None
    # A repeat, or a block without "outputs", returns the output of its last item.
    good = [
        number
        for number, (line, start) in enumerate(windows)
        if start + length < len(line.network.items) or not _gives_its_last(line.network)
    ]
    outputs = {output for number in good for output in each[number]}
    ordered = sorted(
        outputs, key=lambda output: (output[0], -1 if output[1] is None else output[1])
    )
    if all(place == length - 1 for place, _ in ordered):
        return [windows[number] for number in good], None
    return [windows[number] for number in good], tuple(ordered)


def _gives_its_last(network: Network) -> bool:
    return network.is_repeated or (isinstance(network, Block) and network.outputs is None)


def _sums(network: Network) -> list[int]:
    sums = [0]
    for written in write_network(network):
        sums.append(sums[-1] + print_cost(written))
    return sums


def print_cost(written: Any) -> int:
    """The printed characters of an item at the top level of a spec."""
    return len(to_text(written, _INDENT)) + _INDENT + len(",\n")


def _printed(use: Mapping[str, Any]) -> int:
    return len(json.dumps(escaped(dict(use)), ensure_ascii=False)) if use else 0


def _inputs(line: Line, start: int, length: int) -> int:
    """The printed characters of "inputs" in a use."""
    inputs = line.inputs(start, start + length)
    if before(line.network, start) == tuple(inputs):
        return 0
    return 12 + sum(_reference(tensor) for tensor in inputs) + (2 if len(inputs) > 1 else 0)


def _reference(tensor: Tensor) -> int:
    name = tensor.source.name if isinstance(tensor.source, Item) else tensor.source
    return len(name) + 4 if isinstance(name, str) else 7
