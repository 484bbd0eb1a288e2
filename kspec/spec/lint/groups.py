"""Parameter groups without variables, and those that multiply a decay that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.catalog import Entry, find
from kspec.spec.graph import Graph
from kspec.spec.lint.optimizer import optimizer_of
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.lint.trainable import named_layers, well_named
from kspec.spec.models import Spec
from kspec.spelling import nearest

__all__ = ["DECAY_OF_NOTHING", "GROUP_OF_NONE"]

# Muon has a second one for the weights that it trains with AdamW.
_DECAYS = ("weight_decay", "adam_weight_decay")

# Special characters of patterns.
_SIGNS = frozenset("*?[")


def _find_decay(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if _decays(spec):
        return
    for number, group in enumerate(spec.training.parameter_groups):
        if group.weight_decay_multiplier != 1:
            where = ("training", "parameter_groups", number, "weight_decay_multiplier")
            message = "there is no decay to multiply: the optimizer has no weight_decay"
            yield Finding(where, message)


def _decays(spec: Spec) -> bool:
    """Whether the optimizer has weight decay, as far as is known."""
    optimizer = optimizer_of(spec)
    entry = find("optimizers", optimizer.name)
    if not isinstance(entry, Entry):
        return True
    known = entry.arguments
    return any(optimizer.arguments.get(key, known[key].default) for key in _DECAYS if key in known)


DECAY_OF_NOTHING = Rule(
    code="decay-of-nothing",
    level="warning",
    title="A weight decay multiplier without weight decay",
    reason=(
        "weight_decay_multiplier multiplies the optimizer's own weight_decay, and most optimizers "
        "have none unless it is given; AdamW, Muon and ConvMuon have one by default. "
        "Regularizers are something else: they are part of the loss, and no group changes them."
    ),
    wrong="""{"training": {
  "optimizer": {"type": "SGD", "momentum": 0.9},
  "parameter_groups": [{"matching": "*/bias", "weight_decay_multiplier": 0}]
}}""",
    right="""{"training": {
  "optimizer": {"type": "SGD", "momentum": 0.9, "weight_decay": 5e-4},
  "parameter_groups": [{"matching": "*/bias", "weight_decay_multiplier": 0}]
}}""",
    find=_find_decay,
    reads_graph=False,
)


def _find_none(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if not well_named(spec.layers):
        return  # The catalogue reports the names.
    known = named_layers(spec.layers)
    for number, group in enumerate(spec.training.parameter_groups):
        # Only Keras knows the names of a layer's variables, and a wildcard may match a slash.
        firsts = [pattern.partition("/")[0] for pattern in group.matching]
        if any(first in known or _SIGNS.intersection(first) for first in firsts):
            continue
        close = nearest(firsts[0], known)
        hint = f'. Did you mean "{close}"?' if close else f"; there are {', '.join(known)}"
        message = f'the network has no layer "{firsts[0]}"{hint}'
        yield Finding(("training", "parameter_groups", number, "matching"), message)


GROUP_OF_NONE = Rule(
    code="group-of-none",
    level="error",
    title="A parameter group that matches no layer",
    reason=(
        "A pattern must match the whole path of a variable, which begins with the name of a layer: "
        '"conv2d/kernel", or within a nested network "backbone/block5_conv1/kernel". A layer '
        "without a name has the one that `kspec summary` shows; a pattern for all layers begins "
        'with an asterisk, "*/bias".'
    ),
    wrong="""{"layers": [
  {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}
], "training": {
  "parameter_groups": [{"matching": "bias", "learning_rate_multiplier": 8}]
}}""",
    right="""{"layers": [
  {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}
], "training": {
  "parameter_groups": [{"matching": "*/bias", "learning_rate_multiplier": 8}]
}}""",
    find=_find_none,
    may_be_allowed=False,
    reads_graph=False,
)
