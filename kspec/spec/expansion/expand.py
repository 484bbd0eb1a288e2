"""Unfolds a whole spec."""

from __future__ import annotations

from kspec.errors import Place, Problem, SpecError
from kspec.spec.expansion.block_uses import BlockUses
from kspec.spec.expansion.blocks import read_blocks
from kspec.spec.expansion.complaints import Complaints
from kspec.spec.expansion.substitute import Substitution
from kspec.spec.expansion.unfold import Unfolding
from kspec.spec.node import Node

__all__ = ["expand", "unfold"]

_GONE = ("blocks", "variables")


def expand(node: Node) -> Node:
    """A spec without `variables`, `blocks`, `repeat` and `$`.

    `layers` is flat, and `inputs` and `outputs` are spelled in one way (see `canonical`). Raises
    SpecError with every problem found.
    """
    node, problems = unfold(node)
    if problems:
        raise SpecError(problems)
    return node


def unfold(node: Node) -> tuple[Node, list[Problem]]:
    """As `expand`, but returns the problems, and what could be unfolded despite them."""
    complain = Complaints()
    substitute = Substitution(complain)
    variables = _variables(node.get("variables"), substitute)
    blocks = read_blocks(node.get("blocks"), complain)
    uses = BlockUses(blocks, variables, substitute, complain)
    unfolding = Unfolding(uses, substitute, complain)
    members: dict[str, Node] = {}
    for key, child in node.value.items():
        if key == "augmentation" and isinstance(child.value, list):
            members[key] = unfolding.row(child, variables)
        elif key not in _GONE:
            is_network = key in ("layers", "outputs")
            members[key] = child if is_network else substitute(child, variables)
    layers = members.get("layers")
    if layers is not None and isinstance(layers.value, list):
        inputs = _inputs(members)
        outputs = members.get("outputs")
        members["layers"], given = unfolding.network(layers, inputs, outputs, variables)
        if given is not None:
            members["outputs"] = given
    keys = {key: place for key, place in node.keys.items() if key in members}
    return Node(members, node.place, keys), complain.problems


def _variables(node: Node | None, substitute: Substitution) -> dict[str, Node]:
    """Top-level variables, each seeing those before it."""
    variables: dict[str, Node] = {}
    if node is None:
        return variables
    if not isinstance(node.value, dict):
        message = '"variables" is an object of names and values'
        substitute.complain(node.place, message, "wrong-type")
        return variables
    coming = dict(node.value)
    for name, child in node.value.items():
        if substitute.complain.good_name(name, node.keys[name]):
            substitute.coming = coming
            before = len(substitute.complain.problems)
            variables[name] = substitute(child, dict(variables))
            if len(substitute.complain.problems) > before:
                substitute.broken.add(name)
        del coming[name]
    substitute.coming = {}
    return variables


def _inputs(members: dict[str, Node]) -> dict[str, Place]:
    """The names of the model inputs, and where they are written."""
    several = members.get("inputs")
    if several is not None and isinstance(several.value, dict) and several.value:
        return dict(several.keys)
    only = members.get("input")
    return {"input": only.place if only is not None else Place("")}
