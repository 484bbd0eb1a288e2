"""Learning rates far outside what is usual for the optimizer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.names import number
from kspec.spec.lint.optimizer import optimizer_of
from kspec.spec.lint.rule import Finding, Path, Rule
from kspec.spec.models import Spec

__all__ = ["LEARNING_RATE", "USUAL"]

USUAL: dict[str, tuple[float, float]] = {
    # Keras's default is 0.001. Lowest: fine-tuning uses 1e-5 (Devlin et al. 2018 use 2e-5).
    "Adam": (1e-6, 0.03),
    "AdamW": (1e-6, 0.03),
    "Adamax": (1e-6, 0.06),
    "Nadam": (1e-6, 0.03),
    "RMSprop": (1e-6, 0.03),
    # Default 0.0025; Defazio et al. 2024 use up to ten times the rate of AdamW.
    "ScheduleFreeAdamW": (1e-6, 0.1),
    # Default 0.01; Goyal et al. 2017 use 0.1 per 256 samples of the batch, at most 3.2.
    "SGD": (1e-6, 3.2),
    # Keras's default is 0.001; the paper (Zeiler 2012) uses 1.
    "Adadelta": (1e-5, 10),
    # Keras's default is 0.001; Duchi et al. and other libraries use 0.01 to 0.1.
    "Adagrad": (1e-5, 1),
    "Ftrl": (1e-5, 3),
    # Default 0.001; Shazeer & Stern 2018 use 0.01, relative to the weights.
    "Adafactor": (1e-6, 0.3),
    # Default 0.001; You et al. 2019 use up to 0.01 with batches of 32,768.
    "Lamb": (1e-6, 0.1),
    # Default 0.001; Chen et al. 2023 use a third to a tenth of Adam's rate.
    "Lion": (1e-7, 0.01),
    # Default 0.001; the original uses 0.02.
    "Muon": (1e-6, 0.3),
    # As Muon; airbench94_muon uses 0.24.
    "ConvMuon": (1e-6, 1),
}
"""The usual range of learning rates, with room on either side."""


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if any(callback.type == "LearningRateScheduler" for callback in spec.training.callbacks):
        return  # It may set any rate, whatever the optimizer's own.
    optimizer = optimizer_of(spec)
    name, arguments = optimizer.name, optimizer.arguments
    if name not in USUAL or "learning_rate" not in arguments:
        return
    rate, key = _rate(arguments["learning_rate"])
    low, high = USUAL[name]
    if rate is None or low <= rate <= high:
        return
    where = (*optimizer.path, "learning_rate", *key)
    if rate <= 0:
        yield Finding(where, f"with a learning rate of {rate:g} nothing is learned")
        return
    fault = "high" if rate > high else "low"
    message = (
        f"a learning rate of {rate:g} is very {fault} for {name}; {low:g} to {high:g} is usual"
    )
    yield Finding(where, message)


def _rate(written: Any) -> tuple[float | None, Path]:
    """The highest rate at the start, and its path within `written`; for a PiecewiseLinear, which
    may also begin low, the highest of all."""
    if not isinstance(written, Mapping):
        return number(written), ()
    # A warm-up begins low on purpose.
    for key in ("warmup_target", "initial_learning_rate"):
        if number(written.get(key)) is not None:
            return number(written[key]), (key,)
    values = written.get("values")
    if isinstance(values, (list, tuple)) and values:
        rates = [number(each) for each in values]
        if written.get("type") == "PiecewiseLinear" and None not in rates:
            highest = max(range(len(rates)), key=lambda index: rates[index] or 0)
            return rates[highest], ("values", highest)
        return number(values[0]), ("values", 0)
    return None, ()


LEARNING_RATE = Rule(
    code="learning-rate",
    level="warning",
    title="A learning rate far outside the usual range for the optimizer",
    reason=(
        "Each optimizer scales its steps differently, so a rate that suits one does not suit "
        "another: 0.1 is common for SGD but ruins a network with Adam, whose default is 0.001. If "
        "the rate is too high, the loss jumps or becomes NaN; if it is too low, the loss hardly "
        "falls. The ranges include Keras's defaults and the rates of the papers, with room on "
        "either side."
    ),
    wrong='{"training": {"optimizer": {"type": "Adam", "learning_rate": 0.1}}}',
    right='{"training": {"optimizer": {"type": "SGD", "learning_rate": 0.1}}}',
    find=_find,
    reads_graph=False,
)
