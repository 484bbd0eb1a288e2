"""Resolves references while a spec unfolds; a list of layers sees its own items and inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kspec.errors import Place
from kspec.spec.expansion.complaints import Complaints, did_you_mean, listed
from kspec.spec.graph.reference import FORMS, read_reference
from kspec.spec.naming import name_fault
from kspec.spec.node import Node

__all__ = ["Entry", "LayerList", "Tensor", "Tensors", "brought_in", "spliced"]


@dataclass(eq=False)
class Entry:
    """A layer of the flat list.

    `takes` is what its `inputs` stand for (see `LayerList.read`), `shares` the layer that a Shared
    calls, `within` the labels of the block uses around it, None for a layer of the list itself,
    `outputs` the number of outputs of a Model, 1 for any other layer.
    """

    node: Node
    takes: Any = None
    shares: Entry | None = None
    within: tuple[str, ...] | None = None
    outputs: int = 1


@dataclass(frozen=True)
class Tensor:
    """A tensor of the flat list: of an entry, or the model input of that name."""

    source: Entry | str
    output: int | None = None


Tensors = tuple[Tensor, ...]


@dataclass
class LayerList:
    """A list of layers that is being unfolded.

    `entering` are the tensors that enter it, by their names within it; `results` the outputs of
    each item so far; `labels` the index of each named item so far; `outer` is the list around a
    repeat, which its items see too; `users` are the places that use the list; `refused` invalid
    names of items; `later` the index and place of every named item in the whole list.
    """

    entering: dict[str, Tensors]
    complain: Complaints
    outer: LayerList | None = None
    users: tuple[Place, ...] = ()
    where: str = "the spec"
    results: list[Tensors] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    later: dict[str, tuple[int, Place]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def says(self, place: Place, message: str, code: str) -> None:
        self.complain(brought_in(place, self.users), message, code)

    def label(self, name: Node) -> None:
        """Call the next item `name`."""
        fault = name_fault(name.value)
        if fault is not None:
            self.says(name.place, fault, "bad-name")
            self.refused.add(name.value)
        elif name.value in self.labels:
            self.says(
                name.place, f'another item of this list is called "{name.value}"', "duplicate-name"
            )
        elif name.value in self.entering:
            self.says(name.place, f'an input is called "{name.value}" already', "duplicate-name")
        else:
            self.labels[name.value] = len(self.results)

    def before(self) -> Tensors:
        """The outputs of the last item so far, which the next one takes by default."""
        return self.results[-1] if self.results else self.enters()

    def the_one_before(self, place: Place, what: str) -> Tensors:
        """As `before`, which must be one tensor."""
        tensors = self.before()
        if len(tensors) != 1:
            how = (
                f"inputs are {listed(self.entering)}"
                if not self.results
                else f'{len(tensors)} tensors come from above: "#-1[0]", "#-1[1]", …'
            )
            self.says(place, f'say with "inputs" what this {what} takes; {how}', "ambiguous-input")
        return tensors[:1]

    def read(self, node: Node, *, keyword: bool = False, alone: bool = False) -> Any:
        """What the references in `node` stand for: Tensors for a text, a number, a list of these,
        or a dict of keywords and these. With `alone` a number is not accepted."""
        value = node.value
        if isinstance(value, str):
            return self.find(value, node.place)
        if isinstance(value, list) and value:
            return [self.read(child) for child in value]
        if isinstance(value, dict) and value and not keyword:
            return {key: self.read(child, keyword=True) for key, child in value.items()}
        is_number = isinstance(value, (int, float)) and (keyword or not isinstance(value, bool))
        if is_number and not alone:
            return value
        message = f'"inputs" must be {FORMS}; or a list or an object of these'
        self.says(node.place, message, "reference")
        return ()

    def find(self, text: str, place: Place) -> Tensors:
        """The tensors that one reference stands for; none, and a problem, if it is invalid."""
        if self.has_refused(text):
            return ()
        reference = read_reference(text)
        if reference is None:
            self.says(place, f'"{text}" is not a reference: write {FORMS}', "reference")
            return ()
        if reference.back is not None:
            found = self.back(reference.back, text, place)
        else:
            found = self.named(str(reference.name), place)
        if reference.output is None or not found:
            return found
        if len(found) > 1:
            if reference.output < len(found):
                return (found[reference.output],)
            message = f'"{text}": there are {len(found)} outputs, counted from 0'
            self.says(place, message, "reference")
            return ()
        if found[0].output is not None:
            self.says(place, f'"{text}": this is a single tensor already', "reference")
            return ()
        return (replace(found[0], output=reference.output),)

    def back(self, count: int, text: str, place: Place) -> Tensors:
        if count <= len(self.results):
            return self.results[-count]
        if count == len(self.results) + 1:
            return self.enters()
        self.says(place, f'"{text}" points above the first item of this list', "reference")
        return ()

    def enters(self) -> Tensors:
        """Everything that enters the list, which its first item takes by default."""
        return tuple(tensor for tensors in self.entering.values() for tensor in tensors)

    def named(self, name: str, place: Place) -> Tensors:
        around: LayerList | None = self
        while around is not None:
            if name in around.entering:
                return around.entering[name]
            if name in around.labels and around.labels[name] < len(around.results):
                return around.results[around.labels[name]]
            if name in around.later:
                index, where = around.later[name]
                if index > len(around.results):
                    line = f", on line {where.line}" if where.line else ""
                    message = f'"{name}" comes further down{line}; '
                elif around is self:
                    message = f'"{name}" is this item itself; '
                else:
                    message = f'"{name}" is the repeat that this is part of; '
                message += "a layer takes only what stands above it"
                self.says(place, message, "circle")
                return ()
            around = around.outer
        known = self.known()
        hint = did_you_mean(name, known, f"; there are {listed(known)}")
        self.says(place, f'{self.where} has no layer "{name}" above{hint}', "unknown-layer")
        return ()

    def has_refused(self, text: str) -> bool:
        """Whether this is a refused name of an item; a reference to it is not a second fault."""
        return text in self.refused or (self.outer is not None and self.outer.has_refused(text))

    def known(self) -> list[str]:
        """The names that an item may use here."""
        return [*self.entering, *self.labels, *(self.outer.known() if self.outer else ())]


def spliced(taken: Any) -> Tensors:
    """The tensors in what was read, flattened, without numbers."""
    return tuple(_tensors(taken))


def _tensors(taken: Any) -> Iterator[Tensor]:
    if isinstance(taken, Tensor):
        yield taken
    elif isinstance(taken, (list, tuple)):
        for part in taken:
            yield from _tensors(part)


def brought_in(place: Place, users: Sequence[Place]) -> Place:
    """`place` with `users` at the end of its chain, the nearest first."""
    if not users:
        return place
    if place.used_by is None:
        return place.used(brought_in(users[0], users[1:]))
    return place.used(brought_in(place.used_by, users))
