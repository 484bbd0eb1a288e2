"""Python expressions as values, and their text in lines of at most `WIDTH` characters.

What fits on a line stays on one. Otherwise the arguments go on the next line, and if they do not
fit there, each on a line of its own with a trailing comma: forms that formatters leave unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["INDENT", "WIDTH", "Call", "Expression", "Pairs", "Row", "flat", "indented", "lines"]

WIDTH = 88
INDENT = "    "


@dataclass(frozen=True)
class Call:
    """`function(*positional, **named)`; a string anywhere is source text, used verbatim."""

    function: Expression
    positional: tuple[Expression, ...] = ()
    named: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True)
class Row:
    """A list, or with the brackets "()" a tuple."""

    items: tuple[Expression, ...]
    brackets: str = "[]"


@dataclass(frozen=True)
class Pairs:
    """A dict; the keys are source text."""

    items: tuple[tuple[str, Expression], ...]


Expression = str | Call | Row | Pairs


def flat(expression: Expression) -> str:
    """The expression on one line."""
    if isinstance(expression, str):
        return expression
    head, parts, end = _parts(expression)
    inside = ", ".join(f"{prefix}{flat(part)}" for prefix, part in parts)
    comma = "," if isinstance(expression, Row) and end == ")" and len(parts) == 1 else ""
    return f"{flat(head) if head else ''}{_opening(end)}{inside}{comma}{end}"


def lines(expression: Expression, prefix: str = "", suffix: str = "", depth: int = 0) -> list[str]:
    """The expression between `prefix` and `suffix` as lines; all are indented by `depth` levels."""
    margin = INDENT * depth
    whole = f"{margin}{prefix}{flat(expression)}{suffix}"
    if len(whole) <= WIDTH or isinstance(expression, str):
        return [whole]
    head, parts, end = _parts(expression)
    if not parts:
        return lines(head, prefix, f"(){suffix}", depth) if isinstance(head, Call) else [whole]
    inside = ", ".join(f"{start}{flat(part)}" for start, part in parts)
    if isinstance(head, Call) and _parts(head)[1]:
        # layers.Dense(…)(x): the arguments of the first call go on other lines. If
        # "layers.Dense(…)(" would fit, formatters leave this only with a trailing comma.
        after = f"({inside}){suffix}"
        write = _exploded if len(f"{margin}{prefix}{flat(head)}(") <= WIDTH else lines
        above = write(head, prefix, after, depth)
        if max(map(len, above)) <= WIDTH:
            return above
    if len(middle := f"{margin}{INDENT}{inside}") <= WIDTH and isinstance(expression, Call):
        first = f"{margin}{prefix}{flat(head) if head else ''}{_opening(end)}"
        return [first, middle, f"{margin}{end}{suffix}"]
    return _exploded(expression, prefix, suffix, depth)


def _exploded(expression: Call | Row | Pairs, prefix: str, suffix: str, depth: int) -> list[str]:
    """The expression with each of its parts on lines of its own."""
    head, parts, end = _parts(expression)
    first = f"{INDENT * depth}{prefix}{flat(head) if head else ''}{_opening(end)}"
    below = [line for start, part in parts for line in lines(part, start, ",", depth + 1)]
    return [first, *below, f"{INDENT * depth}{end}{suffix}"]


def indented(text: list[str]) -> list[str]:
    """The lines indented; empty ones stay empty."""
    return [f"{INDENT}{line}" if line else line for line in text]


def _parts(
    expression: Call | Row | Pairs,
) -> tuple[Expression | None, list[tuple[str, Expression]], str]:
    """The head before the bracket, the parts within, each after its prefix, and the end bracket."""
    if isinstance(expression, Call):
        named = [(f"{name}=", value) for name, value in expression.named]
        return expression.function, [*(("", each) for each in expression.positional), *named], ")"
    if isinstance(expression, Row):
        return None, [("", each) for each in expression.items], expression.brackets[1]
    return None, [(f"{key}: ", value) for key, value in expression.items], "}"


def _opening(end: str) -> str:
    return {")": "(", "]": "[", "}": "{"}[end]
