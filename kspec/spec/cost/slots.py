"""How many numbers ("slots") an optimizer keeps for each trained weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.models import KerasObject

__all__ = ["slots_of"]

_SLOTS = {
    "Adadelta": 2,
    "Adafactor": 1,
    "Adagrad": 1,
    "Adam": 2,
    "AdamW": 2,
    "Adamax": 2,
    "ConvMuon": 1,
    "Ftrl": 2,
    "Lamb": 2,
    "Lion": 1,
    "Muon": 1,
    "Nadam": 2,
    "RMSprop": 1,
    "SGD": 0,
    "ScheduleFreeAdamW": 2,
}


# (Muon keeps a momentum of any size.)
_MOMENTUM_ON_DEMAND = ("RMSprop", "SGD")


def slots_of(optimizer: KerasObject) -> int | None:
    """The slots of each weight, including those for accumulated gradients and an average.

    None for an unknown optimizer. (Adafactor and the two Muon keep a little more for some weights.)
    """
    return _slots(optimizer.type, optimizer.arguments)


def _slots(kind: str, arguments: Mapping[str, Any]) -> int | None:
    entry = catalog.find("optimizers", kind)
    if not isinstance(entry, catalog.Entry):
        return None
    if entry.name == "LossScaleOptimizer":
        inner = arguments.get("inner_optimizer")
        if isinstance(inner, str):
            inner = {"type": inner}
        return _slots(str(inner.get("type")), inner) if isinstance(inner, Mapping) else None
    if entry.name not in _SLOTS:
        return None
    extras = ["amsgrad", "centered", "use_ema", "gradient_accumulation_steps"]
    if entry.name in _MOMENTUM_ON_DEMAND:
        extras.append("momentum")
    return _SLOTS[entry.name] + sum(bool(arguments.get(extra)) for extra in extras)
