"""Measurements against tolerances: which differences are too large, and which comes first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kspec.errors import KspecError
from kspec.parity import tolerances
from kspec.parity.report import PARTS, Departure, Differences, Layer, Report, Widest, relative

__all__ = ["judge"]

Result = Mapping[str, Any]
# A departure with its position in the order of causes: a stage, then a place within it.
Ordered = tuple[tuple[int, ...], Departure]
STAGE = {part: number for number, part in enumerate(PARTS)}


def judge(
    reference: Result, results: Sequence[Result], *, spec: str, batch_size: int, random: str
) -> Report:
    """The report on what the processes measured (`kspec.parity.measuring`)."""
    others = {str(result["backend"]): result for result in results}
    everyone = {str(reference["backend"]): reference, **others}
    for name, result in others.items():
        if _calls(result) != _calls(reference):
            raise KspecError(
                f"{name} calls other layers than {reference['backend']}, or in another order: "
                "there is nothing to compare"
            )
    found = [
        each for name, result in others.items() for each in _departures(name, reference, result)
    ]
    return Report(
        name=reference["name"],
        spec=spec,
        reference=reference["backend"],
        versions={name: result["version"] for name, result in everyone.items()},
        keras=reference["keras"],
        steps=len(reference["losses"]),
        batch_size=batch_size,
        random=random,
        weights={
            name: result["weights"] == reference["weights"] for name, result in others.items()
        },
        batches={
            name: result["batches"] == reference["batches"] for name, result in others.items()
        },
        layers=tuple(_layers(reference, others)),
        loss={name: _merged(result["loss"]) for name, result in others.items()},
        gradients={name: result["gradients"] for name, result in others.items()},
        updates={name: result["updates"] for name, result in others.items()},
        statistics={name: result["statistics"] for name, result in others.items()},
        tolerated=tuple(_steps(reference)),
        losses={name: tuple(result["losses"]) for name, result in everyone.items()},
        departures=tuple(departure for _, departure in sorted(found, key=lambda each: each[0])),
    )


def _departures(name: str, reference: Result, result: Result) -> Iterator[Ordered]:
    """Everything in `result` that differs too much, each with its position in the order of causes.

    In the forward direction a fault shows in the layer that has it and in those after it, so the
    first in the order of the network comes first; gradients run backwards, so there it is the last.
    A layer's own differences come before those of the whole network, which may be passed on.
    """
    yield from _unequal(name, reference, result)
    for row in result["layers"]:
        yield from _of_layer(name, row)
    loss = result["loss"]
    for place, (what, found) in enumerate(
        (("the loss", loss["forward"]), ("the gradient of the loss", loss["gradient"]))
    ):
        (difference,) = found.values()
        if difference > tolerances.LOSS:
            yield (
                (STAGE["loss"], place),
                Departure(name, "loss", what, None, None, difference, tolerances.LOSS),
            )
    for part, what, least in (
        ("gradients", "the gradient of", tolerances.NETWORK_GRADIENT),
        ("updates", "the change by", tolerances.UPDATE),
        ("statistics", "after the first step", tolerances.STATISTICS),
    ):
        tolerated = tolerances.shaken(least, reference["shaken"][part])
        for place, (variable, difference) in enumerate(result[part].items()):
            tolerance = tolerated.get(variable, least)
            if difference > tolerance:
                order = STAGE[part], -place if part == "gradients" else place
                departure = Departure(
                    name, part, f"{what} {variable}", None, None, difference, tolerance
                )
                yield order, departure
    for step, tolerance in enumerate(_steps(reference)):
        difference = relative(reference["losses"][step], result["losses"][step])
        if difference > tolerance:
            what = f"the loss of step {step + 1}"
            departure = Departure(name, "losses", what, None, None, difference, tolerance)
            yield (STAGE["losses"], step), departure


def _steps(reference: Result) -> list[float]:
    return tolerances.steps(reference["losses"], reference["shaken"]["losses"])


def _calls(result: Result) -> list[tuple[Any, ...]]:
    return [(row["mode"], row["index"], row["name"], row["type"]) for row in result["layers"]]


def _unequal(name: str, reference: Result, result: Result) -> Iterator[Ordered]:
    """Weights by name and batches by number that are not identical to the byte."""
    for place, (weight, digest) in enumerate(reference["weights"].items()):
        if result["weights"].get(weight) != digest:
            what = f"the initial value of {weight}"
            departure = Departure(name, "weights", what, None, None, math.inf, 0.0)
            yield (STAGE["weights"], place), departure
    pairs = zip(reference["batches"], result["batches"], strict=True)
    for place, (theirs, own) in enumerate(pairs):
        if theirs != own:
            departure = Departure(name, "batches", f"batch {place + 1}", None, None, math.inf, 0.0)
            yield (STAGE["batches"], place), departure


def _of_layer(name: str, row: Result) -> Iterator[Ordered]:
    mode, index = row["mode"], row["index"]
    augments = mode == "augmentation"
    part = "augmentation" if augments else "forward"
    tolerance = tolerances.AUGMENTATION if augments else tolerances.FORWARD
    # Both modes count from 0: for one layer the output comes first, then its state.
    within = 0 if mode == "inference" else 1
    checks = [((STAGE[part], index, within), part, f"its output in {mode}", "forward", tolerance)]
    if mode == "training":
        order = STAGE["forward"], index, 2
        what = "its state after a call in training"
        checks.append((order, "state", what, "state", tolerances.STATE))
        order = STAGE["gradient"], -index, 0
        what = "its gradient"
        checks.append((order, "gradient", what, "gradient", tolerances.GRADIENT))
    for order, part, what, key, tolerance in checks:
        widest = _widest(row[key])
        if widest is not None and widest.difference > tolerance:
            if part != "forward":
                what += f", {_plainly(widest.of)}"
            yield (
                order,
                Departure(name, part, what, row["name"], row["type"], widest.difference, tolerance),
            )


def _layers(reference: Result, others: Mapping[str, Result]) -> Iterator[Layer]:
    """The rows of both modes joined: one for each call of a layer."""
    calls: dict[tuple[bool, int], Result] = {}
    for row in reference["layers"]:
        calls.setdefault((row["mode"] != "augmentation", row["index"]), row)
    measured = {
        (name, row["mode"], row["index"]): row
        for name, result in others.items()
        for row in result["layers"]
    }
    for (in_network, index), row in calls.items():
        modes = ("inference", "training") if in_network else ("augmentation", "augmentation")
        differences = {
            name: _differences(*(measured[name, mode, index] for mode in modes)) for name in others
        }
        yield Layer(row["name"], row["type"], differences)


def _differences(inference: Result, training: Result) -> Differences:
    return Differences(
        inference=None if inference is training else _widest(inference["forward"]),
        training=_widest(training["forward"]),
        state=_widest(training["state"]),
        gradient=_widest(training.get("gradient", {})),
        handed_on=max(
            (*inference["handed_on"].values(), *training["handed_on"].values()), default=0
        ),
    )


def _widest(differences: Mapping[str, float]) -> Widest | None:
    if not differences:
        return None
    of, difference = max(differences.items(), key=lambda item: item[1])
    return Widest(difference, of)


def _merged(loss: Result) -> dict[str, float]:
    return {"loss": loss["forward"]["loss"], "gradient": loss["gradient"]["input"]}


def _plainly(of: str) -> str:
    """The name without its number ("0 kernel"), which only tells weights of one name apart."""
    number, _, name = of.partition(" ")
    return name if number.isdigit() else of
