"""Titles of blocks: by what is in them if that is clear, else by number."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.fold.items import Block, Item, Network, Tensor, networks
from kspec.spec.within import within

__all__ = ["give_titles"]

_ACTIVATIONS = ("Activation", "ELU", "GELU", "LeakyReLU", "PReLU", "ReLU", "Softmax", "Swish")
_NORMALIZATIONS = ("BatchNormalization", "GroupNormalization", "LayerNormalization")
_WORDS = ("block", "inputs", "name", "repeat", "type")


def give_titles(network: Network) -> None:
    """Give each block within `network` a unique name that says what is in it."""
    blocks = [each for each in networks(network) if isinstance(each, Block)]
    wished = [_title(block) for block in blocks]
    taken = set(_WORDS)
    for block, wish in zip(blocks, wished, strict=True):
        block.title, number = wish or "block_1", 1
        while block.title in taken:
            number += 1
            block.title = f"{wish or 'block'}_{number}"
        taken.add(block.title)


def _title(block: Block) -> str:
    types = list(_types(block))
    last = _last(block)
    if any("Attention" in kind for kind in types):
        return "attention"
    if last.type in ("Add", "Concatenate") and block.outputs is None:
        return _merging(last, block)
    if last.type == "Multiply" and any("Pooling" in kind for kind in types):
        return "squeeze_excite"
    pools = any("Pooling" in kind and "Global" not in kind for kind in types)
    if pools or any(item.is_repeat for item in block.items):
        return "stage"
    if any("UpSampling" in kind or "Transpose" in kind for kind in types):
        return "up"
    if block.outputs is None and any(kind in ("Add", "Concatenate") for kind in types):
        return "stage"
    for word, title in (
        ("Separable", "separable"),
        ("Depthwise", "depthwise"),
        ("Conv", "conv"),
        ("LSTM", "recurrent"),
        ("GRU", "recurrent"),
        ("RNN", "recurrent"),
        ("Dense", "dense"),
    ):
        if any(word in kind for kind in types):
            return title
    if any(kind in _NORMALIZATIONS for kind in types):
        return "norm"
    return "activation" if all(kind in _ACTIVATIONS for kind in types) else ""


def _last(block: Block) -> Item:
    """The last item besides activations, normalizations and dropout: it characterizes a block."""
    for item in reversed(block.items):
        if item.type not in (*_ACTIVATIONS, *_NORMALIZATIONS, "Dropout"):
            return item
    return block.items[-1]


def _merging(last: Item, block: Block) -> str:
    merged = list(within(last.takes, Tensor))
    if last.type == "Add":
        return "residual"
    if any(isinstance(tensor.source, str) for tensor in merged):
        return "up" if len(block.inputs) > 1 else "dense_unit"
    return "inception" if len(merged) > 2 else "branches"


def _types(network: Network) -> Iterator[str]:
    for item in network.items:
        inside = item.block or (item.inner if item.is_repeat else None)
        if inside is None:
            yield item.type
        else:
            yield from _types(inside)
