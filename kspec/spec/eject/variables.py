"""Assigns a variable to the output of each item of a list.

The main path through a network is `x`. An output that is needed again later is named as in the
spec; without a name it is `skip` if a merge takes it later, `branch` if several branches begin at
one tensor, and otherwise `y`. A variable is reused when its value is no longer needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from kspec.spec.eject.items import Entering, Item, Network, Tensor, around
from kspec.spec.eject.names import Names, identifier
from kspec.spec.within import within

__all__ = ["Variable", "Variables"]

Holds = Item | Entering


@dataclass(eq=False)
class Variable:
    """A variable of one function; `text` is its name once all are known."""

    kind: str
    text: str = ""


@dataclass
class Variables:
    """The variables of one function."""

    names: Names
    of: dict[Holds, Variable] = field(default_factory=dict)
    made: list[Variable] = field(default_factory=list)

    def fixed(self, source: Holds, text: str) -> Variable:
        """A variable with the given name `text` for `source`."""
        variable = Variable("fixed", text)
        self.of[source] = variable
        return variable

    def allot(
        self,
        network: Network,
        *,
        result: Variable | None = None,
        kept: Iterable[Holds] = (),
        busy: Iterable[Variable] = (),
    ) -> None:
        """Assign a variable to each item of `network`.

        `result` is the variable of the last item; what is `kept` is needed to the end, and `busy`
        variables hold something that is needed elsewhere.
        """
        _Allotment(self, network, result, set(kept), set(busy)).run()

    def name_all(self) -> None:
        """Name the variables by their kind, with a number if there are several of a kind."""
        for kind in ("skip", "branch"):
            same = [each for each in self.made if each.kind == kind]
            for number, variable in enumerate(same, start=1):
                wanted = kind if len(same) == 1 else f"{kind}_{number}"
                variable.text = self.names.new(wanted)
        others = [each for each in self.made if each.kind == "y"]
        for number, variable in enumerate(others, start=1):
            # The names "x" and "y" are reserved for this.
            variable.text = "y" if number == 1 else self.names.new(f"y_{number}")

    def variable(self, kind: str) -> Variable:
        variable = Variable(kind)
        self.made.append(variable)
        return variable


@dataclass
class _Allotment:
    all: Variables
    network: Network
    result: Variable | None
    kept: set[Holds]
    busy: set[Variable]
    readers: dict[Holds, list[int]] = field(default_factory=dict)
    held: dict[Variable, Holds] = field(default_factory=dict)

    def run(self) -> None:
        items = self.network.items
        end = len(items)
        for index, item in enumerate(items):
            for tensor in (*within(item.takes, Tensor), *around(item)):
                self.reads(tensor.source, index)
        given = self.network.outputs or (Tensor(items[-1]),)
        for tensor in given:
            self.reads(tensor.source, end)
        for source in self.kept:
            self.reads(source, end + 1)
        for entering in self.network.entering:
            self.held[self.all.of[entering]] = entering
        for index, item in enumerate(items):
            if item.is_repeat:
                self.repeat(index, item)
            else:
                self.hold(self.choose(index, item), item)

    def reads(self, source: Holds, index: int) -> None:
        places = self.readers.setdefault(source, [])
        if index not in places:
            places.append(index)

    def hold(self, variable: Variable, item: Item) -> None:
        self.all.of[item] = variable
        self.held[variable] = item

    def choose(self, index: int, item: Item) -> Variable:
        if self.result is not None and index == len(self.network.items) - 1:
            return self.result
        own = self.own_name(index, item)
        if own is not None:
            return own
        sources = [tensor.source for tensor in within(item.takes, Tensor)]
        first = sources[0] if sources else None
        if len(set(sources)) == 1 and first is not None:
            if self.begins_branches(first):
                return self.register("branch", index)
            before = self.all.of[first]
            if before.kind in ("branch", "y") and self.is_free(before, index):
                return before
        if self.is_skip(index, item):
            return self.register("skip", index)
        x = self.x()
        if self.is_free(x, index):
            return x
        for source in sources:
            before = self.all.of[source]
            if before.kind in ("branch", "y") and self.is_free(before, index):
                return before
        return self.register("y", index)

    def own_name(self, index: int, item: Item) -> Variable | None:
        """A variable named like the item, if it is needed further down and the name is free."""
        if item.name is None or item.is_shared or self.readers.get(item, []) == [index + 1]:
            return None
        if identifier(item.name) in self.all.names:
            return None
        variable = self.all.variable("named")
        variable.text = self.all.names.new(identifier(item.name))
        return variable

    def repeat(self, index: int, item: Item) -> None:
        """Assign one variable to what enters a loop and to the result of each round."""
        (enters,) = item.takes
        within = {tensor.source for tensor in around(item)}
        result = self.result if index == len(self.network.items) - 1 else None
        variable = result
        if variable is None or not self.is_free(variable, index, within):
            variable = self.loop_variable(index, enters, within)
        assert item.inner is not None
        live = {held for held in self.held if not self.is_free(held, index)}
        busy = self.busy | live | {self.all.of[source] for source in within}
        (entering,) = item.inner.entering
        self.all.of[entering] = variable
        # (If the two differ, the result is assigned after the loop.)
        self.hold(result or variable, item)
        self.all.allot(item.inner, result=variable, busy=busy - {variable})

    def loop_variable(self, index: int, enters: Tensor, within: set[Holds]) -> Variable:
        before = self.all.of[enters.source]
        if before.kind in ("x", "y", "branch") and self.is_free(before, index, within):
            return before
        x = self.x()
        return x if self.is_free(x, index, within) else self.register("y", index, within)

    def begins_branches(self, source: Holds) -> bool:
        """Whether two or more branches begin at this tensor."""
        return len(self.branches(source)) > 1

    def is_skip(self, index: int, item: Item) -> bool:
        """Whether a merge further down also takes the item's output, beside the main path."""
        readers = self.readers.get(item, [])
        return len(readers) > 1 and len(self.branches(item)) < 2

    def branches(self, source: Holds) -> list[int]:
        """The items that take this tensor and nothing else."""
        items = self.network.items
        return [
            index
            for index in self.readers.get(source, [])
            if index < len(items)
            and len({tensor.source for tensor in within(items[index].takes, Tensor)}) == 1
        ]

    def register(self, kind: str, index: int, within: Collection[Holds] = ()) -> Variable:
        for variable in self.all.made:
            if variable.kind == kind and self.is_free(variable, index, within):
                return variable
        return self.all.variable(kind)

    def x(self) -> Variable:
        for variable in (*self.all.of.values(), *self.all.made):
            if variable.text == "x":
                return variable
        variable = self.all.variable("x")
        variable.text = "x"
        return variable

    def is_free(self, variable: Variable, index: int, within: Collection[Holds] = ()) -> bool:
        """Whether nothing after the item at `index` needs the value of the variable.

        What is used `within` a loop is needed until its last round.
        """
        if variable in self.busy:
            return False
        held = self.held.get(variable)
        return held is None or (held not in within and max(self.readers.get(held, [-1])) <= index)
