"""A network as Python functions: one for each block, and `build_model`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kspec.spec.catalog.backbone import BACKBONE
from kspec.spec.eject.backbone import backbone_function
from kspec.spec.eject.code import Call, Row, lines
from kspec.spec.eject.function import Function
from kspec.spec.eject.items import Block, Item, Network, Tensor
from kspec.spec.eject.literals import literal, quote
from kspec.spec.eject.names import Names, identifier
from kspec.spec.eject.objects import Source
from kspec.spec.eject.read import values_of
from kspec.spec.eject.row import is_row, sequential
from kspec.spec.eject.scope import inline, needs_a_place, resolved
from kspec.spec.eject.variables import Variables
from kspec.spec.models import Input

__all__ = ["NetworkCode", "write_network"]


@dataclass(frozen=True)
class NetworkCode:
    """Constants, and functions of which the last, `build_model`, returns the network."""

    constants: list[str]
    functions: list[list[str]]

    def __len__(self) -> int:
        """The number of lines."""
        return len(self.constants) + sum(len(function) for function in self.functions)

    @property
    def is_sequential(self) -> bool:
        """Whether the network is a row, written as `keras.Sequential`."""
        return self.functions[-1][1].startswith("    return keras.Sequential(")


def write_network(
    name: str, network: Network, inputs: Mapping[str, Input], variables: Mapping[str, Any]
) -> NetworkCode:
    """The code that builds the network.

    `variables` are those of the spec, as written. Raises CannotFollowError for a network that is
    better unfolded.
    """
    return _Script(variables).write(name, network, inputs)


@dataclass
class _Script:
    """The functions of one network while they are written."""

    variables: Mapping[str, Any]
    names: Names = field(default_factory=Names)
    functions: list[list[str]] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    scope: dict[str, Any] = field(default_factory=dict)
    titles: dict[Block | Item, str] = field(default_factory=dict)
    written: dict[Block, dict[str, str]] = field(default_factory=dict)

    def write(self, name: str, network: Network, inputs: Mapping[str, Input]) -> NetworkCode:
        self.read_variables()
        self.entitle(network)
        body = self.model(name, network, inputs)
        functions = [*self.functions, ["def build_model():", *body]]
        constants = [f"{name} = {each}" for name, each in self.needed(functions).items()]
        return NetworkCode(constants, functions)

    def read_variables(self) -> None:
        """Make numbers and texts constants; other values are inserted where they are named."""
        for variable, given in self.variables.items():
            read = resolved(values_of(given), self.scope)
            if isinstance(read, (Mapping, list)) or needs_a_place(read):
                self.scope[variable] = read
            else:
                name = self.names.new(identifier(variable).upper())
                self.constants[name] = read.text if isinstance(read, Source) else literal(read)
                self.scope[variable] = Source(name)

    def entitle(self, network: Network) -> None:
        """Name the functions before anything in them, so that no variable shadows one."""
        for item in network.items:
            if item.block is not None and item.block not in self.titles:
                self.titles[item.block] = self.names.new(identifier(item.block.name))
                self.entitle(item.block)
            if item.type == BACKBONE:
                self.titles[item] = self.names.new(f"build_{identifier(item.name or 'backbone')}")
            if item.inner is not None:
                if not item.is_repeat:
                    title = f"build_{identifier(item.name or 'inner')}"
                    self.titles[item] = self.names.new(title)
                self.entitle(item.inner)

    def needed(self, functions: list[list[str]]) -> dict[str, str]:
        """The constants that the functions use, and those that these use in turn."""
        used = "\n".join(line for function in functions for line in function)
        needed = {}
        for name, text in reversed(self.constants.items()):
            if re.search(rf"\b{name}\b", used):
                needed[name] = text
                used += f"\n{text}"
        return dict(reversed(needed.items()))

    def model(self, name: str, network: Network, inputs: Mapping[str, Input]) -> list[str]:
        """The body of `build_model`."""
        if is_row(network):
            (only,) = inputs.values()
            return lines(sequential(network, self.scope, name, _input(only)), "return ", depth=1)
        names = Names(self.names)
        variables = Variables(names)
        several = len(inputs) > 1
        body: list[str] = []
        for entering in network.entering:
            text = names.new(identifier(entering.name)) if several else "inputs"
            variables.fixed(entering, text)
            named = entering.name if several else None
            body += lines(_input(inputs[entering.name], named), f"{text} = ", depth=1)
        last = network.items[-1]
        is_plain = network.outputs in (None, (Tensor(last),)) and not network.gives_list
        result = variables.fixed(last, "outputs") if is_plain and not last.is_repeat else None
        variables.allot(network, result=result, kept=network.entering)
        variables.name_all()
        function = Function(self, names, variables, self.scope)
        body += function.lines(network)
        given = [function.text(tensor) for tensor in network.outputs or (Tensor(last),)]
        entering_texts = tuple(variables.of[each].text for each in network.entering)
        takes = Row(entering_texts) if several else entering_texts[0]
        gives = Row(tuple(given)) if network.gives_list else given[0]
        model = Call("keras.Model", (takes, gives), (("name", quote(name)),))
        return body + lines(model, "return ", depth=1)

    def nested(self, item: Item) -> str:
        """Write the function that builds a nested network, like the tensors given; its name."""
        network = item.inner
        assert network is not None
        name = self.titles[item]
        names = Names(self.names)
        variables = Variables(names)
        body: list[str] = []
        several = len(network.entering) > 1
        likes, texts = [], []
        for entering in network.entering:
            like = names.new(f"like_{identifier(entering.name)}" if several else "like")
            text = names.new(identifier(entering.name)) if several else "inputs"
            variables.fixed(entering, text)
            likes.append(like)
            texts.append(text)
            named = (("name", quote(entering.name)),) if several else ()
            shape = Call(
                "keras.Input", (f"{like}.shape[1:]",), (("dtype", f"{like}.dtype"), *named)
            )
            body += lines(shape, f"{text} = ", depth=1)
        variables.allot(network, kept=network.entering)
        variables.name_all()
        function = Function(self, names, variables, self.scope)
        body += function.lines(network)
        given = [function.text(each) for each in network.outputs or (Tensor(network.items[-1]),)]
        takes = Row(tuple(texts)) if several else texts[0]
        gives = Row(tuple(given)) if network.gives_list else given[0]
        title_of = (("name", quote(item.name)),) if item.name else ()
        body += lines(Call("keras.Model", (takes, gives), title_of), "return ", depth=1)
        self.functions.append([*lines(Call(name, tuple(likes)), "def ", ":"), *body])
        return name

    def backbone(self, item: Item) -> str:
        """Write the function that builds a backbone, like the tensor given; its name."""
        arguments = resolved(item.arguments, self.scope)
        self.functions.append(backbone_function(self.titles[item], item.name, arguments))
        return self.titles[item]

    def block(self, block: Block) -> tuple[str, dict[str, str]]:
        """The name of a block's function, and its names for the parameters of the block."""
        if block not in self.written:
            self.written[block] = self.write_block(self.titles[block], block)
        return self.titles[block], self.written[block]

    def write_block(self, name: str, block: Block) -> dict[str, str]:
        names = Names(self.names)
        variables = Variables(names)
        takes = []
        for entering in block.entering:
            alone = len(block.entering) == 1
            takes.append("x" if alone else names.new(identifier(entering.name)))
            variables.fixed(entering, takes[-1]).kind = "x" if alone else "fixed"
        called = {parameter: names.new(identifier(parameter)) for parameter in block.parameters}
        scope = {**self.scope, **{key: Source(text) for key, text in called.items()}}
        variables.allot(block)
        variables.name_all()
        body = Function(self, names, variables, scope, within_block=True).returning(block)
        defaults = {
            key: None if each is None else inline(key, resolved(each, self.scope))
            for key, each in block.parameters.items()
        }
        required = [called[key] for key, each in defaults.items() if each is None]
        optional = [f"{called[key]}={each}" for key, each in defaults.items() if each is not None]
        head = lines(Call(name, (*takes, *required, *optional)), "def ", ":")
        self.functions.append([*head, *body])
        return called


def _input(wanted: Input, name: str | None = None) -> Call:
    """`keras.Input` for one sample of this shape."""
    named = [("dtype", quote(wanted.dtype))] if wanted.dtype != "float32" else []
    named += [("name", quote(name))] if name else []
    return Call("keras.Input", (Row(tuple(map(str, wanted.shape)), "()"),), tuple(named))
