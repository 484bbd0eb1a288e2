"""Groups of variables whose decay is another, where nothing decays."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.catalog import Entry, find
from kspec.spec.graph import Graph
from kspec.spec.lint.names import named
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import KerasObject, Spec

__all__ = ["DECAY_OF_NOTHING"]

# Muon takes one for what it trains as AdamW does.
_DECAYS = ("weight_decay", "adam_weight_decay")


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if _decays(spec.training.optimizer):
        return
    for number, group in enumerate(spec.training.parameter_groups):
        if group.weight_decay_multiplier != 1:
            where = ("training", "parameter_groups", number, "weight_decay_multiplier")
            message = "there is no decay to multiply: the optimizer has no weight_decay"
            yield Finding(where, message)


def _decays(optimizer: KerasObject) -> bool:
    """Whether weights decay, or may."""
    name, arguments = optimizer.type, optimizer.arguments
    inner = named("optimizers", arguments.get("inner_optimizer"))
    if inner is not None:
        name, arguments = inner[0], dict(inner[1])
    entry = find("optimizers", name)
    if not isinstance(entry, Entry):
        return True
    known = entry.arguments
    return any(arguments.get(key, known[key].default) for key in _DECAYS if key in known)


DECAY_OF_NOTHING = Rule(
    code="decay-of-nothing",
    level="warning",
    title="A multiplier for a weight decay that is none",
    reason=(
        "weight_decay_multiplier multiplies the optimizer's own weight_decay, and most optimizers "
        "have none unless they are given one; AdamW and Muon have. Regularizers are another "
        "thing: they are a part of the loss, and no group changes them."
    ),
    wrong="""{"training": {
  "optimizer": {"type": "SGD", "momentum": 0.9},
  "parameter_groups": [{"matching": "*/bias", "weight_decay_multiplier": 0}]
}}""",
    right="""{"training": {
  "optimizer": {"type": "SGD", "momentum": 0.9, "weight_decay": 5e-4},
  "parameter_groups": [{"matching": "*/bias", "weight_decay_multiplier": 0}]
}}""",
    find=_find,
    reads_graph=False,
)
