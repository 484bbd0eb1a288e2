"""What `kspec diff` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kspec.cli.columns import Column
from kspec.cli.sections import Section
from kspec.cli.sides import Side
from kspec.formats import counted
from kspec.runs.difference import ABSENT as NOTHING
from kspec.runs.difference import Difference
from kspec.runs.numbers import to_json
from kspec.runs.two_runs import environment_differences, result_differences
from kspec.spec.changes import (
    ABSENT,
    Atom,
    Change,
    Comparison,
    LayerRow,
    layer_rows,
    phase_rows,
)
from kspec.spec.changes.words import (
    argument_text,
    arguments_text,
    path_text,
    show_value,
    value_texts,
)
from kspec.spec.cost import Cost, cost_of

__all__ = ["diff_json", "diff_view"]

Sides = tuple[Side, Side]

_MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}
_STYLES = {"added": "green", "removed": "red", "changed": "yellow", "moved": "cyan"}
_COSTS = {
    "total_params": "parameters",
    "trainable_params": "trainable",
    "multiply_adds": "multiply-adds a sample",
}


def diff_view(
    sides: Sides, comparison: Comparison, changes: Sequence[Change], equal: bool
) -> list[Section]:
    """The sections of the page; the last line names those without differences."""
    before, after = (side.spec.name for side in sides)
    headings = (before, after) if before != after else ("before", "after")
    title = " → ".join(side.heading for side in sides)
    sections = [_changes(title, changes, equal)]
    same = []
    rows = layer_rows(comparison, changes)
    if rows:
        sections.append(_layers(rows))
    else:
        same.append("layers")
    if changes:
        sections.append(_costs(sides, headings))
    augmentation = _augmentation(comparison)
    values = [atom for atom in comparison.atoms if atom.kind == "value"]
    groups = {
        "recipe": [a for a in values if a.key.startswith("training")],
        "data": [a for a in values if a.key.startswith("data.")],
        "inputs": [a for a in values if a.key == "inputs"],
        "seed": [a for a in values if a.key == "seed"],
    }
    if augmentation.columns:
        sections.append(augmentation)
    else:
        same.append("augmentation")
    for title, atoms in groups.items():
        if atoms:
            sections.append(_values(title, comparison, atoms, headings))
        else:
            same.append(title)
    if sides[0].run is not None and sides[1].run is not None:
        for title, found in (
            ("environment", environment_differences(sides[0].run, sides[1].run)),
            ("results", result_differences(sides[0].run, sides[1].run)),
        ):
            if found:
                sections.append(_differences(title, found, headings))
            else:
                same.append(title)
    if same and len(sections) > 1:
        sections.append(Section("", [f"the same: {', '.join(same)}"]))
    return sections


def diff_json(
    sides: Sides, comparison: Comparison, changes: Sequence[Change], equal: bool
) -> dict[str, Any]:
    """The same content as plain JSON values."""
    numbers = {atom: n for n, change in enumerate(changes, 1) for atom in change.atoms}
    found: dict[str, Any] = {
        "equal": equal,
        "before": _side(sides[0]),
        "after": _side(sides[1]),
        "changes": [
            {"number": number, "title": change.title, "differences": len(change.atoms)}
            for number, change in enumerate(changes, 1)
        ],
        "layers": [vars(row) for row in layer_rows(comparison, changes)],
        "augmentation": [
            {"step": comparison.slot(atom).own.type, **_atom(atom, numbers)}
            for atom in comparison.atoms
            if atom.part == "augmentation"
        ],
        "values": [
            {"path": atom.key, **_atom(atom, numbers)}
            for atom in comparison.atoms
            if atom.kind == "value"
        ],
    }
    if sides[0].run is not None and sides[1].run is not None:
        runs = sides[0].run, sides[1].run
        found["environment"] = [each.to_json() for each in environment_differences(*runs)]
        found["results"] = [each.to_json() for each in result_differences(*runs)]
    plain: dict[str, Any] = to_json(found)
    return plain


def _changes(title: str, changes: Sequence[Change], equal: bool) -> Section:
    if not changes:
        line = "the same experiment" if equal else "the same spec, on other data"
        return Section(title, [line])
    columns = [
        Column("", tuple(str(number) for number in range(1, len(changes) + 1))),
        Column(counted(len(changes), "change"), tuple(c.title for c in changes), text=True),
        Column("differences", tuple(str(len(change.atoms)) for change in changes)),
    ]
    return Section(title, columns=columns)


def _layers(rows: Sequence[LayerRow]) -> Section:
    columns = [
        Column("", tuple(_MARKS[row.mark] for row in rows), text=True),
        Column("layer", tuple("/".join((*row.within, row.layer)) for row in rows), text=True),
        Column("type", tuple(row.type for row in rows), text=True),
        Column("change", tuple(", ".join(map(str, row.changes)) for row in rows), text=True),
        Column("what", tuple(row.text for row in rows), text=True),
    ]
    styles = [_STYLES[row.mark] for row in rows]
    return Section("", columns=columns, styles=styles, expendable=("type",))


def _costs(sides: Sides, headings: tuple[str, str]) -> Section:
    costs = [_cost(side) for side in sides]
    pairs = {
        title: (getattr(costs[0], key), getattr(costs[1], key)) for key, title in _COSTS.items()
    }
    columns = [
        Column("", tuple(pairs), text=True),
        Column(headings[0], tuple(_count(one) for one, _ in pairs.values())),
        Column(headings[1], tuple(_count(other) for _, other in pairs.values())),
        Column("", tuple(_ratio(*pair) for pair in pairs.values())),
    ]
    return Section("", columns=columns)


def _cost(side: Side) -> Cost:
    """The cost known without a framework, with the parameter counts of a finished run."""
    cost = cost_of(side.spec)
    if side.run is None or not side.run.is_finished:
        return cost
    result = side.run.result
    return Cost(result["total_params"], result["trainable_params"], cost.multiply_adds)


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _ratio(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return ""
    if before == after:
        return "the same"
    if not before or not after or max(before, after) > 2 * min(before, after):
        if before > after > 0:
            return f"{before / after:.3g} times fewer"
        return f"{after / before:.3g} times" if before and after else ""
    return f"{100 * (after - before) / before:+.1f} %"


def _augmentation(comparison: Comparison) -> Section:
    atoms = [atom for atom in comparison.atoms if atom.part == "augmentation"]
    if not atoms:
        return Section("augmentation")
    slots = [comparison.slot(atom) for atom in atoms]
    marks = [atom.kind if atom.kind in ("added", "removed") else "changed" for atom in atoms]
    texts = [
        argument_text(slot.own.type, atom) if mark == "changed" else arguments_text(slot.own)
        for slot, atom, mark in zip(slots, atoms, marks, strict=True)
    ]
    columns = [
        Column("", tuple(_MARKS[mark] for mark in marks), text=True),
        Column("augmentation", tuple(slot.own.type for slot in slots), text=True),
        Column("what", tuple(texts), text=True),
    ]
    return Section("", columns=columns, styles=[_STYLES[mark] for mark in marks])


def _values(
    title: str, comparison: Comparison, atoms: Sequence[Atom], headings: tuple[str, str]
) -> Section:
    paths, texts = [], []
    for atom in atoms:
        if atom.key == "training":  # The two have different numbers of phases.
            for name, pair in _phases(comparison):
                paths.append(name)
                texts.append(pair)
        else:
            paths.append(path_text(atom.key).removeprefix("data."))
            texts.append(value_texts(comparison.before, atom))
    return _two(title, paths, texts, headings)


def _phases(comparison: Comparison) -> Iterator[tuple[str, tuple[str, str]]]:
    """The phases side by side, and below each its differences."""
    for row in phase_rows(comparison.before, comparison.after):
        yield "phase", (str(row.before or "none"), str(row.after or "none"))
        for path, texts in row.values.items():
            yield f"  {path}", texts


def _differences(title: str, found: Sequence[Difference], headings: tuple[str, str]) -> Section:
    texts = [(_plain(each.before), _plain(each.after)) for each in found]
    return _two(title, [each.path for each in found], texts, headings)


def _two(
    title: str,
    names: Sequence[str],
    texts: Sequence[tuple[str, str]],
    headings: tuple[str, str],
) -> Section:
    columns = [
        Column(title, tuple(names), text=True),
        Column(headings[0], tuple(before for before, _ in texts), text=True),
        Column(headings[1], tuple(after for _, after in texts), text=True),
    ]
    return Section("", columns=columns)


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return "none" if value is NOTHING else show_value(value)


def _side(side: Side) -> dict[str, Any]:
    return {
        "name": side.spec.name,
        "path": str(side.path),
        "is_run": side.run is not None,
        **vars(_cost(side)),
    }


def _atom(atom: Atom, numbers: dict[Atom, int]) -> dict[str, Any]:
    values = {"kind": atom.kind, "argument": atom.key} if atom.kind != "value" else {}
    pair = {"before": atom.before, "after": atom.after}
    return {
        **values,
        **{key: value for key, value in pair.items() if value is not ABSENT},
        "change": numbers[atom],
    }
