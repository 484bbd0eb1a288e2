"""The statements of one Python function, from the items of a list."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from kspec.spec.catalog import operation_of
from kspec.spec.catalog.backbone import BACKBONE
from kspec.spec.eject.calls import called, gives_several, operation
from kspec.spec.eject.code import INDENT, Call, Expression, flat, lines
from kspec.spec.eject.items import Block, Item, Network, Tensor
from kspec.spec.eject.names import Names, identifier
from kspec.spec.eject.objects import Source, made, value
from kspec.spec.eject.read import CannotFollowError
from kspec.spec.eject.row import is_row, sequential
from kspec.spec.eject.scope import Scope, inline, resolved
from kspec.spec.eject.variables import Variables

__all__ = ["Function"]


class Functions(Protocol):
    """The other functions of the script."""

    def block(self, block: Block) -> tuple[str, dict[str, str]]: ...

    def nested(self, item: Item) -> str: ...

    def backbone(self, item: Item) -> str: ...


@dataclass
class Function:
    """Writes the items of a list whose variables are known.

    Within a block or a repeat layers get no name, since names must be unique in a model.
    """

    functions: Functions
    names: Names
    variables: Variables
    scope: Scope
    within_block: bool = False
    objects: dict[Item, str] = field(default_factory=dict)

    def lines(self, network: Network, depth: int = 1) -> list[str]:
        """The items as statements."""
        return [line for item in network.items for line in self.statement(item, depth)]

    def returning(self, block: Block) -> list[str]:
        """The body of a function that returns the outputs of the block."""
        *most, last = block.items
        body = [line for item in most for line in self.statement(item, 1)]
        given = block.outputs or (Tensor(last),)
        if given == (Tensor(last),) and not (last.is_repeat or last.is_shared):
            return body + self.statement(last, 1, "return ")
        texts = ", ".join(self.text(tensor) for tensor in given)
        return [*body, *self.statement(last, 1), f"{INDENT}return {texts}"]

    def text(self, tensor: Tensor) -> str:
        """The source text of a tensor."""
        text = self.variables.of[tensor.source].text
        if tensor.output is None:
            return text
        if isinstance(tensor.source, Item):
            several = tensor.source.gives > 1 or tensor.output or gives_several(tensor.source)
            return f"{text}[{tensor.output}]" if several else text
        return text if tensor.output == 0 else f"{text}[{tensor.output}]"

    def statement(self, item: Item, depth: int, start: str | None = None) -> list[str]:
        """An item as lines; its output is assigned to a variable, or follows the text `start`."""
        if item.is_repeat:
            return self.loop(item, depth)
        before: list[str] = []
        if item.is_shared or (item.inner is not None and item.arguments.get("trainable") is False):
            before = self.make(item, depth)
        if start is None:
            start = f"{self.variables.of[item].text} = "
        return before + lines(self.call(item), start, depth=depth)

    def make(self, item: Item, depth: int) -> list[str]:
        """A layer assigned to a variable of its own, to be called more than once or frozen."""
        name = self.objects[item] = self.names.new(identifier(item.name or item.type))
        text = lines(self.layer(item), f"{name} = ", depth=depth)
        if item.inner is not None and item.arguments.get("trainable") is False:
            text.append(f"{INDENT * depth}{name}.trainable = False")
        return text

    def call(self, item: Item) -> Expression:
        if item.block is not None:
            return self.use(item, item.block)
        if operation_of(item.type) is not None:
            return operation(item, resolved(item.arguments, self.scope), self.text)
        target = item.shares or item
        if operation_of(target.type) is not None:
            return operation(
                replace(target, takes=item.takes), resolved(target.arguments, self.scope), self.text
            )
        layer = self.objects[target] if target in self.objects else self.layer(item)
        return called(layer, target.type, item.takes, self.text)

    def layer(self, item: Item) -> Expression:
        """The expression that makes the layer of an item."""
        if item.inner is not None:
            if is_row(item.inner):
                return sequential(item.inner, self.scope, self.name(item))
            if self.within_block:
                raise CannotFollowError
            takes = item.takes if isinstance(item.takes, dict) else {"input": item.takes}
            return Call(self.functions.nested(item), tuple(map(self.only, takes.values())))
        if item.type == BACKBONE:
            if self.within_block:
                raise CannotFollowError
            return Call(self.functions.backbone(item), (self.only(_one(item.takes)),))
        name = self.name(item)
        arguments = {**item.arguments, **({"name": name} if name else {})}
        return made("layers", item.type, resolved(arguments, self.scope))

    def name(self, item: Item) -> str | None:
        return None if self.within_block else item.name

    def only(self, takes: Any) -> str:
        """The source text of the one tensor in `takes`."""
        while isinstance(takes, list):
            (takes,) = takes
        return self.text(takes)

    def use(self, item: Item, block: Block) -> Expression:
        """The call of a block's function: required parameters by position, the others by name."""
        name, parameters = self.functions.block(block)
        given = {key: resolved(each, self.scope) for key, each in item.arguments.items()}
        for key, each in given.items():
            inline(key, each)
        required = [key for key, default in block.parameters.items() if default is None]
        takes = [self.text(tensor) for tensor in item.takes]
        return Call(
            name,
            (*takes, *(value(key, given[key], "layers") for key in required)),
            tuple(
                (parameters[key], value(key, each, "layers"))
                for key, each in given.items()
                if key not in required
            ),
        )

    def loop(self, item: Item, depth: int) -> list[str]:
        """A repeat as a loop: each round takes the output of the one before it."""
        assert item.inner is not None
        (enters,) = item.takes
        (entering,) = item.inner.entering
        variable, before = self.variables.of[entering].text, self.text(enters)
        first = [f"{INDENT * depth}{variable} = {before}"] if variable != before else []
        scope, index = dict(self.scope), "_"
        if item.index is not None:
            index = self.names.new(identifier(item.index))
            scope[item.index] = Source(index)
        times = flat(value("repeat", resolved(item.times, self.scope)))
        head = f"{INDENT * depth}for {index} in range({times}):"
        inner = replace(self, scope=scope, within_block=True)
        result = self.variables.of[item].text
        last = [f"{INDENT * depth}{result} = {variable}"] if result != variable else []
        return [*first, head, *inner.lines(item.inner, depth + 1), *last]


def _one(takes: Any) -> Any:
    """The one tensor that a layer takes, under whatever keyword."""
    return next(iter(takes.values())) if isinstance(takes, dict) else takes
