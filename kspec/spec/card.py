"""How a notebook shows a spec: its network, recipe and data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kspec.errors import SpecError
from kspec.formats import counted
from kspec.pages.card import Table, card
from kspec.spec.automatic_names import layer_names
from kspec.spec.cost import cost_of, steps_of
from kspec.spec.graph import Call
from kspec.spec.models import Spec
from kspec.spec.models.training import Training
from kspec.spec.shapes import Shapes, carry
from kspec.spec.shapes.shape import Outputs, is_several, is_shape, shape_text

__all__ = ["spec_card"]

# A longer table is collapsed at first.
SEEN = 24
LONGEST = 60


def spec_card(spec: Spec) -> str:
    """`spec` as HTML; shapes and parameter counts as far as they are known without Keras."""
    facts = [(name, shape_text(each.shape)) for name, each in spec.entering.items()]
    notes = [f"{where}: {_recipe(phase)}" for where, phase in _phases(spec)]
    tables = []
    try:
        facts.append(("parameters", _count(cost_of(spec).total_params)))
        tables = [_layers(spec)]
    except SpecError as error:
        notes.append(str(error))
    facts.append(("data", spec.data.source))
    if spec.augmentation:
        facts.append(("augmentation", ", ".join(step.type for step in spec.augmentation)))
    facts.append(("seed", str(spec.seed)))
    return card(
        "Spec", spec.name, about=spec.description or "", facts=facts, tables=tables, notes=notes
    )


def _phases(spec: Spec) -> list[tuple[str, Training]]:
    if len(spec.phases) == 1:
        return [("training", spec.training)]
    return [(f"phase {number}", phase) for number, phase in enumerate(spec.phases, 1)]


def _layers(spec: Spec) -> Table:
    shapes = carry(spec)
    calls = shapes.graph.calls
    names = layer_names(call.layer for call in calls)
    rows = [
        [name, call.layer.type, _arguments(call), _shape(shapes, call.index), _count(weights)]
        for name, call, weights in zip(names, calls, _weights(spec), strict=True)
    ]
    headings = ["layer", "type", "arguments", "output shape", "parameters"]
    caption = f"{counted(len(rows), 'layer')}; output shapes without the batch"
    return Table(caption, headings, rows, ("parameters",), folded=len(rows) > SEEN)


def _arguments(call: Call) -> str:
    if call.inner is not None:
        return counted(len(call.inner.calls), "layer")
    values = {key: value for key, value in call.layer.arguments.items() if key != "name"}
    return ", ".join(f"{key}={_said(value)}" for key, value in values.items())


def _said(value: Any) -> str:
    """A value roughly as in a Python call, shortened if it is long."""
    if isinstance(value, Mapping) and "type" in value:
        others = ", ".join(f"{k}={_said(v)}" for k, v in value.items() if k != "type")
        return f"{value['type']}({others})" if others else str(value["type"])
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _shape(shapes: Shapes, index: int) -> str:
    found: Outputs = shapes.calls[index]
    if is_several(found):
        return ", ".join(map(shape_text, found))
    return shape_text(found) if is_shape(found) else "?"


def _weights(spec: Spec) -> list[int | None]:
    """The number of weights of each layer; None where it is not known."""
    counts: list[int | None] = [0] * len(spec.layers)
    for step in steps_of(spec):
        if isinstance(step.row, int):
            before, more = counts[step.row], step.weights
            counts[step.row] = None if before is None or more is None else before + sum(more)
    return counts


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _recipe(training: Training) -> str:
    said = [
        _said(training.optimizer.model_dump(mode="json")),
        _said(training.loss.model_dump(mode="json")),
        f"batches of {training.batch_size}",
        counted(training.epochs, "epoch"),
    ]
    if training.early_stopping:
        monitors = ", ".join(each.monitor for each in training.early_stopping)
        said.append(f"early stopping by {monitors}")
    return "; ".join(said)
