"""Folds a flat list of layers into the shortest spec that is still readable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kspec.spec.fold.choose import choose
from kspec.spec.fold.defaults import leave_out, spell_out
from kspec.spec.fold.flat import network_of
from kspec.spec.fold.inline import blocks_of, inline_blocks
from kspec.spec.fold.inputs import name_inputs
from kspec.spec.fold.items import Network, networks
from kspec.spec.fold.progression import make_progressions
from kspec.spec.fold.repeats import collapse
from kspec.spec.fold.replace import make_block
from kspec.spec.fold.shape import Shapes
from kspec.spec.fold.titles import give_titles
from kspec.spec.fold.write import write_block, write_network, write_outputs
from kspec.spec.printing import to_text

__all__ = ["Folded", "fold"]


@dataclass(frozen=True)
class Folded:
    """`blocks`, `layers` and `outputs` of a spec; `outputs` None for that of the last layer."""

    blocks: dict[str, Any]
    layers: list[dict[str, Any]]
    outputs: str | list[str] | None

    def members(self) -> dict[str, Any]:
        """The members of a spec, without empty ones."""
        written = {"blocks": self.blocks, "layers": self.layers, "outputs": self.outputs}
        return {key: value for key, value in written.items() if value or key == "layers"}


def fold(
    layers: Sequence[dict[str, Any]],
    inputs: Sequence[str] = ("input",),
    outputs: str | Sequence[str] | None = None,
    *,
    defaults: bool = False,
) -> Folded:
    """Fold runs of layers into blocks and repeats where that makes the text shorter.

    `layers` and `outputs` are plain values as in a spec without blocks, repeats and variables, with
    text that begins with `$` unescaped; `inputs` are the names of the model inputs. The result is
    written in the language (`$` escaped) and unfolds to exactly what `layers` unfold to, names
    included; printed, it is never longer. With `defaults` it may, if that folds more, state
    arguments with Keras's default, and leave out such arguments that `layers` state. Raises
    SpecError for references that lead nowhere.
    """
    ways = [_flat, _folded, *([_folded_with_defaults] if defaults else [])]
    written = [_written(way(network_of(layers, inputs, outputs))) for way in ways]
    return min(written, key=lambda each: len(to_text(each.members())))


def _flat(network: Network) -> Network:
    return network


def _folded(network: Network) -> Network:
    _fold(network)
    return _finished(network)


def _folded_with_defaults(network: Network) -> Network:
    spelled = spell_out(network)
    _fold(network)
    leave_out(network, spelled)
    return _finished(network)


def _fold(network: Network) -> None:
    while True:
        shapes = Shapes()
        for each in list(networks(network)):
            collapse(each, shapes)
        candidate = choose(list(networks(network)))
        if candidate is None:
            break
        make_block(candidate)


def _finished(network: Network) -> Network:
    network = inline_blocks(network, _length)
    make_progressions(network)
    network = inline_blocks(network, _length)
    _name(network)
    return network


def _name(network: Network) -> None:
    give_titles(network)
    name_inputs(network)


def _length(network: Network) -> int:
    _name(network)
    return len(to_text(_written(network).members()))


def _written(network: Network) -> Folded:
    written = {block.title: write_block(block) for block in blocks_of(network)}
    return Folded(written, write_network(network), write_outputs(network))
