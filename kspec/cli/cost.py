"""The operations and memory of a network, as `kspec summary` prints them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType

from kspec.cli.columns import Column, pairs
from kspec.cli.formats import quantity
from kspec.sizes import byte_size
from kspec.spec.cost import LayerCost, Memory

if TYPE_CHECKING:
    from kspec.model.cost import ModelCost
    from kspec.spec.models import Spec

__all__ = ["COST_HEADINGS", "cost_columns", "cost_lines"]

# In the order in which a narrow terminal drops them.
COST_HEADINGS = ("kept", "FLOPs")
UNKNOWN = "unknown"


def cost_columns(layers: Sequence[LayerCost]) -> list[Column]:
    """Columns of the operations of each layer, and of the bytes kept from it, per sample."""
    return [
        Column("FLOPs", tuple(_or_unknown(each.flops, quantity) for each in layers)),
        Column("kept", tuple(_or_unknown(each.activation_bytes, byte_size) for each in layers)),
    ]


def cost_lines(spec: Spec, cost: ModelCost) -> list[RenderableType]:
    """The operations per sample, and the memory of a training step."""
    memory = cost.memories[cost.largest]
    phase = f" in phase {cost.largest + 1}" if len(cost.memories) > 1 else ""
    lines = [
        ("FLOPs", f"{_or_unknown(cost.flops, quantity)} a sample, forward"),
        ("memory of a step", _peak(memory) + phase),
    ]
    if memory.peak is not None:
        lines += [("", part) for part in _parts(memory)]
    return [pairs(lines)]


def _peak(memory: Memory) -> str:
    if memory.peak is None:
        return UNKNOWN
    return f"{byte_size(memory.peak)} with a batch of {memory.batch_size}"


def _parts(memory: Memory) -> list[str]:
    batch = memory.batch_size
    parts = {
        "weights": memory.weights,
        "gradients": memory.gradients,
        "optimizer": memory.slots,
        "kernel copies": memory.kernels,
        "kept of the batch": batch * (memory.activations or 0),
        "in passing": batch * (memory.passing or 0),
    }
    written = [f"{byte_size(size)} {what}" for what, size in parts.items() if size]
    return [", ".join(written[at : at + 3]) for at in range(0, len(written), 3)]


def _or_unknown(value: int | None, written: Callable[[int], str]) -> str:
    return UNKNOWN if value is None else written(value)
