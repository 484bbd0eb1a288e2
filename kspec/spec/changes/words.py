"""What changes are called, and how their values are shown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kspec.spec.catalog import Entry, find
from kspec.spec.changes.atom import ABSENT, AUGMENTATION, Atom
from kspec.spec.changes.comparison import Comparison
from kspec.spec.changes.labels import Label

__all__ = ["layer_text", "show_value", "title_of", "value_text"]

_LONGEST = 60


def title_of(comparison: Comparison, atoms: Mapping[Label, Sequence[Atom]]) -> str:
    """The name of a change: a few words on each thing that it does.

    `atoms` are those of the change, by their labels.
    """
    said = [_phrase(comparison, label, group) for label, group in atoms.items()]
    words = list(dict.fromkeys(said))
    more = len(words) - 3
    return ", ".join(words[:3]) + (f" and {more} more" if more > 0 else "")


def _phrase(comparison: Comparison, label: Label, atoms: Sequence[Atom]) -> str:
    match label:
        case ("activation", "added", function, kind, *crossed):
            layer = kind or _first_type(comparison, atoms, "added")
            inside = f" in place of {function}" if kind else ""
            if crossed:
                return f"{crossed[0]} before {layer}{inside}"
            return f"{layer} as a layer{inside}"
        case ("activation", _, function, kind, *crossed):
            was = f" in place of {kind}" if kind else ""
            return f"{function} within the layer{was}" + (f", before {crossed[0]}" * bool(crossed))
        case ("order", first, second):
            return f"{first} before {second}"
        case ("moved", kind):
            return f"{kind} moved"
        case ("replaced", one, other):
            return f"{other} in place of {one}" if one != other else f"another {one}"
        case ("added" | "removed" as what, *kinds):
            return f"{_listed(kinds)} {what}"
        case ("dropout",):
            return f"{_more_or_less(comparison, atoms)} dropout"
        case ("regularizer" | "initializer" | "constraint" as what,):
            return _objects(what, atoms)
        case ("function", one, other):
            return f"{other} in place of {one}"
        case ("argument", kind, key):
            return _argument(f"{key} of {kind}", kind, key, atoms)
        case ("name",):
            return "other names of layers"
        case ("augmentation", _):
            return _augmentation(comparison, atoms)
        case ("inputs", *_):
            return f"other inputs of {comparison.slot(atoms[0]).own.label}"
        case ("outputs", *_):
            return "other outputs"
        case _:
            return _value(atoms[0])


def value_text(atom: Atom) -> str:
    """`learning_rate 0.001 → 0.0003`."""
    return f"{show_value(atom.before)} → {show_value(atom.after)}"


def show_value(value: Any, default: Any = ABSENT) -> str:
    """A canonical value in few words: `L2(l2=0.0001)`, `true`, `[2, 1]`; `default` for none."""
    value = default if value is ABSENT and default is not ABSENT else value
    if value is ABSENT or value is None:
        return "none"
    if isinstance(value, Mapping) and "type" in value:
        others = ", ".join(f"{k}={show_value(v)}" for k, v in value.items() if k != "type")
        return f"{value['type']}({others})" if others else str(value["type"])
    if isinstance(value, Mapping):
        return _cut("{" + ", ".join(f"{k}: {show_value(v)}" for k, v in value.items()) + "}")
    if isinstance(value, (list, tuple)):
        return _cut("[" + ", ".join(map(show_value, value)) + "]")
    return _cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def layer_text(comparison: Comparison, atom: Atom) -> str:
    """What an atom does to its layer: `activation relu → none`, `rate=0.3` of one that is added."""
    slot = comparison.slot(atom)
    if atom.kind in ("added", "removed"):
        said = [f"{key}={show_value(value)}" for key, value in slot.own.arguments.items()]
        return ", ".join(said)
    if atom.kind == "inputs":
        return "takes other layers"
    default = _default(slot.own.type, atom.key)
    before, after = show_value(atom.before, default), show_value(atom.after, default)
    return f"{atom.key} {before} → {after}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _default(kind: str, key: str) -> Any:
    entry = find("layers", kind)
    if not isinstance(entry, Entry) or key not in entry.arguments:
        return ABSENT
    default = entry.arguments[key].default
    return "linear" if key == "activation" and default is None else default


def _first_type(comparison: Comparison, atoms: Sequence[Atom], kind: str) -> str:
    return next(comparison.slot(atom).own.type for atom in atoms if atom.kind == kind)


def _listed(kinds: Sequence[str]) -> str:
    """`Conv2D, BatchNormalization, ReLU`; what comes several times is counted."""
    counts = Counter(kinds)
    return ", ".join(f"{count} {kind}" if count > 1 else kind for kind, count in counts.items())


def _more_or_less(comparison: Comparison, atoms: Sequence[Atom]) -> str:
    ways = set()
    for atom in atoms:
        if atom.kind in ("added", "removed"):
            ways.add(atom.kind == "added")
        elif _is_number(atom.before, 0.0) and _is_number(atom.after, 0.0):
            numbers = (0.0 if each is ABSENT else each for each in (atom.before, atom.after))
            before, after = numbers
            ways.add(after > before)
        else:
            return "other"
    return {(True,): "more", (False,): "less"}.get(tuple(ways), "other")


def _is_number(value: Any, absent: float) -> bool:
    value = absent if value is ABSENT else value
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _objects(what: str, atoms: Sequence[Atom]) -> str:
    before = {show_value(atom.before) for atom in atoms}
    after = {show_value(atom.after) for atom in atoms}
    one = next(iter(after))
    if len(after) > 1:
        return f"other {what}s"
    if after == {"none"}:
        return f"no {next(iter(before))}" if len(before) == 1 else f"no {what}s"
    return one if what == "regularizer" else f"{what} {one}"


def _argument(title: str, kind: str, key: str, atoms: Sequence[Atom]) -> str:
    default = _default(kind, key)
    values = {(show_value(a.before, default), show_value(a.after, default)) for a in atoms}
    if len(values) > 1:
        return f"other {title}"
    before, after = next(iter(values))
    return f"{title} {before} → {after}"


def _augmentation(comparison: Comparison, atoms: Sequence[Atom]) -> str:
    slot = comparison.augmentation.slots[atoms[0].where[0]]
    if atoms[0].kind in ("added", "removed"):
        return f"{slot.own.type} {atoms[0].kind}"
    assert atoms[0].part == AUGMENTATION
    said = [_argument(f"{a.key} of {slot.own.type}", slot.own.type, a.key, [a]) for a in atoms]
    return ", ".join(said)


def _value(atom: Atom) -> str:
    """A value that stands for itself, by the last word of its path where that says enough."""
    path = atom.key.removeprefix("training.").removeprefix("optimizer.")
    if isinstance(atom.before, Mapping) or isinstance(atom.after, Mapping):
        return f"{path} {value_text(atom)}"
    if isinstance(atom.before, (list, tuple)) or isinstance(atom.after, (list, tuple)):
        if not atom.before:
            return f"{path} added"
        return f"other {path}" if atom.after else f"no {path}"
    return f"{path} {value_text(atom)}"
