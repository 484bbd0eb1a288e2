"""The wording of changes, and how their values are shown."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kspec.spec.canonical_objects import canonical_argument
from kspec.spec.catalog import Entry, find
from kspec.spec.changes.atom import ABSENT, AUGMENTATION, Atom
from kspec.spec.changes.comparison import Comparison
from kspec.spec.changes.labels import Label
from kspec.spec.changes.parts import Part
from kspec.spec.models import Spec

__all__ = [
    "argument_text",
    "arguments_text",
    "path_text",
    "phrases_of",
    "show_value",
    "value_texts",
]

_LONGEST = 60

# The objects of a recipe, with their kinds in the catalogue.
_KINDS = {"optimizer": "optimizers", "loss": "losses"}
_OF_OBJECT = re.compile(r"training(\[(?P<phase>[0-9]+)\])?\.(?P<part>optimizer|loss)\.(?P<key>\w+)")

_OF_PHASE = re.compile(r"training\[(?P<phase>[0-9]+)\]\.(?P<key>.+)")


def phrases_of(comparison: Comparison, atoms: Mapping[Label, Sequence[Atom]]) -> tuple[str, ...]:
    """A phrase for each thing that a change does; `atoms` are its atoms by label."""
    said = [_phrase(comparison, label, group) for label, group in atoms.items()]
    return tuple(dict.fromkeys(said))


def _phrase(comparison: Comparison, label: Label, atoms: Sequence[Atom]) -> str:
    match label:
        case ("activation", "added", function, kind, *crossed):
            layer = kind or _first_added(comparison, atoms)
            inside = f" in place of {function}" if kind else ""
            if crossed:
                return f"{crossed[0]} before {layer}{inside}"
            return f"{layer} as a layer{inside}"
        case ("activation", _, function, kind, *crossed):
            was = f" in place of {kind}" if kind else ""
            then = f", before {crossed[0]}" if crossed else ""
            return f"{function} within the layer{was}{then}"
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
            return _value(comparison, atoms[0])


def value_texts(before: Spec, atom: Atom, *, phase: int | None = None) -> tuple[str, str]:
    """The two values of an atom outside the layers: `0.001`, `0.0003`.

    `before` is the first spec; `phase`, from 0, is the phase of its training that is meant if the
    atom does not say.
    """
    default = ABSENT
    match = _OF_OBJECT.fullmatch(atom.key)
    if match is not None:
        number = int(match["phase"] or phase or 0)
        described = getattr(before.phases[number], match["part"])
        default = default_of(_KINDS[match["part"]], described.type, match["key"])
    return show_value(atom.before, default), show_value(atom.after, default)


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


def argument_text(kind: str, atom: Atom) -> str:
    """What an atom does to an argument of a layer of type `kind`: `activation relu → linear`."""
    default = default_of("layers", kind, atom.key)
    before, after = show_value(atom.before, default), show_value(atom.after, default)
    return f"{atom.key} {before} → {after}"


def arguments_text(part: Part) -> str:
    """The arguments of a layer: `rate=0.3`."""
    return ", ".join(f"{key}={show_value(value)}" for key, value in part.arguments.items())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def default_of(of: str, kind: str, key: str) -> Any:
    """The canonical default of an argument; ABSENT if it is not known."""
    entry = find(of, kind)
    if not isinstance(entry, Entry) or key not in entry.arguments:
        return ABSENT
    known = entry.arguments[key]
    if key == "activation" and known.default is None:
        return "linear"
    return canonical_argument(key, known.default, known)


def _first_added(comparison: Comparison, atoms: Sequence[Atom]) -> str:
    return next(comparison.slot(atom).own.type for atom in atoms if atom.kind == "added")


def _listed(kinds: Sequence[str]) -> str:
    """`2 Conv2D, BatchNormalization, ReLU`: repeated types are counted."""
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
    if len(ways) != 1:
        return "other"
    return "more" if ways == {True} else "less"


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
    default = default_of("layers", kind, key)
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


def _value(comparison: Comparison, atom: Atom) -> str:
    """The phrase for a single value, with its path shortened."""
    if atom.key == "training":
        now, before = (len(each.phases) for each in (comparison.after, comparison.before))
        return f"{now} phase{'s' * (now != 1)} in place of {before}"
    phase, _, path = path_text(atom.key).rpartition(": ")
    said = _of_value(comparison, atom, path.removeprefix("optimizer."))
    return f"{phase}: {said}" if phase else said


def _of_value(comparison: Comparison, atom: Atom, path: str) -> str:
    if isinstance(atom.before, (list, tuple)) or isinstance(atom.after, (list, tuple)):
        if not atom.before:
            return f"{path} added"
        return f"other {path}" if atom.after else f"no {path}"
    return f"{path} {' → '.join(value_texts(comparison.before, atom))}"


def path_text(path: str) -> str:
    """A path of a recipe in words: `optimizer.learning_rate`, `phase 2: epochs`."""
    match = _OF_PHASE.fullmatch(path)
    if match is not None:
        return f"phase {int(match['phase']) + 1}: {match['key']}"
    return path.removeprefix("training.")
