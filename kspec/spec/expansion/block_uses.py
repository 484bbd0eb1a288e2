"""What an item that uses a block says: which block, with which variables, of which tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kspec.spec.expansion.blocks import Block
from kspec.spec.expansion.complaints import Complaints, did_you_mean, listed
from kspec.spec.expansion.context import Context
from kspec.spec.expansion.substitute import Scope, Substitution
from kspec.spec.expansion.wiring import Tensors, brought_in, spliced
from kspec.spec.node import Node
from kspec.spec.shown import shown

__all__ = ["BlockUses"]

MAX_DEPTH = 50


@dataclass(frozen=True)
class BlockUses:
    """Reads the uses of the `blocks` of a spec, which see its own `variables`."""

    blocks: Mapping[str, Block]
    variables: Scope
    substitute: Substitution
    complain: Complaints

    def block(self, item: Node, at: Context) -> Block | None:
        """The block that `item` uses; None if there is none, or it is being unfolded already."""
        named = self.substitute(item.value["block"], at.scope)
        name = named.value
        if not isinstance(name, str):
            message = f'"block" must be the name of a block, not {shown(name)}'
            at.here.says(named.place, message, "wrong-type")
            return None
        if name not in self.blocks:
            known = tuple(self.blocks)
            others = f"; the blocks are {listed(known)}" if known else "; the spec has no blocks"
            hint = did_you_mean(name, known, others)
            at.here.says(named.place, f'there is no block "{name}"{hint}', "unknown-block")
            return None
        if name in at.blocks or len(at.blocks) >= MAX_DEPTH:
            circle = " → ".join((*at.blocks, name))
            at.here.says(named.place, f"blocks use each other in a circle: {circle}", "circle")
            return None
        return self.blocks[name]

    def arguments(self, block: Block, item: Node, at: Context) -> Scope | None:
        """The variables within `block`; None if a parameter is missing."""
        inner = dict(self.variables)
        for key, child in item.value.items():
            if key in ("block", "inputs", "name"):
                continue
            if key in block.parameters:
                inner[key] = self.substitute(child, at.scope)
            else:
                known = (*block.parameters, "inputs", "name")
                place = brought_in(item.keys[key], at.here.users)
                # A block must declare its parameters, which is easily forgotten.
                declared = f'; its "parameters" would be {{"{key}": null}}'
                otherwise = f"; it takes {listed(known)}" if block.parameters else declared
                hint = did_you_mean(key, known, otherwise)
                self.complain(place, f'block "{block.name}" has no "{key}"{hint}', "unknown-key")
        for key, default in block.parameters.items():
            if key in item.value:
                continue
            if default.value is None:
                message = f'block "{block.name}" needs "{key}"'
                at.here.says(item.place, message, "missing-parameter")
                return None
            inner[key] = self.substitute(default, self.variables)
        return inner

    def entering(self, block: Block, item: Node, at: Context) -> dict[str, Tensors] | None:
        """The tensors that enter `block`, by the names of its inputs; None if they do not fit."""
        inputs = item.get("inputs")
        names = block.inputs
        if inputs is None:
            before = at.here.before()
            if len(before) != len(names) and len(names) == 1:
                before = at.here.the_one_before(item.place, "block")
            elif len(before) != len(names):
                message = f'block "{block.name}" takes {listed(names)}; name them with "inputs"'
                at.here.says(item.place, message, "ambiguous-input")
                return None
            return {name: (tensor,) for name, tensor in zip(names, before, strict=False)}
        taken = at.here.read(self.substitute(inputs, at.scope))
        if isinstance(taken, dict) and set(taken) == set(names):
            return {name: spliced(taken[name]) for name in names}
        tensors = () if isinstance(taken, dict) else spliced(taken)
        if len(tensors) == len(names):
            return {name: (tensor,) for name, tensor in zip(names, tensors, strict=True)}
        if len(names) == 1 and tensors:
            return {names[0]: tensors}
        if tensors or isinstance(taken, dict):
            message = f'block "{block.name}" takes {listed(names)}, {len(names)} in all'
            at.here.says(inputs.place, message, "reference")
        return None
