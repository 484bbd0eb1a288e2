"""Rounds in which numbers follow a rule become a `repeat` with an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kspec.spec.expression import ExpressionError, evaluate
from kspec.spec.fold.candidate import print_cost
from kspec.spec.fold.items import Formula, Item, Network, Parameter, networks
from kspec.spec.fold.repeats import Run, flows, make_repeat, stretches
from kspec.spec.fold.shape import Shapes
from kspec.spec.fold.values import Value, identity, values_of
from kspec.spec.fold.windows import Line
from kspec.spec.fold.write import write_network

__all__ = ["make_progressions"]

MIN_GAIN = 20
"""In characters; for less, explicit numbers are easier to read."""

_INDICES = ("i", "j", "k", "n", "m")


def make_progressions(network: Network) -> None:
    """Make such repeats wherever they save enough."""
    for each in list(networks(network)):
        while (found := _best(each)) is not None:
            run, values, index = found
            make_repeat(each, run, values, index)


def _best(network: Network) -> tuple[Run, list[Any], str] | None:
    shapes = Shapes()
    kinds = [_kind(item, shapes) for item in network.items]
    index = _free_index(network)
    if index is None:
        return None
    line, written = Line.of(network, shapes), write_network(network)
    costs = [print_cost(each) for each in written]
    best, most = None, MIN_GAIN
    for start, end, length in stretches(kinds):
        for offset in range(start, end - length + 1):
            run = flows(line, offset, length, (end - offset) // length + 1)
            if run is None or run.rounds < 3:
                continue
            fitted = _fitted(network, run, index)
            if fitted is None:
                continue
            run, values = fitted
            texts = sum(len(identity(value)) + 2 for value in values if isinstance(value, Formula))
            body = written[run.start : run.start + run.length]
            cost = print_cost({"repeat": run.rounds, "as": index, "layers": body}) + texts
            saved = sum(costs[run.start : run.end]) - cost
            if saved > most:
                best, most = (run, values, index), saved
    return best


def _kind(item: Item, shapes: Shapes) -> int:
    name = None if item.name is None else identity(item.plain_name)
    return shapes.number(("kind", shapes.of(item), name))


def _free_index(network: Network) -> str | None:
    taken = set(_words(network))
    return next((index for index in _INDICES if index not in taken), None)


def _words(value: Any) -> Iterator[str]:
    """The parameters and indices in and around a list."""
    if isinstance(value, Network):
        yield from getattr(value, "parameters", ())
        for item in value.items:
            yield from [item.index] if item.index else []
            yield from _words(item.name)
            yield from _words(item.arguments)
            yield from _words(item.inner)
    elif isinstance(value, (dict, list)):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _words(child)
    elif isinstance(value, Parameter):
        yield value.name


def _fitted(network: Network, run: Run, index: str) -> tuple[Run, list[Any]] | None:
    """The first rounds of a run whose values all follow a rule, and the rules."""
    rounds = [_row(network, run, number) for number in range(run.rounds)]
    for count in range(run.rounds, 2, -1):
        columns = list(zip(*rounds[:count], strict=True))
        values = [_rule(column, index) for column in columns]
        if all(value is not None for value in values):
            # A null is wrapped, so that it is not taken for "no rule".
            kept = [value[0] for value in values if value is not None]
            return Run(run.start, run.length, count, run.enters), kept
    return None


def _row(network: Network, run: Run, number: int) -> list[Value]:
    begin = run.start + number * run.length
    items = network.items[begin : begin + run.length]
    return [value for item in items for value in values_of(item)]


def _rule(column: Sequence[Value], index: str) -> tuple[Any] | None:
    """The value that all of a column share, or a formula of the index; None if neither fits."""
    if all(value.text == column[0].text for value in column):
        return (column[0].value,)
    numbers = [value.value for value in column]
    if not all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in numbers):
        return None
    for text in _formulas(numbers, index):
        if all(_gives(text, index, place, number) for place, number in enumerate(numbers)):
            return (Formula(f"$({text})"),)
    return None


def _formulas(numbers: Sequence[float], index: str) -> Iterator[str]:
    """Rules that may give `numbers`, the plainest first."""
    if all(isinstance(number, int) for number in numbers):
        yield from _linear(numbers[0], numbers[1] - numbers[0], index)
        yield from _geometric(int(numbers[0]), int(numbers[1]), index)
        return
    for power in (10, 100, 1000, 10_000):
        whole = [round(number * power) for number in numbers[:2]]
        for text in _linear(whole[0], whole[1] - whole[0], index):
            yield f"{text} / {power}" if set(text) <= {index, "0"} else f"({text}) / {power}"
    step = numbers[1] - numbers[0]
    for exact in dict.fromkeys((step, round(step, 12))):
        yield from _linear(numbers[0], exact, index)


def _linear(first: float, step: float, index: str) -> Iterator[str]:
    amount = index if abs(step) == 1 else f"{abs(step)} * {index}"
    if first == 0 and step > 0:
        yield amount
    elif first == step:
        yield f"{index} + 1" if step == 1 else f"{step} * ({index} + 1)"
    yield f"{first} {'-' if step < 0 else '+'} {amount}"


def _geometric(first: int, second: int, index: str) -> Iterator[str]:
    if first > 0 and second > first and second % first == 0:
        ratio = second // first
        yield f"{ratio} ** ({index} + 1)" if first == ratio else f"{first} * {ratio} ** {index}"
    elif second > 0 and first > second and first % second == 0:
        yield f"{first} // {first // second} ** {index}"


def _gives(text: str, index: str, place: int, number: float) -> bool:
    try:
        return identity(evaluate(text, {index: place})) == identity(number)
    except ExpressionError:
        return False
